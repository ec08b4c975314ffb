import fc from 'fast-check'
import { expect, it } from 'vitest'
import { bittorrent, type BittorrentMessage } from '../src/bittorrent.ts'
import { byte, bytesOf, joined, payloads, record, testPreset, outcomeOfAnyCut, withCode } from './preset.ts'

const hash = fc.uint8Array({ minLength: 20, maxLength: 20 })
const HANDSHAKE = joined([
  bytesOf('13 "BitTorrent protocol"'),
  new Uint8Array(8),
  new Uint8Array(20).fill(1),
  new Uint8Array(20).fill(2),
])

/** Of 318 MB. Only its length is read. */
const LONG = { length: 0x13000000 - 1 } as Uint8Array

testPreset<BittorrentMessage>('bittorrent', bittorrent, {
  frame: fc.oneof(
    record({ type: fc.constant('message' as const), id: byte, payload: payloads }),
    fc.constant<BittorrentMessage>({ type: 'keep-alive' }),
    record({
      type: fc.constant('handshake' as const),
      reserved: fc.uint8Array({ minLength: 8, maxLength: 8 }),
      infoHash: hash,
      peerId: hash,
    }),
  ),
  frameOf: (payload) => ({ type: 'message', id: 7, payload }),
  examples: [
    {
      title: 'a handshake, a keep-alive, and interested',
      bytes: joined([HANDSHAKE, bytesOf('00 00 00 00   00 00 00 01 02')]),
      frames: [
        {
          type: 'handshake',
          reserved: new Uint8Array(8),
          infoHash: new Uint8Array(20).fill(1),
          peerId: new Uint8Array(20).fill(2),
        },
        { type: 'keep-alive' },
        { type: 'message', id: 2, payload: bytesOf('') },
      ],
    },
  ],
  refused: [
    { title: 'a handshake of another protocol', bytes: bytesOf('13 "BitTorrent Protocol"'), code: 'ERR_FRAME_CORRUPT' },
    { title: 'a message of more than 1 MiB', bytes: bytesOf('00 10 00 01'), code: 'ERR_FRAME_TOO_LONG' },
  ],
  unencodable: [
    { title: 'a message whose length begins like a handshake', frame: { type: 'message', id: 7, payload: LONG } },
    { title: 'an unknown type', frame: { type: 'piece' as 'keep-alive' } },
    {
      title: 'a short hash',
      frame: { type: 'handshake', reserved: new Uint8Array(8), infoHash: bytesOf(''), peerId: bytesOf('') },
    },
  ],
})

it.each([
  [7, 20, 20],
  [9, 20, 20],
  [8, 19, 20],
  [8, 20, 21],
])('writes no handshake with fields of %i, %i and %i bytes', (reserved, infoHash, peerId) => {
  const [a, b, c] = [reserved, infoHash, peerId].map((length) => new Uint8Array(length))
  expect(() => bittorrent().encode({ type: 'handshake', reserved: a!, infoHash: b!, peerId: c! })).toThrow(
    withCode('ERR_FRAME_NOT_ENCODABLE'),
  )
})

it('checks each byte of the name in a handshake as it comes', () => {
  for (let at = 1; at < 20; at++) {
    const wrong = HANDSHAKE.slice()
    wrong[at]! ^= 1
    const decoder = bittorrent().decoder()
    expect([...decoder.decode(wrong.subarray(0, at))]).toEqual([])
    expect(() => [...decoder.decode(wrong.subarray(at, at + 1))]).toThrow(withCode('ERR_FRAME_CORRUPT'))
  }
})

it('writes what it reads, field by field', () => {
  const handshake = {
    type: 'handshake' as const,
    reserved: HANDSHAKE.slice(0, 8),
    infoHash: HANDSHAKE.slice(0, 20),
    peerId: HANDSHAKE.slice(40, 60),
  }
  const message = { type: 'message' as const, id: 255, payload: bytesOf('01 02') }
  const frames = [handshake, message, { type: 'keep-alive' as const }]
  const bytes = joined(frames.map((frame) => bittorrent().encode(frame)))
  expect(outcomeOfAnyCut(bittorrent(), bytes)).toEqual({ frames, skipped: [] })
  expect(bytes.subarray(68)).toEqual(bytesOf('00 00 00 03 ff 01 02   00 00 00 00'))
})

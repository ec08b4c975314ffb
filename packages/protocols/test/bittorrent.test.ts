import fc from 'fast-check'
import { bittorrent, type BittorrentMessage } from '../src/bittorrent.ts'
import { byte, bytesOf, joined, payloads, record, testPreset } from './preset.ts'

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

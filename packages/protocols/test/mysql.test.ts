import { expect, it } from 'vitest'
import { mysql, type MysqlPacket } from '../src/mysql.ts'
import { byte, bytesOf, payloads, record, testPreset } from './preset.ts'

testPreset('mysql', mysql, {
  frame: record({ sequence: byte, payload: payloads }),
  frameOf: (payload) => ({ sequence: 0, payload }),
  examples: [
    {
      title: 'COM_QUIT, and an OK packet (MySQL Internals)',
      bytes: bytesOf('01 00 00 00 01   07 00 00 02 00 00 00 02 00 00 00'),
      frames: [
        { sequence: 0, payload: bytesOf('01') },
        { sequence: 2, payload: bytesOf('00 00 00 02 00 00 00') },
      ],
    },
    { title: 'an empty packet', bytes: bytesOf('00 00 00 05'), frames: [{ sequence: 5, payload: bytesOf('') }] },
  ],
  refused: [{ title: 'an end inside a packet', bytes: bytesOf('02 00 00 00 01'), code: 'ERR_FRAME_TRUNCATED' }],
  unencodable: [{ title: 'a sequence of 256', frame: { sequence: 256, payload: bytesOf('') } }],
})

const FULL = 0xffffff

it.each([
  ['one byte less than a packet holds', FULL - 1, [4 + FULL - 1]],
  ['as many bytes as a packet holds, and an empty packet after it', FULL, [4 + FULL, 4]],
  ['one byte more', FULL + 1, [4 + FULL, 5]],
])('joins a payload of %s', (_title, length, packets) => {
  const payload = new Uint8Array(length).fill(7)
  payload[length - 1] = 8
  const bytes = mysql().encode({ sequence: 254, payload })
  expect(bytes).toHaveLength(packets.reduce((sum, each) => sum + each, 0))
  let at = 0
  for (const [index, packet] of packets.entries()) {
    expect(bytes[at + 3]).toBe((254 + index) % 256)
    at += packet
  }
  const decoder = mysql().decoder()
  const frames = []
  for (let from = 0; from < bytes.length; from += 1_000_003)
    frames.push(...decoder.decode(bytes.subarray(from, from + 1_000_003)))
  expect(frames).toHaveLength(1)
  expect(frames[0]!.sequence).toBe(254)
  expect(Buffer.compare(frames[0]!.payload, payload)).toBe(0)
})

it('takes a payload of 64 MiB, the default of max_allowed_packet', () => {
  const header = (length: number, sequence: number): Uint8Array =>
    new Uint8Array([length & 0xff, (length >> 8) & 0xff, length >> 16, sequence])
  const rest = 64 * 1024 * 1024 - 4 * FULL
  const full = new Uint8Array(FULL)
  const decoder = mysql().decoder()
  for (let sequence = 0; sequence < 4; sequence++) {
    expect([...decoder.decode(header(FULL, sequence)), ...decoder.decode(full)]).toEqual([])
  }
  const frames = [...decoder.decode(header(rest, 4)), ...decoder.decode(new Uint8Array(rest))]
  expect(frames.map(({ payload }) => payload.length)).toEqual([64 * 1024 * 1024])
})

it('refuses a continued packet out of sequence', () => {
  const bytes = mysql().encode({ sequence: 0, payload: new Uint8Array(FULL + 1) })
  bytes[4 + FULL + 3] = 2
  expect(() => mysql().decoder().decode(bytes).next()).toThrow(
    expect.objectContaining({ code: 'ERR_FRAME_CORRUPT', offset: 0 }),
  )
})

it('refuses a continued payload over the limit at the packet that exceeds it', () => {
  const bytes = mysql().encode({ sequence: 0, payload: new Uint8Array(FULL + 1) })
  const decoder = mysql({ maxFrameLength: FULL + 4 }).decoder()
  expect(() => decoder.decode(bytes).next()).toThrow(expect.objectContaining({ code: 'ERR_FRAME_TOO_LONG', offset: 0 }))
})

it('gives many packets of one chunk, up to the first that is too long', () => {
  const lengths = [...Array.from({ length: 300 }, (_, index) => index % 7), 255, 256, 300, 65_536]
  const packets = lengths.map((length, index) => ({ sequence: index & 255, payload: new Uint8Array(length).fill(5) }))
  const last = { sequence: 9, payload: new Uint8Array(65_537) }
  const codec = mysql({ maxFrameLength: 4 + 65_536 })
  const bytes = Buffer.concat([...packets, last].map((packet) => mysql().encode(packet)))
  const frames: MysqlPacket[] = []
  expect(() => {
    for (const frame of codec.decoder().decode(bytes)) frames.push(frame)
  }).toThrow(expect.objectContaining({ code: 'ERR_FRAME_TOO_LONG', offset: bytes.length - 4 - 65_537 }))
  expect(
    frames.map(({ sequence, payload }) => [sequence, payload.length, payload.every((each) => each === 5)]),
  ).toEqual(packets.map(({ sequence, payload }) => [sequence, payload.length, true]))
  expect(Buffer.isBuffer(frames[0]!.payload)).toBe(true)
})

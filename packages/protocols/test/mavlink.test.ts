import type { FrameCodec } from '@unstick/core'
import { chunkings, outcomeOf } from '@unstick/testing'
import fc from 'fast-check'
import { common, minimal, MSG_ID_MAGIC_NUMBER } from 'mavlink-mappings'
import { MavLinkPacketSignature, MavLinkProtocolV1, MavLinkProtocolV2 } from 'node-mavlink'
import { expect, it } from 'vitest'
import { mavlink, type MavlinkMessage } from '../src/mavlink.ts'
import { byte, bytesOf, joined, payloads, record, testPreset, withCode } from './preset.ts'

/** The CRC extras of HEARTBEAT and ATTITUDE. */
const crcExtras = { 0: 50, 30: 39 }

const known = { crcExtra: fc.constant(undefined) }
const unknown = { crcExtra: byte }
const anywhere = { sequence: byte, systemId: byte, componentId: byte, payload: payloads }
const version1 = {
  ...anywhere,
  version: fc.constant(1 as const),
  compatFlags: fc.constant(0),
  signature: fc.constant(undefined),
}
const version2 = {
  ...anywhere,
  version: fc.constant(2 as const),
  compatFlags: byte,
  signature: fc.option(fc.uint8Array({ minLength: 13, maxLength: 13 }), { nil: undefined }),
}
const messages: fc.Arbitrary<MavlinkMessage> = fc.oneof(
  record<MavlinkMessage>({ ...version1, ...known, messageId: fc.constantFrom(0, 30) }),
  record<MavlinkMessage>({ ...version1, ...unknown, messageId: fc.constantFrom(1, 255) }),
  record<MavlinkMessage>({ ...version2, ...known, messageId: fc.constantFrom(0, 30) }),
  record<MavlinkMessage>({ ...version2, ...unknown, messageId: fc.constantFrom(256, 2 ** 24 - 1) }),
)

/** HEARTBEAT in both versions, as node-mavlink writes it. */
const HEARTBEAT_1 = bytesOf('fe 09 07 01 01 00 04 03 02 01 02 03 51 04 03 db 5f')
const HEARTBEAT_2 = bytesOf('fd 09 00 00 07 01 01 00 00 00 04 03 02 01 02 03 51 04 03 85 5e')
const heartbeat = {
  compatFlags: 0,
  sequence: 7,
  systemId: 1,
  componentId: 1,
  messageId: 0,
  payload: bytesOf('04 03 02 01 02 03 51 04 03'),
  signature: undefined,
  crcExtra: undefined,
}

for (const corrupt of ['error', 'resync'] as const) {
  testPreset<MavlinkMessage>(`mavlink, corrupt '${corrupt}'`, () => mavlink({ crcExtras, corrupt }), {
    frame: messages,
    // Later bytes can refuse earlier ones, so a prefix of the stream may decode differently.
    without: corrupt === 'error' ? [] : ['frames before an error', 'takeRemaining is exact'],
    examples: [
      {
        title: 'HEARTBEAT in version 1 and in version 2',
        bytes: joined([HEARTBEAT_1, HEARTBEAT_2]),
        frames: [
          { version: 1, ...heartbeat },
          { version: 2, ...heartbeat },
        ],
      },
    ],
    unencodable: [
      { title: 'a payload of 256 bytes', frame: { version: 2, ...heartbeat, payload: new Uint8Array(256) } },
      { title: 'message 256 in version 1', frame: { version: 1, ...heartbeat, messageId: 256, crcExtra: 1 } },
      { title: 'a message without its CRC extra', frame: { version: 2, ...heartbeat, messageId: 1 } },
      { title: 'a message with another CRC extra', frame: { version: 2, ...heartbeat, crcExtra: 51 } },
      { title: 'a signature in version 1', frame: { version: 1, ...heartbeat, signature: new Uint8Array(13) } },
      { title: 'a signature of 12 bytes', frame: { version: 2, ...heartbeat, signature: new Uint8Array(12) } },
    ],
  })
}

const strict = (): FrameCodec<MavlinkMessage> => mavlink({ crcExtras, corrupt: 'error' })

it.each([
  { title: 'a wrong checksum', bytes: HEARTBEAT_2.with(12, 0) },
  { title: 'what begins no message', bytes: bytesOf('00') },
  { title: 'an unknown incompatibility flag, before the rest has arrived', bytes: bytesOf('fd 09 02') },
])('refuses $title', ({ bytes }) => {
  expect(outcomeOf(strict(), [bytes]).error).toEqual({ code: 'ERR_FRAME_CORRUPT', offset: 0 })
})

it('checks 8 bits of the checksum if the CRC extra is unknown, and reports the extra', () => {
  const codec = mavlink({ corrupt: 'error' })
  expect(outcomeOf(codec, [HEARTBEAT_2]).frames).toEqual([{ version: 2, ...heartbeat, crcExtra: 50 }])
  const damaged = Array.from({ length: 256 }, (_, value) => HEARTBEAT_2.with(12, value))
  const taken = damaged.filter((bytes) => outcomeOf(codec, [bytes]).error === undefined)
  expect(taken.length).toBeLessThan(8)
})

it('refuses a wrong checksum before the signature has arrived', () => {
  const codec = strict()
  const signed = codec.encode({ version: 2, ...heartbeat, signature: new Uint8Array(13) })
  const decoder = codec.decoder()
  expect(() => [...decoder.decode(signed.with(12, 0).slice(0, -13))]).toThrow(
    expect.objectContaining({ code: 'ERR_FRAME_CORRUPT' }),
  )
})

it('finds messages between noise and damage, however the stream is cut', () => {
  const codec = mavlink({ crcExtras })
  const damaged = HEARTBEAT_2.with(12, 0)
  fc.assert(
    fc.property(
      fc
        .array(fc.constantFrom(HEARTBEAT_1, HEARTBEAT_2, damaged, bytesOf('00 fe'), bytesOf('fd fd 01')), {
          maxLength: 8,
        })
        // Noise may look like the beginning of a message, which has at most 280 bytes.
        .map((parts) => joined([...parts, new Uint8Array(280), HEARTBEAT_2]))
        .chain((stream) => fc.tuple(fc.constant(stream), chunkings(stream))),
      ([stream, chunks]) => {
        const whole = outcomeOf(codec, [stream])
        expect(outcomeOf(codec, chunks)).toEqual(whole)
        expect(whole.frames.at(-1)).toEqual({ version: 2, ...heartbeat })
      },
    ),
  )
})

it('calls a gap corrupt where a message seemed to begin, else garbage', () => {
  const reasons: string[] = []
  const decoder = mavlink({ crcExtras }).decoder({ onSkip: ({ reason }) => reasons.push(reason) })
  const stream = joined([bytesOf('00'), HEARTBEAT_1, HEARTBEAT_2.with(12, 0), HEARTBEAT_1])
  expect([...decoder.decode(stream)]).toHaveLength(2)
  expect(reasons).toEqual(['garbage', 'corrupt'])
})

it.each([new Map([[0, 50]]), 5, true])('refuses crcExtras that are no object of numbers', (table) => {
  expect(() => mavlink({ crcExtras: table as never })).toThrow(TypeError)
})

it.each([{ 0: 256 }, { 0: -1 }, { 0: 1.5 }, { [2 ** 24]: 1 }])('refuses crcExtras %j', (table) => {
  expect(() => mavlink({ crcExtras: table })).toThrow(RangeError)
})

it('reads and writes the same messages as node-mavlink, in both versions, signed or not', () => {
  const message = new common.Attitude()
  Object.assign(message, { timeBootMs: 7, roll: 0.5, pitch: -0.5, yaw: 3, rollspeed: 0, pitchspeed: 0, yawspeed: 0 })
  const protocol = new MavLinkProtocolV2(1, 2, MavLinkProtocolV2.IFLAG_SIGNED)
  const signed = protocol.sign(protocol.serialize(message, 9), 3, MavLinkPacketSignature.key('none'), 1_600_000_000_000)
  const theirs = [
    new MavLinkProtocolV1(1, 2).serialize(message, 8),
    new MavLinkProtocolV2(1, 2).serialize(message, 8),
    signed,
    new MavLinkProtocolV2(1, 2).serialize(new minimal.Heartbeat(), 10),
  ]
  const codec = mavlink({ crcExtras: MSG_ID_MAGIC_NUMBER, corrupt: 'error' })
  const ours = [...codec.decoder().decode(joined(theirs))]
  expect(ours.map(({ version, messageId, sequence }) => [version, messageId, sequence])).toEqual([
    [1, 30, 8],
    [2, 30, 8],
    [2, 30, 9],
    [2, 0, 10],
  ])
  expect(ours[2]!.signature).toEqual(new Uint8Array(signed.subarray(-13)))
  expect(joined(ours.map((each) => codec.encode(each)))).toEqual(joined(theirs))
})

it('refuses unknown incompatibility flags at the byte that holds them, however the stream is cut', () => {
  const codec = mavlink({ corrupt: 'error' })
  for (const chunks of [['fd 00 02'], ['fd 00', '02'], ['fd', '00', '02']]) {
    const { error } = outcomeOf(codec, chunks.map(bytesOf))
    expect(error).toMatchObject({ code: 'ERR_FRAME_CORRUPT', offset: 0 })
  }
})

it.each<MavlinkMessage>([
  { version: 1, ...heartbeat, sequence: 1, systemId: 2, componentId: 3 },
  { version: 2, ...heartbeat, compatFlags: 9, sequence: 1, systemId: 2, componentId: 3 },
  { version: 2, ...heartbeat, messageId: 0x030201, crcExtra: 255, payload: new Uint8Array(255) },
])('reads and writes each field: %j', (message) => {
  const codec = mavlink({ crcExtras, corrupt: 'error' })
  const bytes = codec.encode(message)
  expect(outcomeOf(codec, [bytes, bytes])).toEqual({ frames: [message, message], skipped: [] })
  const ids = message.version === 1 ? [2, 3, 4] : [4, 5, 6]
  expect(ids.map((at) => bytes[at])).toEqual([message.sequence, message.systemId, message.componentId])
})

it.each<Partial<MavlinkMessage>>([
  { version: 3 as 2 },
  { version: 1, compatFlags: 1 },
  { messageId: 2 ** 24, crcExtra: 1 },
  { messageId: 1, crcExtra: 256 },
  { sequence: 256 },
  { systemId: -1 },
])('does not write %j', (fields) => {
  const message: MavlinkMessage = { version: 2, ...heartbeat, ...fields }
  expect(() => mavlink({ crcExtras }).encode(message)).toThrow(withCode('ERR_FRAME_NOT_ENCODABLE'))
})

it('takes crcExtras from 0 to 255 for ids up to 2^24-1', () => {
  expect(() => mavlink({ crcExtras: { 0: 0, [2 ** 24 - 1]: 255 } })).not.toThrow()
  expect(() => mavlink({ crcExtras: { x: 1 } as never })).toThrow(/^crcExtras must have /)
})

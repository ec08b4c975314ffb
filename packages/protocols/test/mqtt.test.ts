import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mqtt } from '../src/mqtt.ts'
import { bytesOf, payloads, record, testPreset } from './preset.ts'

testPreset('mqtt', mqtt, {
  frame: fc.oneof(
    record({ type: fc.constant(3), flags: fc.constantFrom(0, 1, 2, 4, 9, 11), payload: payloads }),
    record({ type: fc.constantFrom(6, 8, 10), flags: fc.constant(2), payload: payloads }),
    record({ type: fc.constantFrom(1, 2, 4, 5, 7, 9, 11, 12, 13, 14, 15), flags: fc.constant(0), payload: payloads }),
  ),
  frameOf: (payload) => ({ type: 3, flags: 0, payload }),
  examples: [
    {
      title: 'PINGREQ, and a PUBLISH of QoS 0 (MQTT 3.1.1, section 3.3)',
      bytes: bytesOf('c0 00   30 07 00 03 "a/b" "hi"'),
      frames: [
        { type: 12, flags: 0, payload: bytesOf('') },
        { type: 3, flags: 0, payload: bytesOf('00 03 "a/b" "hi"') },
      ],
    },
    {
      title: 'a remaining length of two bytes: 321 is c1 02 (section 2.2.3)',
      bytes: new Uint8Array([0x30, 0xc1, 0x02, ...new Uint8Array(321)]),
      frames: [{ type: 3, flags: 0, payload: new Uint8Array(321) }],
    },
  ],
  refused: [
    { title: 'type 0', bytes: bytesOf('00 00'), code: 'ERR_FRAME_CORRUPT' },
    { title: 'a SUBSCRIBE without its flag', bytes: bytesOf('80 00'), code: 'ERR_FRAME_CORRUPT' },
    { title: 'a PUBLISH of QoS 3', bytes: bytesOf('36 00'), code: 'ERR_FRAME_CORRUPT' },
    {
      title: 'a remaining length of five bytes',
      bytes: bytesOf('30 80 80 80 80 01'),
      code: 'ERR_FRAME_LENGTH_INVALID',
    },
    {
      title: 'a remaining length not in its shortest form',
      bytes: bytesOf('30 81 00'),
      code: 'ERR_FRAME_LENGTH_INVALID',
    },
    { title: 'HTTP', bytes: bytesOf('"GET / HTTP/1.1"'), code: 'ERR_FRAME_CORRUPT' },
  ],
  unencodable: [{ title: 'type 16', frame: { type: 16, flags: 0, payload: bytesOf('') } }],
})

const refusal = (code: string): Error => expect.objectContaining({ code, offset: 0 }) as Error
const unencodable = expect.objectContaining({ code: 'ERR_FRAME_NOT_ENCODABLE' })

describe('the first byte', () => {
  const all = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]
  const publishing = all.filter((flags) => (flags & 6) !== 6)
  const flagsOf = (type: number): number[] =>
    type === 0 ? [] : type === 3 ? publishing : [6, 8, 10].includes(type) ? [2] : [0]

  it.each(all)('has of type %i only its flags', (type) => {
    for (const flags of all) {
      const bytes = new Uint8Array([(type << 4) | flags, 0])
      const packet = { type, flags, payload: bytesOf('') }
      if (flagsOf(type).includes(flags)) {
        expect([...mqtt().decoder().decode(bytes)]).toEqual([packet])
        expect(mqtt().encode(packet)).toEqual(bytes)
      } else {
        expect(() => [...mqtt().decoder().decode(bytes)]).toThrow(refusal('ERR_FRAME_CORRUPT'))
        expect(() => mqtt().encode(packet)).toThrow(unencodable)
      }
    }
  })

  it.each([
    [16, 0],
    [-1, 0],
    [1.5, 0],
    [3, 16],
    [3, -1],
    [3, 0.5],
  ])('cannot hold the type %d with the flags %d', (type, flags) => {
    expect(() => mqtt().encode({ type, flags, payload: bytesOf('') })).toThrow(unencodable)
  })
})

describe('the remaining length', () => {
  it.each([
    [127, '7f'],
    [128, '80 01'],
    [16_383, 'ff 7f'],
    [16_384, '80 80 01'],
    [2_097_151, 'ff ff 7f'],
    [2_097_152, '80 80 80 01'],
  ])('of %i bytes is %s', (length, text) => {
    const bytes = mqtt().encode({ type: 3, flags: 0, payload: new Uint8Array(length) })
    expect(bytes.subarray(1, bytes.length - length)).toEqual(bytesOf(text))
    const [packet, ...others] = [...mqtt().decoder().decode(bytes)]
    expect(packet!.payload).toHaveLength(length)
    expect(others).toEqual([])
  })

  it.each(['30 80 00', '30 ff 00', '30 80 80 00', '30 ff ff ff 00', '30 80 80 80 80'])(
    'is not longer than need be, or than four bytes: %s',
    (text) => {
      expect(() => [...mqtt().decoder().decode(bytesOf(text))]).toThrow(refusal('ERR_FRAME_LENGTH_INVALID'))
    },
  )

  it('counts up to 2^28-1 bytes', () => {
    const decoder = mqtt().decoder()
    expect([...decoder.decode(bytesOf('30 ff ff ff 7f'))]).toEqual([])
    expect(() => decoder.end()).toThrow(expect.objectContaining({ frameLength: 5 + 2 ** 28 - 1 }))
  })
})

import { describe, expect, it } from 'vitest'
import { cobs } from '../src/index.ts'
import { byteByByte, bytesOf, decode, hex } from './outcomes.ts'

/** The bytes from `first` to `last`. */
const range = (first: number, last: number): string =>
  hex(Uint8Array.from({ length: last - first + 1 }, (_, index) => first + index))

describe('cobs', () => {
  it.each([
    // Cheshire and Baker, figure 3.
    ['4500002c4c79000040064f37', '024501042c4c79010540064f3700'],
    // Common test vectors of implementations.
    ['', '0100'],
    ['00', '010100'],
    ['0000', '01010100'],
    ['001100', '0102110100'],
    ['11220033', '031122023300'],
    ['11223344', '051122334400'],
    ['11000000', '021101010100'],
    [range(1, 254), `ff${range(1, 254)}00`],
    [range(0, 254), `01ff${range(1, 254)}00`],
    [range(1, 255), `ff${range(1, 254)}02ff00`],
    [`${range(2, 255)}00`, `ff${range(2, 255)}010100`],
    [`${range(3, 255)}0001`, `fe${range(3, 255)}020100`],
  ])('encodes %s as published', (content, encoded) => {
    expect(hex(cobs().encode(bytesOf(content)))).toBe(encoded)
    expect(decode(cobs(), [bytesOf(encoded)])).toEqual({ frames: [content], skipped: [] })
    expect(decode(cobs(), byteByByte(bytesOf(encoded)))).toEqual({ frames: [content], skipped: [] })
  })

  it('accepts the code after a longest block that some encoders write', () => {
    expect(decode(cobs(), [bytesOf(`ff${range(1, 254)}0100`)])).toEqual({ frames: [range(1, 254)], skipped: [] })
  })

  it('adds at most one byte in 254, and the zero', () => {
    for (const length of [0, 1, 253, 254, 255, 507, 508, 509, 1000]) {
      const encoded = cobs({ maxFrameLength: Math.max(1, length) }).encode(new Uint8Array(length).fill(7))
      expect(encoded.length).toBeLessThanOrEqual(length + Math.floor(length / 254) + 2)
    }
    const [encoded] = cobs().encodeParts(new Uint8Array(508).fill(7))
    expect(encoded!.buffer.byteLength).toBeLessThanOrEqual(508 + 2 + 2)
  })

  it('does not count the codes of longest blocks against the limit, which is exact', () => {
    const content = new Uint8Array(3 * 254).fill(7)
    const exact = cobs({ maxFrameLength: content.length })
    const short = cobs({ maxFrameLength: content.length - 1 })
    const encoded = exact.encode(content)
    for (const chunks of [[encoded], [encoded.subarray(0, 255), encoded.subarray(255)], byteByByte(encoded)]) {
      expect(decode(exact, chunks)).toEqual({ frames: [hex(content)], skipped: [] })
      expect(decode(short, chunks).error).toMatchObject({ code: 'ERR_FRAME_TOO_LONG', offset: 0 })
    }
  })

  it('states what is wrong with a frame', () => {
    expect(() => [...cobs().decoder().decode(bytesOf('056100'))]).toThrow('cobs: the frame ends inside a block')
  })

  it('ignores zeros in a row', () => {
    expect(decode(cobs(), byteByByte(bytesOf('0000 0261 00 0000 0262 00 00')))).toEqual({
      frames: ['61', '62'],
      skipped: [],
    })
  })

  it.each([
    ['a block that is cut', '0561'],
    ['a code alone', '02'],
    ['a second block that is cut', '02610562'],
    ['a longest block that is cut', `ff${range(1, 253)}`],
  ])('%s is corrupt, with the length of its frame, and can be skipped', (_what, raw) => {
    const stream = bytesOf(`026100${raw}00026200`)
    const frameLength = raw.length / 2 + 1
    for (const chunks of [[stream], byteByByte(stream)]) {
      expect(decode(cobs(), chunks)).toEqual({
        frames: ['61'],
        skipped: [],
        error: { code: 'ERR_FRAME_CORRUPT', offset: 3, frameLength },
      })
      expect(decode(cobs({ corrupt: 'skip' }), chunks)).toEqual({
        frames: ['61', '62'],
        skipped: [{ offset: 3, length: frameLength, reason: 'corrupt' }],
      })
    }
  })
})

import { isFrameError } from '@unstick/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fixedSize } from '../src/index.ts'

const u8 = (...bytes: number[]): Uint8Array => new Uint8Array(bytes)

describe('fixedSize', () => {
  it('splits every stream into records, whatever the chunks, and treats the rest as asked', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 100, size: 'max' }),
        fc.integer({ min: 1, max: 12 }),
        fc.constantFrom('error', 'emit', 'drop'),
        fc.array(fc.nat(9), { maxLength: 60, size: 'max' }),
        fc.boolean(),
        (stream, size, atEnd, cuts, scanning) => {
          const whole = Math.floor(stream.length / size)
          const expected: number[][] = []
          for (let index = 0; index < whole; index++)
            expected.push([...stream.subarray(index * size, (index + 1) * size)])
          const rest = stream.subarray(whole * size)
          const truncated = rest.length > 0 && atEnd === 'error'
          if (rest.length > 0 && atEnd === 'emit') expected.push([...rest])

          const decoder = fixedSize({ size, atEnd }).decoder()
          const frames: number[][] = []
          let at = 0
          for (const length of [...cuts, stream.length]) {
            const chunk = stream.slice(at, at + length)
            at += length
            if (scanning) decoder.scan(chunk, (bytes, start, end) => frames.push([...bytes.subarray(start, end)]))
            else for (const frame of decoder.decode(chunk)) frames.push([...frame])
          }
          let error: unknown
          try {
            frames.push(...decoder.end().map((frame) => [...frame]))
          } catch (caught) {
            error = caught
          }
          expect(frames).toEqual(expected)
          expect(isFrameError(error, 'ERR_FRAME_TRUNCATED')).toBe(truncated)
          if (truncated) {
            const message = `fixedSize: the stream ended inside the frame at offset ${whole * size}`
            expect(error).toMatchObject({ offset: whole * size, frameLength: size, message })
          }
        },
      ),
      { numRuns: 200 },
    )
  })

  it('encodes a record as it is, and refuses one of another size', () => {
    const codec = fixedSize({ size: 2 })
    expect([...codec.encode(u8(1, 2))]).toEqual([1, 2])
    for (const record of [u8(), u8(1), u8(1, 2, 3)]) {
      expect(() => codec.encode(record)).toThrow(
        expect.objectContaining({
          code: 'ERR_FRAME_NOT_ENCODABLE',
          message: `fixedSize: a record must have 2 bytes, received ${record.length}`,
          frameLength: record.length,
        }),
      )
    }
    expect(codec.maxFrameLength).toBe(2)
  })

  it.each([
    [undefined, TypeError, 'size must be an integer of at least 1, received undefined'],
    [{ size: 0 }, RangeError, 'size must be an integer of at least 1, received 0'],
    [{ size: 1.5 }, RangeError, 'size'],
    [{ size: 1, sise: 2 }, TypeError, 'fixedSize has no option "sise": did you mean size?'],
    [8, TypeError, 'fixedSize takes an object of options, received 8'],
    [{ size: 1, atEnd: 'keep' }, RangeError, 'atEnd must be "error" or "emit" or "drop", received "keep"'],
  ])('misuse is reported when the codec is made: %j', (options, kind, message) => {
    expect(() => fixedSize(options as never)).toThrow(kind)
    expect(() => fixedSize(options as never)).toThrow(message)
  })
})

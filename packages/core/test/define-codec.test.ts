import { describe, expect, it } from 'vitest'
import { byteLength } from './oracle.ts'

describe('defineCodec', () => {
  it.each([
    [{ overhead: -1 }, RangeError, 'overhead must be an integer of at least 0, received -1'],
    [{ headerLength: 1 }, TypeError, 'defineCodec has no option "headerLength": known are'],
    [{ findAtEnd: 1 }, TypeError, 'findAtEnd must be a function, received 1'],
    [{ toFrame: String, toFrames: 1 }, TypeError, 'toFrames must be a function, received 1'],
    [{ encodeParts: 1 }, TypeError, 'encodeParts must be a function, received 1'],
  ])('names the part of the definition that is wrong: %o', (overrides, kind, message) => {
    expect(() => byteLength(overrides as never)).toThrow(
      expect.objectContaining({ name: kind.name, message: expect.stringContaining(message) }),
    )
  })

  it('says what came instead of bytes to encode', () => {
    expect(() => byteLength().encode('a' as never)).toThrow(
      new TypeError('byteLength: a frame must be a Uint8Array, received a string'),
    )
  })
})

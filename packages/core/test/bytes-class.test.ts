import { describe, expect, it } from 'vitest'
import { classOf, newBytes } from '../src/bytes-class.ts'
import { newBytesLike } from '../src/index.ts'

/** A class of bytes that records how many arguments each instance was made from. */
class Counted extends Uint8Array {
  readonly given: number

  constructor(...given: [length: number] | [buffer: ArrayBufferLike, offset: number, length: number]) {
    super(...(given as [length: number]))
    this.given = given.length
  }
}

describe('new memory', () => {
  it.each([0, 1, 64, 65, 1000])(
    'of %i bytes has the class of the bytes it is for, and an ArrayBuffer of its own',
    (length) => {
      for (const like of [new Uint8Array(1), Buffer.from([1]), new Counted(1)]) {
        const bytes = newBytesLike(like, length)
        expect(bytes.constructor).toBe(like.constructor)
        expect(bytes).toHaveLength(length)
        expect([bytes.byteOffset, bytes.buffer.byteLength]).toEqual([0, length])
        expect(bytes.every((byte) => byte === 0)).toBe(true)
      }
    },
  )

  it('of up to 64 bytes is allocated by its class, on the heap; more is a view of an ArrayBuffer', () => {
    expect(newBytes(Counted, 64)).toMatchObject({ given: 1 })
    expect(newBytes(Counted, 65)).toMatchObject({ given: 3 })
  })

  it('is a Uint8Array for bytes of a class without a species', () => {
    const foreign = Object.defineProperty(new Uint8Array(2), 'constructor', { value: {} })
    expect(classOf(foreign)).toBe(Uint8Array)
  })
})

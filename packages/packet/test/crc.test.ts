import { crc32 } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CRC_ALIASES, CRC_CATALOGUE } from '../src/crc-catalogue.ts'
import { crc, type CrcName, type CrcParameters } from '../src/index.ts'

const CHECK = new TextEncoder().encode('123456789')

describe('crc', () => {
  it.each(CRC_CATALOGUE.map((row) => [row[0], row[7]] as const))(
    '%s has the check value of the catalogue over "123456789"',
    (name, check) => {
      expect(crc(name as CrcName)(CHECK).toString(16)).toBe(check.toString(16))
    },
  )

  it.each([...CRC_ALIASES])('%s is another name of %s', (alias, name) => {
    expect(crc(alias as CrcName)(CHECK)).toBe(crc(name as CrcName)(CHECK))
  })

  it('takes the parameters of any CRC of 1 to 32 bits, and gives what a division bit by bit gives', () => {
    const parameters = fc.integer({ min: 1, max: 32 }).chain((width): fc.Arbitrary<CrcParameters> => {
      const register = fc.integer({ min: 0, max: 2 ** width - 1 })
      return fc.record({
        width: fc.constant(width),
        poly: register,
        init: register,
        refin: fc.boolean(),
        refout: fc.boolean(),
        xorout: register,
      })
    })
    fc.assert(
      fc.property(parameters, fc.uint8Array({ maxLength: 40 }), (given, bytes) => {
        expect(crc(given)(bytes)).toBe(bitByBit(given, bytes))
      }),
      { numRuns: 2000 },
    )
  })

  it('covers the bytes from start up to end, and nothing else', () => {
    const check = crc('CRC-32/ISO-HDLC')
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 50 }), fc.nat(50), fc.nat(50), (bytes, a, b) => {
        const [start, end] = [Math.min(a, b, bytes.length), Math.min(Math.max(a, b), bytes.length)]
        expect(check(bytes, start, end)).toBe(crc32(bytes.subarray(start, end)))
        expect(check(bytes, start)).toBe(crc32(bytes.subarray(start)))
      }),
    )
  })

  it.each([
    ['CRC-16/NONSENSE', RangeError, 'algorithm: no CRC of the catalogue is called "CRC-16/NONSENSE"'],
    [undefined, TypeError, 'algorithm'],
    [null, TypeError, 'algorithm'],
    [7, TypeError, 'algorithm'],
    [{ width: 33 }, RangeError, 'algorithm.width must be an integer from 1 to 32, received 33'],
    [{ width: 8, poly: 256 }, RangeError, 'algorithm.poly must be an integer from 0 to 255, received 256'],
    [{ width: 8, poly: 7, init: 0, xorout: 0 }, TypeError, 'algorithm.refin'],
    [{ width: 8, polynomial: 7 }, TypeError, 'algorithm has no option "polynomial"'],
  ])('misuse is refused by name: %j', (given, kind, message) => {
    expect(() => crc(given as never)).toThrow(kind)
    expect(() => crc(given as never)).toThrow(message)
  })
})

/** The Rocksoft model, one bit at a time. */
function bitByBit({ width, poly, init, refin, refout, xorout }: CrcParameters, bytes: Uint8Array): number {
  let register = BigInt(init)
  for (const byte of bytes) {
    for (let bit = 0; bit < 8; bit++) {
      const next = BigInt((byte >> (refin ? bit : 7 - bit)) & 1)
      const isOne = register >> BigInt(width - 1) !== next
      register = BigInt.asUintN(width, (register << 1n) ^ (isOne ? BigInt(poly) : 0n))
    }
  }
  const bits = register.toString(2).padStart(width, '0')
  return Number(BigInt(`0b${refout ? bits.split('').toReversed().join('') : bits}`) ^ BigInt(xorout))
}

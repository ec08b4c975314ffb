import { crc32 } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CRC_ALIASES, CRC_CATALOGUE } from '../src/crc-catalogue.ts'
import { crc, type CrcName, type CrcParameters } from '../src/index.ts'
import { CHECK_VALUES } from './check-values.ts'

const CHECK = new TextEncoder().encode('123456789')

describe('crc', () => {
  it.each(CHECK_VALUES)('%s has the check value of the catalogue over "123456789"', (name, check) => {
    expect(crc(name)(CHECK).toString(16)).toBe(check.toString(16))
  })

  it('knows the CRCs of the catalogue, and no others', () => {
    expect(CRC_CATALOGUE.map(([name]) => name)).toEqual(CHECK_VALUES.map(([name]) => name))
    expect(() => crc('' as CrcName)).toThrow(
      'algorithm: the catalogue has no CRC called ""; give its parameters instead',
    )
  })

  it.each<[CrcName, CrcName]>([
    ['CRC-8', 'CRC-8/SMBUS'],
    ['CRC-8/MAXIM', 'CRC-8/MAXIM-DOW'],
    ['CRC-16', 'CRC-16/ARC'],
    ['CRC-16/AUG-CCITT', 'CRC-16/SPI-FUJITSU'],
    ['CRC-16/CCITT', 'CRC-16/KERMIT'],
    ['CRC-16/CCITT-FALSE', 'CRC-16/IBM-3740'],
    ['CRC-16/X-25', 'CRC-16/IBM-SDLC'],
    ['CRC-24', 'CRC-24/OPENPGP'],
    ['CRC-32', 'CRC-32/ISO-HDLC'],
    ['CRC-32C', 'CRC-32/ISCSI'],
  ])('%s is another name of %s', (alias, name) => {
    expect(CRC_ALIASES.get(alias)).toBe(name)
    expect(crc(alias)(CHECK)).toBe(crc(name)(CHECK))
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
      fc.property(parameters, fc.uint8Array({ maxLength: 40, size: 'max' }), (given, bytes) => {
        expect(crc(given)(bytes)).toBe(bitByBit(given, bytes))
      }),
      { numRuns: 300 },
    )
  })

  it('covers the bytes from start up to end, and nothing else', () => {
    const check = crc('CRC-32/ISO-HDLC')
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 50, size: 'max' }), fc.nat(50), fc.nat(50), (bytes, a, b) => {
        const [start, end] = [Math.min(a, b, bytes.length), Math.min(Math.max(a, b), bytes.length)]
        expect(check(bytes, start, end)).toBe(crc32(bytes.subarray(start, end)))
        expect(check(bytes, start)).toBe(crc32(bytes.subarray(start)))
      }),
    )
  })

  it.each([
    ['CRC-16/NONSENSE', RangeError, 'called "CRC-16/NONSENSE"; give its parameters instead'],
    ['crc16_modbus', RangeError, 'called "crc16_modbus": did you mean "CRC-16/MODBUS"?'],
    ['CRC32C', RangeError, 'called "CRC32C": did you mean "CRC-32C"?'],
    [undefined, TypeError, 'algorithm'],
    [null, TypeError, 'algorithm'],
    [7, TypeError, 'algorithm'],
    [{ width: 33 }, RangeError, 'algorithm.width must be an integer from 1 to 32, received 33'],
    [{ width: 8, poly: 256 }, RangeError, 'algorithm.poly must be an integer from 0 to 255, received 256'],
    [{ width: 8, poly: 7, init: 0, xorout: 0 }, TypeError, 'algorithm.refin'],
    [{ width: 8, poly: 7, init: 0, xorout: 0, refin: true }, TypeError, 'algorithm.refout must be true or false'],
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

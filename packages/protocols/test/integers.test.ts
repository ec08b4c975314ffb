import { expect, it } from 'vitest'
import { bigEndianFor, littleEndianFor, readBig, readLittle } from '../src/framing/integers.ts'
import { bytesOf } from './preset.ts'

const bigEndian = bigEndianFor('amqp091')
const littleEndian = littleEndianFor('mysql')

it('writes fields in order, in both byte orders', () => {
  expect(bigEndian([1, 8], [3, 0x010203], [6, 2 ** 48 - 2])).toEqual(bytesOf('08 01 02 03 ff ff ff ff ff fe'))
  expect(littleEndian([1, 8], [3, 0x010203], [6, 2 ** 48 - 2])).toEqual(bytesOf('08 03 02 01 fe ff ff ff ff ff'))
})

it('reads what it writes, in both byte orders', () => {
  for (const value of [0, 1, 0x7fff_ffff, 0xffff_ffff, 2 ** 48 - 1]) {
    expect(readBig(bigEndian([1, 7], [6, value]), 1, 6)).toBe(value)
    expect(readLittle(littleEndian([1, 7], [6, value]), 1, 6)).toBe(value)
  }
})

it.each([256, -1, 1.5, NaN, '1' as never])('refuses %s in a field of one byte, naming the codec', (value) => {
  const what = 'a header field must be an integer from 0 to 2^8-1'
  const code = 'ERR_FRAME_NOT_ENCODABLE'
  expect(() => bigEndian([1, value])).toThrow(expect.objectContaining({ code, message: `amqp091: ${what}` }))
  expect(() => littleEndian([1, value])).toThrow(expect.objectContaining({ code, message: `mysql: ${what}` }))
})

import { describe, expect, it } from 'vitest'
import fc from 'fast-check'
import { readInput, writeInput, type InputForm } from '../../playground/input.ts'
import { hexOf } from '../../playground/hex.ts'

const hexIn = (text: string): string => hexOf(readInput(text, 'hex').bytes)

describe('bytes as hexadecimal digits', () => {
  it('are read with and without separators', () => {
    expect(hexIn('0000002a68')).toBe('0000002a68')
    expect(hexIn('00 00:00,2A\n68')).toBe('0000002a68')
    expect(hexIn('{ 0x00, 0x2a, 0x68 };')).toBe('002a68')
    expect(hexIn(String.raw`"\x00\x2a" "\x68"`)).toBe('002a68')
    expect(hexIn('')).toBe('')
  })

  it('have cuts at bars', () => {
    expect(readInput('00 02 | 68 | | 69 |', 'hex')).toEqual({ bytes: Uint8Array.of(0, 2, 0x68, 0x69), cuts: [2, 3] })
  })

  it('are read from the dumps of Wireshark, xxd and hexdump', () => {
    const expected = '0000000568656c6c6f000000076265636166650a'
    expect(
      hexIn('0000   00 00 00 05 68 65 6c 6c 6f 00 00 00 07 62 65 63   ....hello....bec\n0010   61 66 65 0a   afe.'),
    ).toBe(expected)
    expect(
      hexIn('00000000: 0000 0005 6865 6c6c 6f00 0000 0762 6563  ....hello....bec\n00000010: 6166 650a  afe.\n'),
    ).toBe(expected)
    expect(
      hexIn(
        '00000000  00 00 00 05 68 65 6c 6c  6f 00 00 00 07 62 65 63  |....hello....bec|\n00000010  61 66 65 0a  |afe.|\n00000014\n',
      ),
    ).toBe(expected)
  })

  it('are read from the dump of tcpdump', () => {
    expect(hexIn('\t0x0000:  4500 0034 0000 4000 4006 3cc1 7f00 0001  E..4..@.@.<.....\n\t0x0010:  7f00 0001')).toBe(
      '450000340000400040063cc17f0000017f000001',
    )
  })

  it('may begin with a group of zeros, which a single space does not make an offset', () => {
    expect(hexIn('0000 0002 6869')).toBe('000000026869')
    expect(hexIn('00000002 6869')).toBe('000000026869')
    expect(hexIn('0000   00 02')).toBe('0002')
    expect(hexIn('000000 61 62\n000002\n')).toBe('6162')
  })

  it('are refused with the reason', () => {
    expect(() => readInput('00 0g', 'hex')).toThrow('"g" is not a hexadecimal digit')
    expect(() => readInput('00 0', 'hex')).toThrow('a byte has two digits: "000" ends with one')
  })
})

describe('text', () => {
  it('is UTF-8 with escapes for bytes', () => {
    expect(hexOf(readInput(String.raw`é\n\r\t\0\xFF\\`, 'text').bytes)).toBe('c3a90a0d0900ff5c')
  })

  it('refuses unknown escapes', () => {
    expect(() => readInput(String.raw`a\q`, 'text')).toThrow(String.raw`\q is not an escape`)
    expect(() => readInput('a\\', 'text')).toThrow('is not an escape')
  })
})

describe('base64', () => {
  it('is read in both alphabets', () => {
    expect(hexOf(readInput('+/8=', 'base64').bytes)).toBe('fbff')
    expect(hexOf(readInput(' -_8 ', 'base64').bytes)).toBe('fbff')
    expect(() => readInput('?', 'base64')).toThrow('this is not base64')
  })
})

it('bytes survive writing and reading in every form', () => {
  const characters = fc.constantFrom(
    'a',
    ' ',
    '\\',
    'x',
    '0',
    '\n',
    '\0',
    'é',
    '€',
    '😀',
    '\u00A0',
    '\u2028',
    '\uFEFF',
    '\u{E0001}',
  )
  const anything = fc.oneof(
    fc.uint8Array({ maxLength: 40 }),
    fc.array(characters, { maxLength: 12 }).map((text) => new TextEncoder().encode(text.join(''))),
  )
  fc.assert(
    fc.property(anything, fc.constantFrom<InputForm>('hex', 'text', 'base64'), (bytes, form) => {
      expect(hexOf(readInput(writeInput(bytes, form), form).bytes)).toBe(hexOf(bytes))
    }),
    { numRuns: 200 },
  )
})

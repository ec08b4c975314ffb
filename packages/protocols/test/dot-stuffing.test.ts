// Bodies that end with a line that is a dot.

import { describe, expect, it } from 'vitest'
import { findBodyEnd, resumeForEnd, stuffed, unstuffed } from '../src/framing/dot-stuffing.ts'
import { ascii, withCode } from './preset.ts'

describe('a body', () => {
  it.each([
    ['', '.\r\n'],
    ['a\r\n', 'a\r\n.\r\n'],
    ['\r\n', '\r\n.\r\n'],
    ['.\r\n', '..\r\n.\r\n'],
    ['..a.\r\n', '...a.\r\n.\r\n'],
    ['a\r\n.b\r\n', 'a\r\n..b\r\n.\r\n'],
    ['a\n.b\r\n', 'a\n.b\r\n.\r\n'],
    ['a\r.b\r\n', 'a\r.b\r\n.\r\n'],
    ['\n.\r\n', '\n.\r\n.\r\n'],
  ])('%j is written as %j, and read again', (body, written) => {
    expect(stuffed('pop3', ascii(body))).toEqual(ascii(written))
    expect(unstuffed(ascii(written.slice(0, -3)))).toEqual(ascii(body))
  })

  it.each(['a', 'a\r', 'a\n', '\n', '\r'])('%j, which does not end with CR LF, is not written', (body) => {
    expect(() => stuffed('pop3', ascii(body))).toThrow(withCode('ERR_FRAME_NOT_ENCODABLE'))
  })

  it('has the class of the bytes it is read from', () => {
    expect(Buffer.isBuffer(unstuffed(Buffer.from('..a\r\n')))).toBe(true)
  })
})

describe('the end of a body', () => {
  it('is found after the line before it, and not beyond the end', () => {
    const bytes = ascii('x\r\n..\r\n.a\r\n.\r\nb')
    expect(findBodyEnd(bytes, 1, bytes.length)).toBe(14)
    expect(findBodyEnd(bytes, 9, 14)).toBe(14)
    expect(findBodyEnd(bytes, 10, 14)).toBe(-1)
    expect(findBodyEnd(bytes, 1, 13)).toBe(-1)
  })

  it('may have begun in the last four bytes', () => {
    expect(resumeForEnd(2, 20)).toBe(16)
    expect(resumeForEnd(17, 20)).toBe(17)
  })
})

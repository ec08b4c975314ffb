// Bodies of lines that end with a line that is a dot, as NNTP and POP3 have them, where they follow a line of the same
// stream.

import { newBytesLike, UNKNOWN } from '@unstick/core'
import { notEncodable } from './errors.ts'

const CR = 13
const LF = 10
const DOT = 46

/** CR LF, a dot, CR LF: the end of the last line, and the line that ends the body. */
const END = [CR, LF, DOT, CR, LF]
/** Of these, the ones that belong to the line that ends the body. */
export const END_LINE = 3

/**
 * Index after the end of the body that begins after the line that ends with `bytes[from, from + 2)`, or after another line
 * of the body; or UNKNOWN, and then the search goes on at `resumeForEnd`.
 */
export function findBodyEnd(bytes: Uint8Array, from: number, end: number): number {
  for (let at = from; at + END.length <= end; at++) {
    if (END.every((byte, index) => bytes[at + index] === byte)) return at + END.length
  }
  return UNKNOWN
}

/** Where the search goes on that found no end. */
export function resumeForEnd(from: number, end: number): number {
  return Math.max(from, end - END.length + 1)
}

function isAtLine(bytes: Uint8Array, at: number): boolean {
  return at === 0 || (bytes[at - 2] === CR && bytes[at - 1] === LF)
}

/** The body without its stuffing, of the lines before the one that ends it. */
export function unstuffed(body: Uint8Array): Uint8Array {
  const bytes = newBytesLike(body, body.length)
  let length = 0
  for (let at = 0; at < body.length; at++) {
    if (body[at] !== DOT || !isAtLine(body, at)) bytes[length++] = body[at]!
  }
  return bytes.subarray(0, length)
}

/** The opposite, with the line that ends it. */
export function stuffed(name: string, body: Uint8Array): Uint8Array {
  if (!isAtLine(body, body.length)) throw notEncodable(name, 'a body must be empty or end with CR LF')
  const bytes = new Uint8Array(2 * body.length + END_LINE)
  let length = 0
  for (let at = 0; at < body.length; at++) {
    if (body[at] === DOT && isAtLine(body, at)) bytes[length++] = DOT
    bytes[length++] = body[at]!
  }
  bytes.set(END.slice(-END_LINE), length)
  return bytes.subarray(0, length + END_LINE)
}

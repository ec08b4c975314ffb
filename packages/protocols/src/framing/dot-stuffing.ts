// Dot-stuffed bodies, ended by a line with a single dot, which follow a line of the same stream in NNTP and POP3.

import { checkedBytes, newBytesLike, UNKNOWN } from '@unstick/core'
import { notEncodable } from './errors.ts'

const CR = 13
const LF = 10
const DOT = 46

/** CR LF, a dot, CR LF: the end of the last line, and the line that ends the body. */
const END = [CR, LF, DOT, CR, LF]
/** How many of those five bytes belong to the line that ends the body. */
export const END_LINE = 3

/**
 * The index after the line that ends the body, or UNKNOWN; the search then resumes at `resumeForEnd`. `from` is the
 * index of the CR LF before the body, or before any line of it.
 */
export function findBodyEnd(bytes: Uint8Array, from: number, end: number): number {
  for (let dot = from + 2; dot + END_LINE <= end; dot++) {
    if (bytes[dot] === DOT && isAtLine(bytes, dot) && bytes[dot + 1] === CR && bytes[dot + 2] === LF) {
      return dot + END_LINE
    }
  }
  return UNKNOWN
}

/** Where to resume a search that found no end. */
export function resumeForEnd(from: number, end: number): number {
  return Math.max(from, end - END.length + 1)
}

function isAtLine(bytes: Uint8Array, at: number): boolean {
  return at === 0 || (bytes[at - 2] === CR && bytes[at - 1] === LF)
}

/** The body without its stuffing; `body` excludes the line that ends it. */
export function unstuffed(body: Uint8Array): Uint8Array {
  const bytes = newBytesLike(body, body.length)
  let length = 0
  for (let at = 0; at < body.length; at++) {
    if (body[at] !== DOT || !isAtLine(body, at)) bytes[length++] = body[at]!
  }
  return bytes.subarray(0, length)
}

/** The stuffed body, with the line that ends it. */
export function stuffed(name: string, body: Uint8Array): Uint8Array {
  checkedBytes(body, name, 'a payload')
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

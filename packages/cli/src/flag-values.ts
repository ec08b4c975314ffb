// Parsers for the values of flags. Each throws a `Misuse` with the allowed values.

import { Misuse } from './misuse.ts'

export function integer(text: string): number {
  const value = Number(text)
  if (text.trim() === '' || !Number.isSafeInteger(value)) throw new Misuse('must be an integer')
  return value
}

export function natural(text: string): number {
  const value = integer(text)
  if (value < 0) throw new Misuse('must not be negative')
  return value
}

export function positive(text: string): number {
  const value = integer(text)
  if (value < 1) throw new Misuse('must be at least 1')
  return value
}

const CONTROLS: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '0': '\0', '\\': '\\' }

/**
 * Replaces \n, \r, \t, \0, \xHH and \\ by the bytes that they stand for, which are hard to type in a shell. Returns bytes
 * only if one is beyond ASCII, since the codecs take a string for its UTF-8.
 */
export function unescaped(text: string): string | Uint8Array {
  // Escapes have odd indexes.
  const split = text.split(/\\(x[0-9a-fA-F]{2}|[nrt0\\])/)
  if (split.some((part, index) => index % 2 === 0 && part.includes('\\'))) {
    throw new Misuse(String.raw`may contain only the escapes \n, \r, \t, \0, \xHH and \\`)
  }
  const parts = split.map((part, index) => (index % 2 === 0 ? part : characterOf(part)))
  if (parts.every((part, index) => index % 2 === 0 || part < '\x80')) return parts.join('')
  const utf8 = new TextEncoder()
  return Uint8Array.from(
    parts.flatMap((part, index) => (index % 2 === 0 ? [...utf8.encode(part)] : [part.charCodeAt(0)])),
  )
}

function characterOf(escape: string): string {
  return CONTROLS[escape] ?? String.fromCharCode(Number.parseInt(escape.slice(1), 16))
}

/** `0:8,1:12`. */
export function sizes(text: string): Record<number, number> {
  const pairs = text.split(',').map((pair) => pair.split(':').map(natural))
  if (pairs.every(({ length }) => length === 2)) return Object.fromEntries(pairs) as Record<number, number>
  throw new Misuse('must be types and sizes such as 0:8,1:12')
}

export function bytesInHex(text: string): { bytes: Uint8Array } {
  if (!/^(?:[0-9a-f]{2})+$/i.test(text)) throw new Misuse('must be bytes in hexadecimal')
  return { bytes: Uint8Array.from(text.match(/../g)!, (pair) => Number.parseInt(pair, 16)) }
}

export function bitsOrNone(text: string): number | string {
  return text === 'none' ? text : natural(text)
}

export function pattern(text: string): RegExp {
  try {
    return new RegExp(text)
  } catch {
    throw new Misuse('must be a regular expression')
  }
}

export interface Address {
  host: string
  port: number
}

/** `5432`, `localhost:5432` or `[::1]:5432`; port 0 means any free port. */
export function address(text: string): Address {
  const match = /^(?:(?:\[([0-9a-f:.]+)\]|([^:[\]]+)):)?(\d{1,5})$/i.exec(text)
  const port = Number(match?.[3])
  if (match === null || port > 65_535) throw new Misuse('must be a port, or a host and a port such as localhost:5432')
  return { host: match[1] ?? match[2] ?? '127.0.0.1', port }
}

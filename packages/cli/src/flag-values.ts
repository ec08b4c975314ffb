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

/** Replaces \n, \r, \t, \0, \xHH and \\ by the characters that they stand for, which are hard to type in a shell. */
export function unescaped(text: string): string {
  const controls: Record<string, string> = { n: '\n', r: '\r', t: '\t', '0': '\0', '\\': '\\' }
  return text.replaceAll(/\\(?:x([0-9a-fA-F]{2})|([nrt0\\]))/g, (_, hex: string | undefined, control: string) =>
    hex === undefined ? controls[control]! : String.fromCharCode(Number.parseInt(hex, 16)),
  )
}

/** `0:8,1:12`. */
export function sizes(text: string): Record<number, number> {
  return Object.fromEntries(text.split(',').map((pair) => pair.split(':').map(natural)))
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

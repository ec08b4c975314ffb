// Typed or pasted text as bytes: hexadecimal digits, text with escapes, or base64.

import { base64Of, bytesOfBase64 } from './base64.ts'
import { bytesOfHex, hexOf } from './hex.ts'

export type InputForm = 'hex' | 'text' | 'base64'

export interface ChunkedBytes {
  bytes: Uint8Array<ArrayBuffer>
  /** Positions at which one chunk ends and the next begins, in ascending order. */
  cuts: number[]
}

/**
 * Reads pasted text. In hexadecimal, `|` is a cut, and the offsets and text columns of Wireshark, xxd and hexdump dumps
 * are ignored.
 *
 * @throws {SyntaxError} The message names the error and its place.
 */
export function readInput(text: string, form: InputForm): ChunkedBytes {
  if (form === 'base64') return { bytes: bytesOfBase64(text), cuts: [] }
  if (form === 'text') return { bytes: bytesOfText(text), cuts: [] }
  return readHex(text)
}

export function writeInput(bytes: Uint8Array, form: InputForm): string {
  if (form === 'base64') return base64Of(bytes)
  return form === 'text' ? textOf(bytes) : hexOf(bytes, ' ')
}

// ── Hexadecimal ──

function readHex(text: string): ChunkedBytes {
  const dumped = bytesOfDump(text)
  if (dumped !== undefined) return { bytes: dumped, cuts: [] }
  // The punctuation of Wireshark's "as a C array" and "as an escaped string".
  const digits = text.replaceAll(/0x|\\x|[\s,:;"{}]/gi, '')
  const wrong = /[^0-9a-f|]/i.exec(digits)
  if (wrong !== null) throw new SyntaxError(`${JSON.stringify(wrong[0])} is not a hexadecimal digit`)
  const chunks = digits.split('|')
  const odd = chunks.find((chunk) => chunk.length % 2 !== 0)
  if (odd !== undefined) throw new SyntaxError(`a byte has two digits: ${JSON.stringify(odd.slice(-8))} ends with one`)
  const bytes = bytesOfHex(chunks.join(''))
  const cuts: number[] = []
  let end = 0
  for (const chunk of chunks.slice(0, -1)) {
    end += chunk.length / 2
    if (end > (cuts.at(-1) ?? 0) && end < bytes.length) cuts.push(end)
  }
  return { bytes, cuts }
}

/** Undefined if the lines do not begin with the offsets of their bytes. */
function bytesOfDump(text: string): Uint8Array<ArrayBuffer> | undefined {
  const bytes: number[] = []
  let lines = 0
  let isSpaced = false
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue
    const match = /^\s*(?:0x)?([0-9a-f]{4,8})(?:(:?\s+)(.*)|:?)$/i.exec(line)
    if (match === null || Number.parseInt(match[1]!, 16) !== bytes.length) return undefined
    bytes.push(...bytesOfDumpLine(match[3] ?? ''))
    lines++
    isSpaced ||= match[2] === ' '
  }
  // A single line may also be bytes in groups of four, which have one space between them.
  const isDump = lines > 1 || (lines === 1 && !isSpaced)
  return isDump && bytes.length > 0 ? Uint8Array.from(bytes) : undefined
}

const BYTES_IN_LINE = 16

/** Two spaces end the bytes, except in the middle of a line of hexdump. */
function bytesOfDumpLine(line: string): number[] {
  const bytes: number[] = []
  for (const [, digits, gap] of line.matchAll(/((?:[0-9a-f]{2}){1,4})(\s+|$)/giy)) {
    bytes.push(...bytesOfHex(digits!))
    if (bytes.length >= BYTES_IN_LINE || (gap!.length > 1 && bytes.length !== BYTES_IN_LINE / 2)) break
  }
  return bytes.slice(0, BYTES_IN_LINE)
}

// ── Text ──

const ESCAPED: Record<string, number> = { n: 10, r: 13, t: 9, '0': 0, '\\': 92 }

/** UTF-8, with \n, \r, \t, \0, \xHH and \\ for bytes. */
function bytesOfText(text: string): Uint8Array<ArrayBuffer> {
  const encoder = new TextEncoder()
  const bytes: number[] = []
  for (const [part, hex, control] of text.matchAll(/\\x([0-9a-f]{2})|\\(.?)|[^\\]+/gis)) {
    if (hex !== undefined) bytes.push(Number.parseInt(hex, 16))
    else if (control === undefined) bytes.push(...encoder.encode(part))
    else if (ESCAPED[control] !== undefined) bytes.push(ESCAPED[control])
    else throw new SyntaxError(String.raw`${part} is not an escape: use \n, \r, \t, \0, \xHH or \\`)
  }
  return Uint8Array.from(bytes)
}

const NAMES = new Map(Object.entries(ESCAPED).map(([name, byte]) => [byte, `\\${name}`]))

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** The inverse of `bytesOfText`: escapes everything except printable UTF-8. */
function textOf(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length;) {
    const length = characterLength(bytes, at)
    const byte = bytes[at]!
    if (length > 1 || (byte >= 32 && byte < 127 && byte !== 92)) {
      text += decoder.decode(bytes.subarray(at, at + length))
    } else {
      text += NAMES.get(byte) ?? `\\x${hexOf(Uint8Array.of(byte))}`
    }
    at += length
  }
  return text
}

/** 1 for bytes that begin no character, and for invisible characters. */
function characterLength(bytes: Uint8Array, at: number): number {
  const first = bytes[at]!
  const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc2 ? 2 : 1
  if (length === 1 || at + length > bytes.length) return 1
  try {
    return /[\p{C}\p{Z}]/u.test(decoder.decode(bytes.subarray(at, at + length))) ? 1 : length
  } catch {
    return 1
  }
}

// Text in frames: UTF-8, which may be malformed, and Latin-1, which cannot.

import { notEncodable } from './errors.ts'

// These are globals in every runtime; this package compiles without the types of any.
declare const TextDecoder: new (
  label: 'utf-8',
  options: { fatal: boolean; ignoreBOM: boolean },
) => { decode: (bytes: Uint8Array) => string }
declare const TextEncoder: new () => { encode: (text: string) => Uint8Array }

type Slice = (this: Uint8Array, start: number, end: number) => string

// A global of some runtimes only. Its methods work on any bytes.
declare const Buffer: { prototype: { latin1Slice?: Slice; utf8Slice?: Slice } } | undefined

const { latin1Slice, utf8Slice } = typeof Buffer === 'undefined' ? {} : Buffer.prototype

/** Up to this many bytes, a loop over the characters is faster than a call into the runtime. */
const SHORT_TEXT = 24

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const replacing = new TextDecoder('utf-8', { fatal: false, ignoreBOM: true })
const encoder = new TextEncoder()

/** Decodes UTF-8. Throws a `TypeError` for malformed bytes, which core turns into `ERR_FRAME_CORRUPT`. */
export function decodeUtf8(bytes: Uint8Array, start = 0, end: number = bytes.length): string {
  if (isShortAscii(bytes, start, end)) return inEights(bytes, start, end)
  if (utf8Slice !== undefined) {
    // Twice as fast as `TextDecoder` for characters of several bytes, but it replaces malformed bytes.
    const text = utf8Slice.call(bytes, start, end)
    if (!text.includes(REPLACEMENT)) return text
  }
  return decoder.decode(start === 0 && end === bytes.length ? bytes : bytes.subarray(start, end))
}

const REPLACEMENT = '\uFFFD'

/** After this many bytes `isAscii` checks whether it has met a byte that is not ASCII. */
const BLOCK = 1024

/** Whether all of `bytes[start, end)` is ASCII. Reads four bytes at a time where they are aligned. */
export function isAscii(bytes: Uint8Array, start: number, end: number): boolean {
  const aligned = Math.min(end, start + (-(bytes.byteOffset + start) & 3))
  const count = (end - aligned) >>> 2
  const words = new Uint32Array(bytes.buffer, count === 0 ? 0 : bytes.byteOffset + aligned, count)
  let seen = 0
  for (let at = start; at < aligned; at++) seen |= bytes[at]!
  for (let at = aligned + 4 * count; at < end; at++) seen |= bytes[at]!
  for (let at = 0; at < count && (seen & 0x80808080) === 0;) {
    const blockEnd = Math.min(count, at + BLOCK / 4)
    while (at < blockEnd) seen |= words[at++]!
  }
  return (seen & 0x80808080) === 0
}

function isShortAscii(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start > SHORT_TEXT) return false
  for (let at = start; at < end; at++) if (bytes[at]! > 0x7f) return false
  return true
}

/** Decodes UTF-8, with U+FFFD for malformed bytes. */
export function decodeAnyUtf8(bytes: Uint8Array, start = 0, end: number = bytes.length): string {
  if (isShortAscii(bytes, start, end)) return inEights(bytes, start, end)
  if (utf8Slice !== undefined) return utf8Slice.call(bytes, start, end)
  return replacing.decode(bytes.subarray(start, end))
}

/**
 * Encodes a string as UTF-8, in new memory.
 *
 * @throws {FrameError} `ERR_FRAME_NOT_ENCODABLE`: not a string, or one with a lone surrogate.
 */
export function encodeUtf8(name: string, text: string): Uint8Array {
  if (typeof text !== 'string') throw notEncodable(name, 'text must be a string')
  if (/\p{Surrogate}/u.test(text)) throw notEncodable(name, 'text must not hold a lone surrogate')
  return encoder.encode(text)
}

/** Decodes `bytes[start, end)` as Latin-1. */
export function decodeLatin1(bytes: Uint8Array, start = 0, end: number = bytes.length): string {
  if (end - start <= SHORT_TEXT) return inEights(bytes, start, end)
  return latin1Slice === undefined ? inSteps(bytes, start, end) : latin1Slice.call(bytes, start, end)
}

function inEights(bytes: Uint8Array, start: number, end: number): string {
  let text = ''
  let at = start
  for (; at + 8 <= end; at += 8) {
    text += String.fromCharCode(
      bytes[at]!,
      bytes[at + 1]!,
      bytes[at + 2]!,
      bytes[at + 3]!,
      bytes[at + 4]!,
      bytes[at + 5]!,
      bytes[at + 6]!,
      bytes[at + 7]!,
    )
  }
  for (; at < end; at++) text += String.fromCharCode(bytes[at]!)
  return text
}

/** The most arguments of one `fromCharCode` call: more could overflow the stack. */
const STEP = 4096

function inSteps(bytes: Uint8Array, start: number, end: number): string {
  let text = ''
  for (let at = start; at < end; at += STEP) {
    // `apply` accepts a typed array: no copy to a plain array is needed.
    const numbers = bytes.subarray(at, Math.min(end, at + STEP)) as Iterable<number> as number[]
    text += String.fromCharCode.apply(undefined, numbers)
  }
  return text
}

/**
 * Encodes a string as Latin-1, in new memory.
 *
 * @throws {FrameError} `ERR_FRAME_NOT_ENCODABLE`: not a string, or a character beyond U+00FF.
 */
export function encodeLatin1(name: string, text: string): Uint8Array {
  if (typeof text !== 'string') throw notEncodable(name, 'text must be a string')
  const bytes = new Uint8Array(text.length)
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index)
    if (unit > 0xff) throw notEncodable(name, 'text must have no character beyond U+00FF')
    bytes[index] = unit
  }
  return bytes
}

/** Trims spaces and tabs. A loop, since a regular expression can take quadratic time for this. */
export function trimBlanks(text: string): string {
  let start = 0
  let end = text.length
  while (start < end && isBlank(text.charCodeAt(start))) start++
  while (end > start && isBlank(text.charCodeAt(end - 1))) end--
  return text.slice(start, end)
}

function isBlank(unit: number): boolean {
  return unit === 32 || unit === 9
}

/** Whether it is text that a line can hold: a string without CR and LF. */
export function isLine(text: unknown): boolean {
  return typeof text === 'string' && !/[\r\n]/.test(text)
}

/** Whether it is a name and a value. A string would be taken apart into characters, and a third item would be lost. */
export function isPair(item: unknown): boolean {
  return Array.isArray(item) && item.length === 2 && item.every((each) => typeof each === 'string')
}

/** With ASCII letters in upper case, and other characters as they are: 'ß' would become two letters, 'ÿ' no Latin-1. */
export function upperCase(text: string): string {
  let at = 0
  while (at < text.length && text.charCodeAt(at) < 128) at++
  return at === text.length ? text.toUpperCase() : text.replaceAll(/[a-z]+/g, (letters) => letters.toUpperCase())
}

/** Splits at runs of separators. */
export function wordsOf(text: string, separator: string | RegExp): string[] {
  return text.split(separator).filter((word) => word !== '')
}

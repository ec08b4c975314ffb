// Lines such as `Content-Length: 5`, each ended by CRLF, the last of them empty.

export const CR = 13
export const LF = 10
const SPACE = 32
const TAB = 9
export const COLON = 58

/** The beginning of the line that contains `at`, at `start` or later. */
export function startOfLine(bytes: Uint8Array, start: number, at: number): number {
  while (at > start && bytes[at - 1] !== LF) at--
  return at
}

/**
 * The index of the colon in the line `bytes[start, end)`, which excludes its CRLF, or -1 if the line is not a header.
 */
export function colonOf(bytes: Uint8Array, start: number, end: number): number {
  let colon = -1
  for (let at = start; at < end; at++) {
    if (bytes[at] === CR) return -1
    if (bytes[at] === COLON && colon === -1) colon = at
  }
  const hasName = colon > start && !isBlank(bytes[start]!) && !isBlank(bytes[colon - 1]!)
  return hasName ? colon : -1
}

/** Whether `bytes[start, end)` is this name, ignoring case. `name` is in lower case. */
export function isNamed(bytes: Uint8Array, start: number, end: number, name: string): boolean {
  if (end - start !== name.length) return false
  for (let index = 0; index < name.length; index++) {
    const byte = bytes[start + index]!
    const isUpperCase = byte >= 65 && byte <= 90
    if ((isUpperCase ? byte + 32 : byte) !== name.charCodeAt(index)) return false
  }
  return true
}

/** `bytes[start, end)` without outer spaces and tabs, in Latin-1. */
export function trimmedText(bytes: Uint8Array, start: number, end: number): string {
  while (start < end && isBlank(bytes[start]!)) start++
  while (end > start && isBlank(bytes[end - 1]!)) end--
  let text = ''
  for (let at = start; at < end; at++) text += String.fromCharCode(bytes[at]!)
  return text
}

/** Encodes Latin-1. */
export function latin1(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length)
  for (let index = 0; index < text.length; index++) bytes[index] = text.charCodeAt(index)
  return bytes
}

/** Whether the decoder would return this header text unchanged: Latin-1 without CR, LF and outer spaces and tabs. */
export function isHeaderText(text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    if (code > 255 || code === CR || code === LF) return false
  }
  return text === '' || !(isBlank(text.charCodeAt(0)) || isBlank(text.charCodeAt(text.length - 1)))
}

/** Whether this is a valid header name. */
export function isHeaderName(text: string): boolean {
  return text !== '' && isHeaderText(text) && !text.includes(':')
}

function isBlank(code: number): boolean {
  return code === SPACE || code === TAB
}

/** Parses a length header; undefined if it is malformed, Infinity beyond 2^53-1. */
export function lengthOf(value: string): number | undefined {
  if (!/^[0-9]+$/.test(value)) return undefined
  const length = Number(value)
  return length > Number.MAX_SAFE_INTEGER ? Infinity : length
}

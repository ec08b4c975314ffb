// UTF-8, by the Encoding Standard's classes.

import { kindOf } from '@unstick/core'

// Globals wherever this runs; the types of this package know no runtime.
declare const TextDecoder: new (
  label: 'utf-8',
  options: { fatal: boolean; ignoreBOM: boolean },
) => { decode: (bytes?: Uint8Array, options?: { stream: boolean }) => string }
declare const TextEncoder: new () => { encode: (text: string) => Uint8Array }

/** Decodes bytes whole, a BOM as any other character. Throws a `TypeError` for malformed ones, unless replaced. */
export function utf8Decoder(malformed: 'error' | 'replace'): (bytes: Uint8Array) => string {
  const decoder = new TextDecoder('utf-8', { fatal: malformed === 'error', ignoreBOM: true })
  return (bytes) => decoder.decode(bytes)
}

/** Decodes the beginning of a text, without its last character if that is cut. Throws a `TypeError` for malformed bytes. */
export function decodeBeginning(bytes: Uint8Array): { text: string; isCut: boolean } {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  const text = decoder.decode(bytes, { stream: true })
  try {
    decoder.decode()
    return { text, isCut: false }
  } catch {
    return { text, isCut: true }
  }
}

interface Ascii {
  prototype: { latin1Slice?: (this: Uint8Array, start: number, end: number) => string }
}

// A global of some runtimes only. Bytes that need no check it decodes in half the time.
declare const Buffer: Ascii | undefined

const latin1Slice = typeof Buffer === 'undefined' ? undefined : Buffer.prototype.latin1Slice
const asciiDecoder = utf8Decoder('replace')

/** The text of `bytes[start, end)`, which are known to be ASCII. */
export function decodeAscii(bytes: Uint8Array, start: number, end: number): string {
  return latin1Slice === undefined ? asciiDecoder(bytes.subarray(start, end)) : latin1Slice.call(bytes, start, end)
}

const encoder = new TextEncoder()

/** A string's bytes. Throws a `TypeError` for what has none: no string, or one with half a surrogate pair. */
export function encodeUtf8(text: string): Uint8Array {
  if (typeof text !== 'string') throw new TypeError(`text must be a string, received ${kindOf(text)}`)
  if (/\p{Surrogate}/u.test(text)) throw new TypeError('text must not hold half a surrogate pair')
  return encoder.encode(text)
}

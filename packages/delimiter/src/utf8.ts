// UTF-8, by the classes of the Encoding Standard.

import { kindOf } from '@unstick/core'

// These are globals in every runtime; this package compiles without the types of any.
declare const TextDecoder: new (
  label: 'utf-8',
  options: { fatal: boolean; ignoreBOM: boolean },
) => { decode: (bytes?: Uint8Array, options?: { stream: boolean }) => string }
declare const TextEncoder: new () => { encode: (text: string) => Uint8Array }

/**
 * Decodes whole texts, a BOM like any other character. Throws a `TypeError` for malformed bytes, unless they are
 * replaced.
 */
export function utf8Decoder(malformed: 'error' | 'replace'): (bytes: Uint8Array) => string {
  const decoder = new TextDecoder('utf-8', { fatal: malformed === 'error', ignoreBOM: true })
  return (bytes) => decoder.decode(bytes)
}

/** Decodes the beginning of a text, without a cut last character. Throws a `TypeError` for malformed bytes. */
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

// A global of some runtimes only. It decodes bytes that need no check in half the time.
declare const Buffer: Ascii | undefined

const latin1Slice = typeof Buffer === 'undefined' ? undefined : Buffer.prototype.latin1Slice
const asciiDecoder = /* @__PURE__ */ utf8Decoder('replace')

/** The text of `bytes[start, end)`, which are known to be ASCII. */
export function decodeAscii(bytes: Uint8Array, start: number, end: number): string {
  return latin1Slice === undefined ? asciiDecoder(bytes.subarray(start, end)) : latin1Slice.call(bytes, start, end)
}

const encoder = /* @__PURE__ */ new TextEncoder()

/** Encodes a string. Throws a `TypeError` for anything else, and for a lone surrogate. */
export function encodeUtf8(text: string): Uint8Array {
  if (typeof text !== 'string') throw new TypeError(`text must be a string, received ${kindOf(text)}`)
  if (/\p{Surrogate}/u.test(text)) throw new TypeError('text must not hold a lone surrogate')
  return encoder.encode(text)
}

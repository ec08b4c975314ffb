// UTF-8, by the Encoding Standard's classes.

// Globals wherever this runs; the types of this package know no runtime.
declare const TextDecoder: new (
  label: 'utf-8',
  options: { fatal: boolean; ignoreBOM: boolean },
) => { decode: (bytes: Uint8Array) => string }
declare const TextEncoder: new () => { encode: (text: string) => Uint8Array }

export type DecodeText = (bytes: Uint8Array) => string

/** What becomes of bytes that are no UTF-8: 'error' refuses them, 'replace' makes them U+FFFD. */
export type Malformed = 'error' | 'replace'

/** Decodes bytes whole, a BOM as any other character. Throws a `TypeError` for malformed ones, unless replaced. */
export function textDecoder(malformed: Malformed): DecodeText {
  const decoder = new TextDecoder('utf-8', { fatal: malformed === 'error', ignoreBOM: true })
  return (bytes) => decoder.decode(bytes)
}

const encoder = new TextEncoder()

/** A string's bytes. Throws a `TypeError` for what has none: no string, or one with half a surrogate pair. */
export function encodeText(text: string): Uint8Array {
  if (typeof text !== 'string') throw new TypeError(`text must be a string, received ${typeof text}`)
  if (/\p{Surrogate}/u.test(text)) throw new TypeError('text must not hold half a surrogate pair')
  return encoder.encode(text)
}

export const BOM = '\uFEFF'

/** What malformed bytes become where they are replaced. */
export const REPLACEMENT = '\uFFFD'

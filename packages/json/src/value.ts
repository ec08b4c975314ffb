// Converts between a value and its text in UTF-8.

import { BOUNDS, FrameError, frameTooLong, type ToFrame, type ToFrames } from '@unstick/core'
import type { JsonOptions } from './options.ts'
import { isDeeper } from './scan-value.ts'

// These are globals in every runtime; this package compiles without the types of any.
declare const TextDecoder: new (
  label: 'utf-8',
  options: { fatal: boolean; ignoreBOM: boolean },
) => { decode: (bytes: Uint8Array) => string }
declare const TextEncoder: new () => { encode: (text: string) => Uint8Array }

/** Refuses malformed UTF-8; a byte order mark stays, for `JSON.parse` to refuse. */
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const encoder = new TextEncoder()

type Limits = Required<Pick<JsonOptions, 'maxFrameLength' | 'maxDepth'>>

/** Parses the bytes of one value, whose depth the finder has checked. */
export function valueParser<Value>(name: string): ToFrame<Value> {
  return (bytes, index) => {
    let text: string
    try {
      text = decoder.decode(bytes)
    } catch (cause) {
      throw new FrameError('ERR_FRAME_CORRUPT', `${name}: value ${index + 1} is not UTF-8`, { cause })
    }
    try {
      return JSON.parse(text) as Value
    } catch (cause) {
      throw new FrameError('ERR_FRAME_CORRUPT', `${name}: value ${index + 1} is not JSON`, { cause })
    }
  }
}

/** Parses many values from one text. */
export function valuesParser<Value>(): ToFrames<Value> {
  return (bytes, { bounds }, count) => {
    const start = bounds[0]!
    const end = bounds[BOUNDS * count - 1]!
    const text = decoder.decode(bytes.subarray(start, end))
    // Only if every byte is a code unit are the positions in the text known.
    if (text.length !== end - start) return undefined
    return Array.from({ length: count }, (_, index) => {
      const at = BOUNDS * index
      return JSON.parse(text.slice(bounds[at]! - start, bounds[at + 1]! - start)) as Value
    })
  }
}

/** The error for a value that ends after `frameLength` bytes, if that is known. */
export function tooDeep(name: string, maxDepth: number, frameLength?: number): FrameError {
  const message = `${name}: the value is nested deeper than maxDepth (${maxDepth})`
  return new FrameError('ERR_FRAME_CORRUPT', message, frameLength === undefined ? {} : { frameLength })
}

/** Encodes a value. Refuses values that have no JSON form as a whole, or that the decoder would refuse. */
export function encodeValue(name: string, value: unknown, { maxFrameLength, maxDepth }: Limits): Uint8Array {
  const bytes = encoder.encode(textOf(name, value))
  if (bytes.length > maxFrameLength) throw frameTooLong(name, bytes.length, maxFrameLength)
  if (isDeeper(bytes, maxDepth)) {
    const message = `${name}: the value is nested deeper than maxDepth (${maxDepth})`
    throw new FrameError('ERR_FRAME_NOT_ENCODABLE', message)
  }
  return bytes
}

function textOf(name: string, value: unknown): string {
  let cause: unknown
  try {
    const text = JSON.stringify(value) as string | undefined
    if (text !== undefined && !isNullByForce(value, text)) return text
  } catch (error) {
    cause = error
  }
  const message = `${name}: JSON has no form for this value`
  throw new FrameError('ERR_FRAME_NOT_ENCODABLE', message, cause === undefined ? {} : { cause })
}

/** `JSON.stringify` writes null for NaN and the infinities. The result of a `toJSON` is not checked. */
function isNullByForce(value: unknown, text: string): boolean {
  return text === 'null' && value !== null && (value as { toJSON?: unknown }).toJSON === undefined
}

/** The beginning of a JSON number that needs one more digit. */
const CUT_NUMBER = /^-?(?:(?:0|[1-9]\d*)(?:\.|(?:\.\d+)?[eE][-+]?))?$/

/** Whether these bytes are an incomplete JSON number, which lacks digits. */
export function lacksDigits(number: Uint8Array): boolean {
  return CUT_NUMBER.test(decoder.decode(number))
}

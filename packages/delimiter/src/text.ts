// Converts between the bytes of a frame and a string, for lines and for the frames of any codec.

import { choiceOption, FrameError, functionOption, isBytes, kindOf } from '@unstick/core'
import { encodeUtf8, utf8Decoder } from './utf8.ts'

export interface TextOptions {
  /**
   * What happens to bytes that are not UTF-8: `'error'` is `ERR_FRAME_CORRUPT`, `'replace'` replaces them by U+FFFD.
   *
   * @defaultValue 'error'
   */
  malformed?: 'error' | 'replace'
  /**
   * Whether a byte order mark is dropped at the beginning of the stream. Otherwise it is a character like any other.
   *
   * @defaultValue false
   */
  dropBom?: boolean
  /**
   * What happens to a frame that cannot be decoded: `'error'` is `ERR_FRAME_CORRUPT`, `'skip'` drops exactly that frame
   * and reports it to the decoder's `onSkip`.
   *
   * @defaultValue 'error'
   */
  corrupt?: 'error' | 'skip'
  /**
   * Decodes a charset other than UTF-8. Must throw for malformed bytes, and must not keep the bytes.
   *
   * @defaultValue decodes UTF-8
   */
  decode?: (bytes: Uint8Array) => string
  /**
   * The opposite of `decode`. With `decode` alone, the codec only decodes.
   *
   * @defaultValue encodes UTF-8, unless there is a `decode`
   */
  encode?: (text: string) => Uint8Array
}

export const TEXT_OPTIONS = ['malformed', 'dropBom', 'corrupt', 'decode', 'encode'] as const

/** The mapping between bytes and text for some options. */
export interface TextMapping {
  /** Makes a string of a whole frame; `index` is the number of frames before it. */
  toText: (bytes: Uint8Array, index: number) => string
  /** Undefined for a codec that only decodes. */
  toBytes: ((text: string) => Uint8Array) | undefined
  /** Decodes UTF-8, also of several frames at once; undefined for another charset. */
  decodeUtf8: ((bytes: Uint8Array) => string) | undefined
  /** The text of the frame with this index, without a byte order mark if `dropBom` applies. */
  withoutBom: (text: string, index: number) => string
}

export const BOM = '\uFEFF'

/** `frame` is the word for a frame in errors. */
export function textMapping(name: string, frame: 'line' | 'frame', options: TextOptions): TextMapping {
  const malformed = choiceOption('malformed', options.malformed ?? 'error', ['error', 'replace'])
  const dropBom = choiceOption('dropBom', options.dropBom ?? false, [true, false])
  const charset = customCharset(options)
  const decodeUtf8 = charset === undefined ? utf8Decoder(malformed) : undefined
  const { decode, encode } = charset ?? { decode: decodeUtf8!, encode: encodeUtf8 }
  const isUtf8 = charset === undefined

  const withoutBom = (text: string, index: number): string =>
    dropBom && index === 0 && text.startsWith(BOM) ? text.slice(1) : text

  function toText(bytes: Uint8Array, index: number): string {
    try {
      return withoutBom(decode(bytes), index)
    } catch (cause) {
      const problem = isUtf8 ? 'is not UTF-8' : 'cannot be decoded'
      throw new FrameError('ERR_FRAME_CORRUPT', `${name}: ${frame} ${index + 1} ${problem}`, { cause })
    }
  }

  function toBytes(text: string): Uint8Array {
    if (dropBom && typeof text === 'string' && text.startsWith(BOM)) {
      throw new FrameError('ERR_FRAME_NOT_ENCODABLE', `${name}: a leading byte order mark would be dropped`)
    }
    try {
      return encode!(text)
    } catch (cause) {
      const problem =
        typeof text === 'string'
          ? `has no form in ${isUtf8 ? 'UTF-8' : 'its charset'}`
          : `must be a string, received ${kindOf(text)}`
      throw new FrameError('ERR_FRAME_NOT_ENCODABLE', `${name}: the ${frame} ${problem}`, { cause })
    }
  }

  return { toText, toBytes: encode && toBytes, decodeUtf8, withoutBom }
}

interface Charset {
  decode: (bytes: Uint8Array) => string
  encode: ((text: string) => Uint8Array) | undefined
}

/** The charset of the caller's functions, whose results are checked. */
function customCharset({ malformed, ...given }: TextOptions): Charset | undefined {
  const decodeGiven = functionOption('decode', given.decode)
  const encodeGiven = functionOption('encode', given.encode)
  if (decodeGiven === undefined) {
    if (encodeGiven === undefined) return undefined
    throw new TypeError('decode must be a function where encode is given, received undefined')
  }
  if (malformed !== undefined) throw new TypeError('malformed applies to UTF-8: give it or decode, received both')
  const decode = (bytes: Uint8Array): string => {
    const text: unknown = decodeGiven(bytes)
    if (typeof text === 'string') return text
    throw new TypeError(`decode must return a string, received ${kindOf(text)}`)
  }
  const encode = (text: string): Uint8Array => {
    if (typeof text !== 'string') throw new TypeError(`text must be a string, received ${kindOf(text)}`)
    const bytes: unknown = encodeGiven!(text)
    if (!isBytes(bytes)) throw new TypeError(`encode must return a Uint8Array, received ${kindOf(bytes)}`)
    // Many encoders replace characters that the charset lacks.
    if (decode(bytes) !== text) throw new TypeError('decode does not give back what encode made of the text')
    return bytes
  }
  return { decode, encode: encodeGiven && encode }
}

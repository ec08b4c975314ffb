// The frames of any byte codec, as strings.

import { mapCodec, readOptions, type FrameCodec } from '@unstick/core'
import { TEXT_OPTIONS, textMapping, type TextOptions } from './text.ts'

/** The options of `textFrames`. */
export type TextFramesOptions = TextOptions

/**
 * Decodes the frames of `codec` to strings: UTF-8, or any charset that `decode` and `encode` implement.
 *
 * ```
 *  textFrames(delimiter({ delimiter: '\0' }))                       names as `find -print0` writes them
 *  textFrames(lengthField({ lengthFieldLength: 2 }))                strings with their length before them
 *  textFrames(delimiter({ delimiter: '\r' }), { decode, encode })   another charset
 * ```
 *
 * Throws as `codec` does. Decoding also throws `ERR_FRAME_CORRUPT` for bytes that are not in the charset, encoding
 * `ERR_FRAME_NOT_ENCODABLE` for a text that has no form in it, such as a lone surrogate.
 *
 * @throws {TypeError | RangeError} An option is not valid, or unknown; `codec` is not made by `defineCodec`.
 *
 * @example
 * ```ts
 * import { delimiter, textFrames } from '@unstick/delimiter'
 *
 * const names = textFrames(delimiter({ delimiter: '\0' }))
 * for (const name of names.decoder().decode(new TextEncoder().encode('a.txt\0b.txt\0'))) console.log(name) // a.txt, b.txt
 * ```
 */
export function textFrames(codec: FrameCodec, options: TextFramesOptions = {}): FrameCodec<string> {
  const given = readOptions('textFrames', options, TEXT_OPTIONS)
  const { toText, toBytes } = textMapping('textFrames', 'frame', given)
  return mapCodec<Uint8Array, string>(codec, {
    decode: toText,
    ...(toBytes && { encode: toBytes }),
    ...(given.corrupt !== undefined && { corrupt: given.corrupt }),
  })
}

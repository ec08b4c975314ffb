// Frames that end with a delimiter.

import { bytesOption, choiceOption, defineCodec, integerOption, type FindFrame, type FrameCodec } from '@unstick/core'
import { partsOf, wholeOf } from './encode.ts'
import { findLines } from './line-block.ts'
import { findAny } from './many-delimiters.ts'
import { findOne } from './one-delimiter.ts'

export interface DelimiterOptions {
  /** What ends a frame: a string (its UTF-8 bytes), bytes, or several of these. Each has at least 1 byte. */
  delimiter: string | Uint8Array | readonly (string | Uint8Array)[]
  /** Whether frames come without their delimiter. Default: true. */
  stripDelimiter?: boolean
  /** The longest content taken or written, in bytes, its delimiter not counted. Default: 8 MiB. */
  maxFrameLength?: number
  /** What becomes of a longer frame: 'skip' drops exactly that frame. Default: 'error', `ERR_FRAME_TOO_LONG`. */
  oversize?: 'error' | 'skip'
  /**
   * What becomes of content without a delimiter at the end of the stream: 'error' makes it `ERR_FRAME_TRUNCATED`,
   * 'emit' a last frame, 'drop' nothing. Default: 'error'.
   */
  atEnd?: 'error' | 'emit' | 'drop'
}

/**
 * Cuts the stream at each delimiter.
 *
 * ```
 *  chunks  | ab $ | _ c $ | _ $_ |      delimiter: '$_'
 *  frames  | ab | c | |
 * ```
 *
 * With several delimiters the earliest match wins, at the same place the longest; a match that may still grow into a
 * longer one waits for its next byte. Encoding writes the first one listed.
 *
 * Decoding throws `ERR_FRAME_TOO_LONG` and `ERR_FRAME_TRUNCATED`; encoding `ERR_FRAME_TOO_LONG` and
 * `ERR_FRAME_NOT_ENCODABLE` (the decoder would cut the frame elsewhere: it holds a delimiter, or one arises across
 * its end and the delimiter; the first delimiter listed is how another one begins).
 */
export function delimiter(options: DelimiterOptions): FrameCodec {
  const delimiters = delimitersOf(options?.delimiter)
  const stripDelimiter = choiceOption('stripDelimiter', options.stripDelimiter ?? true, [true, false])
  const maxFrameLength = integerOption('maxFrameLength', options.maxFrameLength ?? 8 * 1024 * 1024, 1)
  const [find, findAtEnd] = findersOf(delimiters, maxFrameLength)
  const longest = Math.max(...delimiters.map((each) => each.length))
  const cut = { name: 'delimiter', find, maxFrameLength, longest }
  return defineCodec({
    name: 'delimiter',
    maxFrameLength,
    overhead: longest,
    find: stripDelimiter ? find : keepingDelimiter(find),
    findMany: stripDelimiter && isOneByte(delimiters) ? findLines(delimiters[0][0]!, maxFrameLength) : undefined,
    findAtEnd: stripDelimiter ? findAtEnd : keepingDelimiter(findAtEnd),
    atEnd: options.atEnd ?? 'error',
    oversize: options.oversize ?? 'error',
    encodeParts: (frame) => (stripDelimiter ? partsOf(frame, delimiters[0]!, cut) : wholeOf(frame, cut)),
  })
}

function delimitersOf(given: unknown): Uint8Array[] {
  if (!Array.isArray(given)) return [bytesOption('delimiter', given)]
  if (given.length === 0) throw new RangeError('delimiter must be at least 1 delimiter, received an empty array')
  return given.map((each, index) => bytesOption(`delimiter[${index}]`, each))
}

function isOneByte(delimiters: readonly Uint8Array[]): delimiters is readonly [Uint8Array] {
  return delimiters.length === 1 && delimiters[0]!.length === 1
}

function findersOf(delimiters: Uint8Array[], maxFrameLength: number): [find: FindFrame, findAtEnd: FindFrame] {
  if (delimiters.length > 1) {
    return [findAny(delimiters, maxFrameLength, false), findAny(delimiters, maxFrameLength, true)]
  }
  const find = findOne(delimiters[0]!, maxFrameLength)
  return [find, find]
}

function keepingDelimiter(find: FindFrame): FindFrame {
  return (bytes, start, end, search) => {
    const answer = find(bytes, start, end, search)
    if (answer > start) search.payloadEnd = answer
    return answer
  }
}

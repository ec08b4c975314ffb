// Lines, as strings.

import {
  BOUNDS,
  defineCodec,
  readOptions,
  type CodecDefinition,
  type FoundFrames,
  type FrameCodec,
  type ToFrames,
} from '@unstick/core'
import { ASCII } from './line-block.ts'
import { lineFraming, LINES_OPTIONS, type LinesOptions } from './lines.ts'
import { TEXT_OPTIONS, textMapping, type TextMapping, type TextOptions } from './text.ts'
import { decodeAscii } from './utf8.ts'

/** The options of `textLines`. */
export interface TextLinesOptions extends LinesOptions, TextOptions {}

/**
 * Lines of text as strings; only the line ending splits, never U+2028 or U+2029.
 *
 * UTF-8 is decoded in blocks of many lines, which are then split: this takes a fraction of the time of decoding each
 * line. A line that is kept keeps the text of its block, at most 64 KiB, alive. In another charset, given by `decode`
 * and `encode`, the bytes 0D and 0A must not be part of other characters; they are not in ISO 8859, Windows-125x, EUC,
 * Shift_JIS and GBK.
 *
 * Throws as `lines` does. Decoding also throws `ERR_FRAME_CORRUPT` for malformed text; encoding
 * `ERR_FRAME_NOT_ENCODABLE` for a lone surrogate and, with `dropBom`, for a leading byte order mark.
 *
 * @throws {TypeError | RangeError} An option is not valid, or unknown.
 *
 * @example
 * ```ts
 * import { textLines } from '@unstick/delimiter'
 *
 * const decoder = textLines().decoder()
 * for (const chunk of ['hel', 'lo\nwor', 'ld\n']) {
 *   for (const line of decoder.decode(new TextEncoder().encode(chunk))) console.log(line) // hello, world
 * }
 * ```
 */
export function textLines(options: TextLinesOptions = {}): FrameCodec<string> {
  const given = readOptions('textLines', options, [...LINES_OPTIONS, ...TEXT_OPTIONS])
  const { finding, encodeParts } = lineFraming('textLines', given)
  const mapping = textMapping('textLines', 'line', given)
  const { toBytes } = mapping
  return defineCodec({
    ...finding,
    ...textMembers(mapping),
    corrupt: given.corrupt ?? 'error',
    encodeParts: toBytes && ((line) => encodeParts(toBytes(line))),
  })
}

/** The members of a definition that make strings of lines. */
export function textMembers(mapping: TextMapping): Pick<CodecDefinition<string>, 'toFrame' | 'toFrames'> {
  const { toText, decodeUtf8, withoutBom } = mapping
  if (decodeUtf8 === undefined) return { toFrame: toText }
  const toFrames: ToFrames<string> = (bytes, found, count, index) => {
    if (areLong(found, count)) return undefined
    const lines = linesOf(bytes, found, count, decodeUtf8)
    lines[0] = withoutBom(lines[0]!, index)
    return lines
  }
  return { toFrame: toText, toFrames }
}

const CR = 13

/** From this average length on, decoding each line costs less than working with parts of one large text. */
const LONG_LINE = 512

/**
 * Whether the lines are long, and not all ASCII: one character beyond Latin-1 would make all lines strings of two bytes
 * per character, which `JSON.parse` reads more slowly.
 */
function areLong({ bounds, note }: FoundFrames, count: number): boolean {
  return note !== ASCII && bounds[BOUNDS * count - 1]! - bounds[0]! > LONG_LINE * count
}

/** Splits one text of all lines that a search has found. Throws a `TypeError` for malformed lines. */
function linesOf(
  bytes: Uint8Array,
  { bounds, note }: FoundFrames,
  count: number,
  decodeUtf8: (bytes: Uint8Array) => string,
): string[] {
  const start = bounds[0]!
  const end = bounds[BOUNDS * count - 1]!
  const text = note === ASCII ? decodeAscii(bytes, start, end) : decodeUtf8(bytes.subarray(start, end))
  const lines = new Array<string>(count)
  if (text.length === end - start) {
    // In ASCII, a byte is a code unit.
    for (let index = 0, at = 0; index < count; index++, at += BOUNDS) {
      lines[index] = text.slice(bounds[at]! - start, bounds[at + 1]! - start)
    }
    return lines
  }
  for (let index = 0, at = 0, from = 0; index < count; index++, at += BOUNDS) {
    const lineEnd = bounds[at + 2]!
    // A line's last byte occurs nowhere else in it. Bytes between it and the next line are the LF of a CRLF.
    const next = text.indexOf(bytes[lineEnd - 1] === CR ? '\r' : '\n', from) + 1
    lines[index] = text.slice(from, next - (lineEnd - bounds[at + 1]!))
    from = next + (bounds[at + BOUNDS]! - lineEnd)
  }
  return lines
}

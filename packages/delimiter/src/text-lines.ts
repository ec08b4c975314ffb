// Lines, as strings.

import {
  choiceOption,
  defineCodec,
  FrameError,
  type CodecDefinition,
  type FoundFrames,
  type FrameCodec,
} from '@unstick/core'
import { ASCII } from './line-block.ts'
import { lineDefinition, type LinesOptions } from './lines.ts'
import { BOM, decodeAscii, encodeText, textDecoder, type DecodeText, type Malformed } from './utf8.ts'

export interface TextLinesOptions extends LinesOptions {
  /** What becomes of bytes that are no UTF-8: 'error' or U+FFFD. Default: 'error', `ERR_FRAME_CORRUPT`. */
  malformed?: Malformed
  /** Whether a byte order mark at the very beginning is dropped. Default: false, which makes it a character. */
  dropBom?: boolean
}

/**
 * Lines of UTF-8 as strings; only the line ending splits, never U+2028 or U+2029. Whole blocks of a chunk are decoded
 * and then split, which makes a line cost a fraction of decoding it alone; a line kept for long keeps the text of its
 * block, up to 64 KiB.
 *
 * Throws as `lines` does; decoding also `ERR_FRAME_CORRUPT` for malformed UTF-8, encoding also
 * `ERR_FRAME_NOT_ENCODABLE` for half a surrogate pair and, with `dropBom`, for a leading byte order mark.
 */
export function textLines(options: TextLinesOptions = {}): FrameCodec<string> {
  return defineCodec(textLineDefinition('textLines', options))
}

/** How lines of text are cut, decoded and written; codecs of values build on it. */
export function textLineDefinition(
  name: string,
  options: TextLinesOptions,
): CodecDefinition<string> & { encodeParts: (line: string) => Uint8Array[] } {
  const malformed = choiceOption('malformed', options.malformed ?? 'error', ['error', 'replace'])
  const dropBom = choiceOption('dropBom', options.dropBom ?? false, [true, false])
  const decodeText = textDecoder(malformed)
  const { encodeParts, ...definition } = lineDefinition(name, options)
  const withoutBom = (line: string, index: number): string =>
    dropBom && index === 0 && line.startsWith(BOM) ? line.slice(1) : line
  return {
    ...definition,
    toFrame(line, index) {
      try {
        return withoutBom(decodeText(line), index)
      } catch (cause) {
        throw new FrameError('ERR_FRAME_CORRUPT', `${name}: line ${index + 1} is not UTF-8`, { cause })
      }
    },
    toFrames(bytes, found, count, index) {
      const lines = linesOf(bytes, found, count, decodeText)
      lines[0] = withoutBom(lines[0]!, index)
      return lines
    },
    encodeParts(line) {
      if (dropBom && line.startsWith(BOM)) {
        throw new FrameError('ERR_FRAME_NOT_ENCODABLE', `${name}: a leading byte order mark would be dropped`)
      }
      return encodeParts(encodeLine(name, line))
    },
  }
}

/** The lines that a search has just found, from a text of all of them. Throws a `TypeError` for malformed ones. */
function linesOf(bytes: Uint8Array, found: FoundFrames, count: number, decodeText: DecodeText): string[] {
  const { bounds, note } = found
  const start = bounds[0]!
  const end = bounds[3 * count - 1]!
  const text = note === ASCII ? decodeAscii(bytes, start, end) : decodeText(bytes.subarray(start, end))
  const lines = new Array<string>(count)
  if (text.length === end - start) {
    // A byte is a code unit.
    for (let index = 0, at = 0; index < count; index++, at += 3) {
      lines[index] = text.slice(bounds[at]! - start, bounds[at + 1]! - start)
    }
    return lines
  }
  for (let index = 0, at = 0, from = 0; index < count; index++, at += 3) {
    const next = text.indexOf('\n', from) + 1
    lines[index] = text.slice(from, next - (bounds[at + 2]! - bounds[at + 1]!))
    from = next
  }
  return lines
}

function encodeLine(name: string, line: string): Uint8Array {
  try {
    return encodeText(line)
  } catch (cause) {
    throw new FrameError('ERR_FRAME_NOT_ENCODABLE', `${name}: the line has no form in UTF-8`, { cause })
  }
}

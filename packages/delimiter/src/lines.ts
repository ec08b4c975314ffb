// Lines, as bytes.

import { choiceOption, defineCodec, integerOption, type CodecDefinition, type FrameCodec } from '@unstick/core'
import { partsOf } from './encode.ts'
import { lineEndings, type LineEnding } from './line-endings.ts'

export interface LinesOptions {
  /**
   * What ends a line: 'auto' LF or CRLF (a lone CR is data), 'lf' LF alone (a CR is data), 'crlf' CRLF alone (a bare CR
   * or LF is `ERR_FRAME_CORRUPT`, against smuggling as in SMTP). Default: 'auto'.
   */
  ending?: LineEnding
  /** The longest line taken or written, in bytes, its ending not counted. Default: 8 MiB. */
  maxFrameLength?: number
  /** What becomes of a longer line: 'skip' drops exactly that line. Default: 'error', `ERR_FRAME_TOO_LONG`. */
  oversize?: 'error' | 'skip'
  /**
   * What becomes of a last line without ending: 'emit' makes it a line, 'error' `ERR_FRAME_TRUNCATED`, 'drop' nothing.
   * Default: 'emit'.
   */
  atEnd?: 'error' | 'emit' | 'drop'
}

/**
 * Cuts the stream into lines without their endings. Encoding writes LF, with `ending: 'crlf'` CRLF.
 *
 * Decoding throws `ERR_FRAME_TOO_LONG`, `ERR_FRAME_CORRUPT` (`ending: 'crlf'`) and `ERR_FRAME_TRUNCATED` (`atEnd:
 * 'error'`); encoding `ERR_FRAME_TOO_LONG` and `ERR_FRAME_NOT_ENCODABLE` (a line that would not come back as itself:
 * it holds an ending, or ends with a CR where that would become part of one).
 */
export function lines(options: LinesOptions = {}): FrameCodec {
  return defineCodec(lineDefinition('lines', options))
}

/** How lines are cut and written; codecs of text and of values build on it. */
export function lineDefinition(
  name: string,
  options: LinesOptions,
): CodecDefinition & { encodeParts: (line: Uint8Array) => Uint8Array[] } {
  const ending = choiceOption('ending', options.ending ?? 'auto', ['auto', 'lf', 'crlf'])
  const maxFrameLength = integerOption('maxFrameLength', options.maxFrameLength ?? 8 * 1024 * 1024, 1)
  const { written, longest, finder, finderAtEnd, findMany } = lineEndings[ending]
  const find = finder(maxFrameLength)
  return {
    name,
    maxFrameLength,
    overhead: longest,
    find,
    findAtEnd: finderAtEnd?.(maxFrameLength) ?? find,
    findMany: findMany?.(maxFrameLength),
    atEnd: options.atEnd ?? 'emit',
    oversize: options.oversize ?? 'error',
    encodeParts: (line) => partsOf(line, written, { name, find, maxFrameLength, longest }),
  }
}

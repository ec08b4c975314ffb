// Lines, as bytes.

import {
  choiceOption,
  defineCodec,
  integerOption,
  readOptions,
  type CodecDefinition,
  type FindFrame,
  type FrameCodec,
} from '@unstick/core'
import { checkCut, checkKept, checkLength } from './encode.ts'
import { lineEndings, type LineEnding } from './line-endings.ts'

/** The options of `lines`. */
export interface LinesOptions {
  /**
   * What ends a line: `'auto'` LF or CRLF (a lone CR is data), `'lf'` LF alone (a CR is data), `'crlf'` CRLF alone (a
   * bare CR or LF is `ERR_FRAME_CORRUPT`, to prevent smuggling as in SMTP), `'any'` CR, LF or CRLF; a line is given out
   * at its CR.
   *
   * @defaultValue 'auto'
   */
  ending?: LineEnding
  /**
   * Whether lines exclude their endings.
   *
   * @defaultValue true
   */
  stripDelimiter?: boolean
  /**
   * The longest line decoded or encoded, in bytes, without its ending.
   *
   * @defaultValue 8 MiB
   */
  maxFrameLength?: number
  /**
   * What happens to a longer line: `'error'` is `ERR_FRAME_TOO_LONG`, `'skip'` drops exactly that line.
   *
   * @defaultValue 'error'
   */
  oversize?: 'error' | 'skip'
  /**
   * What happens to a last line without an ending: `'emit'` makes it a line, `'error'` is `ERR_FRAME_TRUNCATED`,
   * `'drop'` drops it.
   *
   * @defaultValue 'emit'
   */
  atEnd?: 'error' | 'emit' | 'drop'
}

export const LINES_OPTIONS = ['ending', 'stripDelimiter', 'maxFrameLength', 'oversize', 'atEnd'] as const

/**
 * Splits the stream into lines. Encoding writes LF, or CRLF with `ending: 'crlf'`.
 *
 * Decoding throws `ERR_FRAME_TOO_LONG`, `ERR_FRAME_CORRUPT` (`ending: 'crlf'`) and `ERR_FRAME_TRUNCATED` (`atEnd:
 * 'error'`). Encoding throws `ERR_FRAME_TOO_LONG`, and `ERR_FRAME_NOT_ENCODABLE` for a line that the decoder would
 * change: it holds an ending, or ends with a CR that would become part of one.
 *
 * @throws {TypeError | RangeError} An option is not valid, or unknown.
 *
 * @example
 * ```ts
 * import { lines } from '@unstick/delimiter'
 *
 * const decoder = lines().decoder()
 * for (const line of decoder.decode(new TextEncoder().encode('a\r\nbc\nd'))) console.log(line.length) // 1, 2
 * console.log(decoder.end().length) // 1
 * ```
 */
export function lines(options: LinesOptions = {}): FrameCodec {
  const { finding, encodeParts } = lineFraming('lines', readOptions('lines', options, LINES_OPTIONS))
  return defineCodec({ ...finding, encodeParts })
}

/** How lines are found and written; the codecs of text and JSON build on it. */
export interface LineFraming {
  /** The members of a definition that find lines. */
  finding: LineFinding
  /** Encodes a line in the form in which it is decoded. */
  encodeParts: (line: Uint8Array) => Uint8Array[]
  /** Encodes a line without its ending, even if decoded lines keep theirs. */
  withEnding: (content: Uint8Array) => Uint8Array[]
}

export type LineFinding = Pick<
  CodecDefinition,
  'name' | 'maxFrameLength' | 'overhead' | 'find' | 'findMany' | 'atEnd' | 'oversize'
> & { findAtEnd: FindFrame }

export function lineFraming(name: string, options: LinesOptions): LineFraming {
  const ending = choiceOption('ending', options.ending ?? 'auto', ['auto', 'lf', 'crlf', 'any'])
  const stripDelimiter = choiceOption('stripDelimiter', options.stripDelimiter ?? true, [true, false])
  const maxFrameLength = integerOption('maxFrameLength', options.maxFrameLength ?? 8 * 1024 * 1024, 1)
  const { written, longest, makeFinder, findMany } = lineEndings[ending]
  const finder = makeFinder({ name, maxFrameLength, stripDelimiter })
  const find = finder(false)
  const findContent = makeFinder({ name, maxFrameLength, stripDelimiter: true })(false)
  const withEnding = (content: Uint8Array): Uint8Array[] => {
    checkLength(name, content.length, maxFrameLength)
    checkCut(`${name}: the line holds an ending, or would be part of one`, content, written, findContent)
    return [content, written.slice()]
  }
  const finding: LineFinding = {
    name,
    maxFrameLength,
    overhead: longest,
    find,
    findAtEnd: finder(true),
    findMany: findMany?.({ name, maxFrameLength, stripDelimiter }),
    atEnd: choiceOption('atEnd', options.atEnd ?? 'emit', ['error', 'emit', 'drop']),
    oversize: options.oversize ?? 'error',
  }
  return {
    finding,
    encodeParts: stripDelimiter ? withEnding : (line) => [checkKept(name, line, maxFrameLength, find)],
    withEnding,
  }
}

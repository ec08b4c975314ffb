// JSON lines: a value a line.

import { choiceOption, defineCodec, FrameError, mapCodec, NO_FRAME, type FrameCodec } from '@unstick/core'
import type { LinesOptions } from './lines.ts'
import { textLineDefinition } from './text-lines.ts'

export interface JsonLinesOptions extends LinesOptions {
  /** What becomes of a line of white space: 'skip' passes over it, 'error' makes it a bad line. Default: 'skip'. */
  blankLines?: 'skip' | 'error'
  /**
   * What becomes of a bad line: 'skip' drops exactly that line, and tells the decoder's `onSkip`. Default: 'error',
   * `ERR_FRAME_CORRUPT`.
   */
  corrupt?: 'error' | 'skip'
  /** Whether a byte order mark at the very beginning is dropped. Default: false, which makes it a bad line. */
  dropBom?: boolean
}

/**
 * Values as lines of JSON (NDJSON, JSON Lines): only a line ending splits, never U+2028. A value is whatever
 * `JSON.parse` gives; `Value` says what is expected, and is not checked.
 *
 * Decoding throws as `lines` does, and `ERR_FRAME_CORRUPT` for a line that is no JSON or no UTF-8: its message has the
 * line's number, counted from 1, its `cause` is the parser's error. Encoding throws `ERR_FRAME_NOT_ENCODABLE` for what
 * JSON cannot say, such as `undefined`, a function, a BigInt or a cycle, and `ERR_FRAME_TOO_LONG`.
 */
export function jsonLines<Value = unknown>(options: JsonLinesOptions = {}): FrameCodec<Value> {
  const blankLines = choiceOption('blankLines', options.blankLines ?? 'skip', ['skip', 'error'])
  const lines = textLineDefinition('jsonLines', { ...options, malformed: 'error' })
  return mapCodec<string, Value>(defineCodec({ ...lines, corrupt: options.corrupt ?? 'error' }), {
    decode(line, index) {
      if (blankLines === 'skip' && isBlank(line)) return NO_FRAME
      try {
        return JSON.parse(line) as Value
      } catch (cause) {
        throw new FrameError('ERR_FRAME_CORRUPT', `jsonLines: line ${index + 1} is not a JSON value`, { cause })
      }
    },
    encode: encodeValue,
  })
}

/** White space as JSON has it. */
function isBlank(text: string): boolean {
  return /^[ \t\r\n]*$/.test(text)
}

function encodeValue(value: unknown): string {
  let cause: unknown
  try {
    const text = JSON.stringify(value) as string | undefined
    if (text !== undefined) return text
  } catch (error) {
    cause = error
  }
  throw new FrameError('ERR_FRAME_NOT_ENCODABLE', 'jsonLines: JSON has no form for this value', { cause })
}

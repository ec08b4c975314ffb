// JSON lines: a value a line.

import { choiceOption, defineCodec, FrameError, NO_FRAME, type FrameCodec } from '@unstick/core'
import { lineDefinition, type LinesOptions } from './lines.ts'
import { BOM, encodeText, textDecoder } from './utf8.ts'

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
  const dropBom = choiceOption('dropBom', options.dropBom ?? false, [true, false])
  const { encodeParts, ...definition } = lineDefinition('jsonLines', options)
  const decodeText = textDecoder('error')
  return defineCodec<Value>({
    ...definition,
    corrupt: options.corrupt ?? 'error',
    toFrame(line, index) {
      try {
        let text = decodeText(line)
        if (dropBom && index === 0 && text.startsWith(BOM)) text = text.slice(1)
        if (blankLines === 'skip' && isBlank(text)) return NO_FRAME
        return JSON.parse(text) as Value
      } catch (cause) {
        throw new FrameError('ERR_FRAME_CORRUPT', `jsonLines: line ${index + 1} is not a JSON value`, { cause })
      }
    },
    encodeParts: (value) => encodeParts(encodeValue(value)),
  })
}

/** White space as JSON has it. */
function isBlank(text: string): boolean {
  return /^[ \t\r\n]*$/.test(text)
}

function encodeValue(value: unknown): Uint8Array {
  let cause: unknown
  try {
    const text = JSON.stringify(value) as string | undefined
    if (text !== undefined) return encodeText(text)
  } catch (error) {
    cause = error
  }
  throw new FrameError('ERR_FRAME_NOT_ENCODABLE', 'jsonLines: JSON has no form for this value', { cause })
}

// JSON lines: one value per line.

import {
  choiceOption,
  defineCodec,
  FrameError,
  mapCodec,
  readOptions,
  UNKNOWN,
  type CodecDefinition,
  type FindFrame,
  type FrameCodec,
} from '@unstick/core'
import { isCutShort } from './json-prefix.ts'
import { lineFraming, LINES_OPTIONS, type LineFinding, type LinesOptions } from './lines.ts'
import { textMembers } from './text-lines.ts'
import { BOM, textMapping } from './text.ts'
import { decodeBeginning } from './utf8.ts'

/** The options of `jsonLines`. */
export interface JsonLinesOptions extends LinesOptions {
  /**
   * What happens to a blank line: `'skip'` leaves it out, `'error'` makes it a bad line.
   *
   * @defaultValue 'skip'
   */
  blankLines?: 'skip' | 'error'
  /**
   * What happens to a bad line: `'error'` is `ERR_FRAME_CORRUPT`, `'skip'` drops exactly that line and reports it to
   * the decoder's `onSkip`.
   *
   * @defaultValue 'error'
   */
  corrupt?: 'error' | 'skip'
  /**
   * Whether a byte order mark is dropped at the beginning of the stream. If not, it makes a bad line.
   *
   * @defaultValue false
   */
  dropBom?: boolean
}

/**
 * Values as lines of JSON (NDJSON, JSON Lines). Only a line ending splits, never U+2028. A value is whatever
 * `JSON.parse` returns; `Value` is the type that you expect; it is not checked.
 *
 * Decoding throws as `lines` does, and `ERR_FRAME_CORRUPT` for a line that is not JSON or not UTF-8; its message holds
 * the line number, counted from 1, and its `cause` is the parser's error. A last line without an ending that is only
 * the beginning of a value is `ERR_FRAME_TRUNCATED`, even with `corrupt: 'skip'`.
 *
 * Encoding writes what `JSON.stringify` makes of the value. It throws `ERR_FRAME_TOO_LONG`, and
 * `ERR_FRAME_NOT_ENCODABLE` for a value that has no JSON form as a whole (`undefined`, a function, a symbol, `NaN`,
 * `Infinity`) or for which `JSON.stringify` throws, such as a BigInt or a cycle.
 *
 * @throws {TypeError | RangeError} An option is not valid, or unknown.
 *
 * @example
 * ```ts
 * import { jsonLines } from '@unstick/delimiter'
 *
 * const codec = jsonLines<{ level: number }>()
 * for (const { level } of codec.decoder().decode(codec.encode({ level: 4 }))) console.log(level) // 4
 * ```
 */
export function jsonLines<Value = unknown>(options: JsonLinesOptions = {}): FrameCodec<Value> {
  const given = readOptions('jsonLines', options, [...LINES_OPTIONS, 'blankLines', 'corrupt', 'dropBom'])
  const blankLines = choiceOption('blankLines', given.blankLines ?? 'skip', ['skip', 'error'])
  const dropBom = choiceOption('dropBom', given.dropBom ?? false, [true, false])
  const { finding, withEnding } = lineFraming('jsonLines', given)
  const mapping = textMapping('jsonLines', 'line', { dropBom })
  const lines = defineCodec<string>({
    ...finding,
    ...textMembers(mapping),
    findAtEnd: finding.atEnd === 'emit' ? refusingCutLine(finding, dropBom) : finding.findAtEnd,
    isFrame: blankLines === 'skip' ? isNotBlank(dropBom) : undefined,
    corrupt: given.corrupt ?? 'error',
    encodeParts: (line) => withEnding(mapping.toBytes!(line)),
  })
  return mapCodec<string, Value>(lines, {
    decode(line, index) {
      try {
        return JSON.parse(line) as Value
      } catch (cause) {
        throw new FrameError('ERR_FRAME_CORRUPT', `jsonLines: line ${index + 1} is not a JSON value`, { cause })
      }
    },
    encode: encodeValue,
  })
}

/** Finds lines that are not blank. */
function isNotBlank(dropBom: boolean): NonNullable<CodecDefinition['isFrame']> {
  return (bytes, start, end, index) => {
    let at = dropBom && index === 0 && beginsWithBom(bytes, start, end) ? start + UTF8_BOM.length : start
    while (at < end && (bytes[at] === 0x20 || bytes[at] === 0x09 || bytes[at] === 0x0d || bytes[at] === 0x0a)) at++
    return at < end
  }
}

const UTF8_BOM = [0xef, 0xbb, 0xbf]

function beginsWithBom(bytes: Uint8Array, start: number, end: number): boolean {
  return end - start >= UTF8_BOM.length && UTF8_BOM.every((byte, index) => bytes[start + index] === byte)
}

/** The finder at the end of the stream, which refuses a line that is cut short. */
function refusingCutLine({ findAtEnd, maxFrameLength }: LineFinding, dropBom: boolean): FindFrame {
  return (bytes, start, end, search) => {
    const answer = findAtEnd(bytes, start, end, search)
    // A line over the limit is refused as too long instead.
    if (answer === UNKNOWN && end - start <= maxFrameLength && isCutLine(bytes.subarray(start, end), dropBom)) {
      throw new FrameError('ERR_FRAME_TRUNCATED', 'jsonLines: the stream ended inside the last line')
    }
    return answer
  }
}

function isCutLine(line: Uint8Array, dropBom: boolean): boolean {
  try {
    const { text, isCut } = decodeBeginning(line)
    // Only inside a string can more bytes complete a cut character.
    return isCutShort((dropBom && text.startsWith(BOM) ? text.slice(1) : text) + (isCut ? REPLACEMENT : ''))
  } catch {
    // Malformed UTF-8.
    return false
  }
}

const REPLACEMENT = '\uFFFD'

function encodeValue(value: unknown): string {
  let cause: unknown
  try {
    const text = JSON.stringify(value) as string | undefined
    if (text !== undefined && (text !== 'null' || isNull(value))) return text
  } catch (error) {
    cause = error
  }
  throw new FrameError(
    'ERR_FRAME_NOT_ENCODABLE',
    'jsonLines: JSON has no form for this value',
    cause === undefined ? {} : { cause },
  )
}

/** Whether a value written as `null` really is null, itself or by its `toJSON`, rather than NaN or Infinity. */
function isNull(value: unknown): boolean {
  const roots: unknown[] = []
  JSON.stringify(value, (_key, root: unknown) => void roots.push(root))
  return roots[0] === null
}

// Frames that end, or begin, with a delimiter.

import {
  bytesOption,
  choiceOption,
  defineCodec,
  integerOption,
  newSearch,
  readOptions,
  type CodecDefinition,
  type FindFrame,
  type FindMany,
  type FrameCodec,
} from '@unstick/core'
import { automatonOf } from './automaton.ts'
import { checkCut, checkKept, checkLength, isCutBetween, notEncodable } from './encode.ts'
import { findKept, findStripped } from './end-delimiter.ts'
import { findLines, keepingEnds } from './line-block.ts'
import { findStarted } from './start-delimiter.ts'

/** The options of `delimiter`. */
export interface DelimiterOptions {
  /** What ends a frame: a string (its UTF-8 bytes), bytes, or several of these. Each has at least 1 byte. */
  delimiter: string | Uint8Array | readonly (string | Uint8Array)[]
  /**
   * Whether a delimiter ends or begins its frame. With 'start', bytes before the first delimiter are
   * `ERR_FRAME_CORRUPT`.
   *
   * @defaultValue 'end'
   */
  delimiterAt?: 'end' | 'start'
  /**
   * Whether frames exclude their delimiter.
   *
   * @defaultValue true
   */
  stripDelimiter?: boolean
  /**
   * The longest content decoded or encoded, in bytes, without its delimiter.
   *
   * @defaultValue 8 MiB
   */
  maxFrameLength?: number
  /**
   * What happens to a longer frame: `'error'` is `ERR_FRAME_TOO_LONG`, `'skip'` drops exactly that frame.
   *
   * @defaultValue 'error'
   */
  oversize?: 'error' | 'skip'
  /**
   * What happens to content without a delimiter at the end of the stream: `'error'` is `ERR_FRAME_TRUNCATED`, `'emit'`
   * makes it a last frame, `'drop'` drops it.
   *
   * @defaultValue 'error', or 'emit' with `delimiterAt: 'start'`
   */
  atEnd?: 'error' | 'emit' | 'drop'
}

interface Rules {
  delimiters: readonly Uint8Array[]
  stripDelimiter: boolean
  maxFrameLength: number
}

/**
 * Splits the stream at each delimiter.
 *
 * ```
 *  chunks  | ab $ | _ c $ | _ $_ |      delimiter: '$_'
 *  frames  | ab | c | |
 * ```
 *
 * Of several delimiters the earliest match wins, and at the same position the longest. A frame is given out with the
 * byte that decides its content: with `['\r', '\n', '\r\n']` at the CR, and an LF that follows is dropped. With
 * `stripDelimiter: false` a match that may still grow waits for the next byte. Encoding writes the first delimiter.
 *
 * With `delimiterAt: 'start'` and the delimiter U+001E it splits a JSON text sequence (RFC 7464, section 2).
 *
 * Decoding throws `ERR_FRAME_TOO_LONG` and `ERR_FRAME_TRUNCATED`, with `delimiterAt: 'start'` also `ERR_FRAME_CORRUPT`.
 * Encoding throws `ERR_FRAME_TOO_LONG`, and `ERR_FRAME_NOT_ENCODABLE` for a frame that the decoder would change:
 * it holds a delimiter, or one arises across its end. If the first delimiter begins another one, no frame can be
 * encoded.
 *
 * @throws {TypeError | RangeError} An option is not valid, or unknown.
 *
 * @example
 * ```ts
 * import { delimiter } from '@unstick/delimiter'
 *
 * const decoder = delimiter({ delimiter: ['$_', '\0'] }).decoder()
 * const chunk = new TextEncoder().encode('one$_two\0')
 * for (const frame of decoder.decode(chunk)) console.log(new TextDecoder().decode(frame)) // one, two
 * ```
 */
export function delimiter(options: DelimiterOptions): FrameCodec {
  const given = readOptions('delimiter', options, [
    'delimiter',
    'delimiterAt',
    'stripDelimiter',
    'maxFrameLength',
    'oversize',
    'atEnd',
  ])
  const rules = {
    delimiters: delimitersOf(given.delimiter),
    stripDelimiter: choiceOption('stripDelimiter', given.stripDelimiter ?? true, [true, false]),
    maxFrameLength: integerOption('maxFrameLength', given.maxFrameLength ?? 8 * 1024 * 1024, 1),
  }
  const delimiterAt = choiceOption('delimiterAt', given.delimiterAt ?? 'end', ['end', 'start'])
  const atEnd = choiceOption('atEnd', given.atEnd ?? (delimiterAt === 'end' ? 'error' : 'emit'), [
    'error',
    'emit',
    'drop',
  ])
  return defineCodec({
    name: 'delimiter',
    maxFrameLength: rules.maxFrameLength,
    oversize: given.oversize ?? 'error',
    atEnd,
    ...(delimiterAt === 'end' ? endDefinition(rules) : startDefinition(rules, atEnd)),
  })
}

function delimitersOf(given: unknown): Uint8Array[] {
  if (!Array.isArray(given)) return [bytesOption('delimiter', given)]
  if (given.length === 0) throw new RangeError('delimiter must be at least 1 delimiter, received an empty array')
  return given.map((each, index) => bytesOption(`delimiter[${index}]`, each))
}

type FramingMembers = Pick<CodecDefinition, 'overhead' | 'find' | 'findAtEnd' | 'findMany' | 'encodeParts'>

function endDefinition({ delimiters, stripDelimiter, maxFrameLength }: Rules): FramingMembers {
  const automaton = automatonOf(delimiters)
  const makeFinder = (stripDelimiter ? findStripped : findKept)(automaton, maxFrameLength)
  const find = makeFinder(false)
  return {
    overhead: automaton.longest,
    find,
    findAtEnd: makeFinder(true),
    findMany: findManyOf(delimiters, maxFrameLength, stripDelimiter),
    encodeParts: stripDelimiter
      ? (content) => [content, delimiterFor(content, delimiters, maxFrameLength, find)]
      : (frame) => [checkKept('delimiter', frame, maxFrameLength, find)],
  }
}

function findManyOf(
  delimiters: readonly Uint8Array[],
  maxFrameLength: number,
  stripDelimiter: boolean,
): FindMany | undefined {
  if (delimiters.length > 1 || delimiters[0]!.length > 1) return undefined
  const findMany = findLines(delimiters[0]![0]!, maxFrameLength)
  return stripDelimiter ? findMany : keepingEnds(findMany)
}

function startDefinition(rules: Rules, atEnd: 'error' | 'emit' | 'drop'): FramingMembers {
  const { delimiters, stripDelimiter, maxFrameLength } = rules
  const automaton = automatonOf(delimiters)
  const makeFinder = findStarted(automaton, { maxFrameLength, stripDelimiter, atEnd })
  const find = makeFinder(false)
  const findNext = findStripped(automaton, maxFrameLength)(false)

  function checkStarted(frame: Uint8Array): Uint8Array {
    const own = automaton.match(frame, frame.length, newSearch(), true)
    if (own > 0) checkLength('delimiter', frame.length - own, maxFrameLength)
    // The next frame may begin with any of the delimiters.
    if (delimiters.every((next) => isCutBetween(frame, next, find))) return frame
    throw notEncodable('delimiter: the frame does not begin with its only delimiter', frame.length)
  }

  return {
    // The delimiters of this frame and of the next one.
    overhead: 2 * automaton.longest,
    find,
    findAtEnd: makeFinder(true),
    encodeParts: stripDelimiter
      ? (content) => [delimiterFor(content, delimiters, maxFrameLength, findNext), content]
      : (frame) => [checkStarted(frame)],
  }
}

/** The first delimiter, if the content can be distinguished from it. */
function delimiterFor(
  content: Uint8Array,
  delimiters: readonly Uint8Array[],
  maxFrameLength: number,
  find: FindFrame,
): Uint8Array {
  const first = delimiters[0]!
  checkLength('delimiter', content.length, maxFrameLength)
  if (delimiters.some((each) => beginsWith(each, first) && each.length > first.length)) {
    const message = 'delimiter: the first delimiter listed begins another one, so no frame can be encoded'
    throw notEncodable(`${message}; list the longer one first`, content.length)
  }
  checkCut('delimiter: the frame holds a delimiter, or one arises across its end', content, first, find)
  return first.slice()
}

function beginsWith(bytes: Uint8Array, first: Uint8Array): boolean {
  return first.every((byte, index) => bytes[index] === byte)
}

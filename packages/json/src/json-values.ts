// JSON values one after another, not separated by line ends.

import {
  BETWEEN_BOUNDS,
  BOUNDS,
  choiceOption,
  defineCodec,
  drop,
  ENDLESS,
  FrameError,
  newSearch,
  UNKNOWN,
} from '@unstick/core'
import type { FindFrame, FindMany, FrameCodec, FrameSearch } from '@unstick/core'
import { readJsonOptions, type JsonOptions } from './options.ts'
import { DEPTH, depthOf, isDeep, LONG, NESTED, NOT_ENDED, phaseOf, scanValue, tableOf, TOO_DEEP } from './scan-value.ts'
import { nestedEnds } from './value-block.ts'
import { encodeValue, lacksDigits, tooDeep, valueParser, valuesParser } from './value.ts'

/** The options of `jsonValues`. */
export interface JsonValuesOptions extends JsonOptions {
  /**
   * Where the values are: 'stream' means one after another, with nothing, white space or commas between them; 'array'
   * means as the elements of one big array.
   *
   * @defaultValue 'stream'
   */
  within?: 'stream' | 'array'
}

/**
 * JSON values one after another (concatenated, pretty-printed, separated by commas), or the elements of one big array.
 * Brackets and quotes tell where they end; `JSON.parse` parses them. `Value` is the type that you expect; it is not
 * checked.
 *
 * ```
 *  chunks  | {"a": | 1}[2] 3 | 4,"}" |
 *  frames  | {"a":1} | [2] | 34 | "}" |
 * ```
 *
 * A value is given out with its last byte, a number with the byte after it or at the end of the stream. Encoding writes
 * each value and an LF; within an array `[`, the value, `]` and an LF: arrays may follow one another.
 *
 * Decoding throws `ERR_FRAME_CORRUPT` (text that `JSON.parse` refuses, such as `01` and `[1,]`; malformed UTF-8; a byte
 * order mark; nesting deeper than `maxDepth`; an extra or missing comma in the array), `ERR_FRAME_TOO_LONG` and
 * `ERR_FRAME_TRUNCATED` (the stream ends inside a value or the array).
 *
 * Encoding throws `ERR_FRAME_TOO_LONG`, and `ERR_FRAME_NOT_ENCODABLE` for a value that is nested too deeply or has no
 * JSON form as a whole, such as `undefined`, a function, NaN, a BigInt or a cycle. A `Date`, a `Map` or an `undefined`
 * inside a value is written as `JSON.stringify` does.
 *
 * @throws {TypeError | RangeError} An option is unknown or out of range.
 *
 * @example
 * ```ts
 * import { jsonValues } from '@unstick/json'
 *
 * const chunk = new TextEncoder().encode('[{"id":1},{"id":2}]')
 * const decoder = jsonValues<{ id: number }>({ within: 'array' }).decoder()
 * for (const { id } of decoder.decode(chunk)) console.log(id) // 1, 2
 * ```
 */
export function jsonValues<Value = unknown>(options?: JsonValuesOptions): FrameCodec<Value> {
  const name = 'jsonValues'
  const given = readJsonOptions(name, options, ['within'])
  const { maxFrameLength, oversize, corrupt } = given
  const grammar = GRAMMARS[choiceOption('within', given.within ?? 'stream', ['stream', 'array'])]
  const find = valueFinder(name, grammar, given)
  return defineCodec<Value>({
    name,
    maxFrameLength,
    overhead: OVERHEAD,
    oversize,
    corrupt,
    find,
    findMany: valuesFinder(grammar, find, given),
    findAtEnd: finderAtEnd(name, grammar, find),
    toFrame: valueParser(name),
    toFrames: valuesParser(),
    holdsPayload: false,
    encodeParts: (value) => grammar.enclose(encodeValue(name, value, given)),
  })
}

/**
 * The most bytes that encoding writes around a value. They also let the finder see the byte after a number at the
 * limit.
 */
const OVERHEAD = 3

// The phases between values. The first is that of a new stream; the stream may end there.
const OUTSIDE = 0
const AFTER_BRACKET = 1
const AFTER_VALUE = 2
const AFTER_COMMA = 3
// The phases inside a value, besides those of `scanValue`. In a literal, the depth is the index of the next letter.
const NUMBER = 7
const LITERAL = 8

const LF = 0x0a
const SPACE = 0x20
const OPENING = 0x5b
const CLOSING = 0x5d

const BRACKETS = /* @__PURE__ */ tableOf('[{')
const NUMERIC = /* @__PURE__ */ tableOf('-+.0123456789eE')
const LITERALS = /* @__PURE__ */ bytesOf('true false null ')

/** The state for a value with this first byte; 0 if no value begins with it. */
const FIRST_STATES = /* @__PURE__ */ firstStates()

function firstStates(): Uint16Array {
  const states = new Uint16Array(256)
  for (const byte of bytesOf('[{"')) states[byte] = NESTED
  for (const byte of bytesOf('-0123456789')) states[byte] = NUMBER
  for (const byte of bytesOf('tfn')) states[byte] = LITERAL + DEPTH * LITERALS.indexOf(byte)
  return states
}

/** What may surround values. */
interface Grammar {
  /** The next phase, for each phase between values and each byte: VALUE if a value begins, or REFUSED. */
  readonly steps: readonly Uint8Array[]
  /** What may follow in each of these phases, for error messages. */
  readonly expected: readonly string[]
  readonly afterValue: number
  /** How many brackets are open around a value. */
  readonly level: 0 | 1
  readonly enclose: (value: Uint8Array) => Uint8Array[]
}

const VALUE = 4
const REFUSED = 5

/**
 * The steps of `phase`: white space stays in it, `others` gives those of other bytes, and `first` is the step for a
 * value's first byte.
 */
function stepsOf(phase: number, others: Record<string, number>, first: typeof VALUE | typeof REFUSED): Uint8Array {
  const steps = Uint8Array.from(FIRST_STATES, (state) => (state === 0 ? REFUSED : first))
  for (const byte of bytesOf(' \t\r\n')) steps[byte] = phase
  for (const [character, next] of Object.entries(others)) steps[character.charCodeAt(0)] = next
  return steps
}

const STREAM: Grammar = {
  steps: [/* @__PURE__ */ stepsOf(OUTSIDE, { ',': OUTSIDE }, VALUE)],
  expected: ['a JSON value was expected'],
  afterValue: OUTSIDE,
  level: 0,
  enclose: (value) => [value, Uint8Array.of(LF)],
}

const ARRAY: Grammar = {
  steps: [
    /* @__PURE__ */ stepsOf(OUTSIDE, { '[': AFTER_BRACKET }, REFUSED),
    /* @__PURE__ */ stepsOf(AFTER_BRACKET, { ']': OUTSIDE }, VALUE),
    /* @__PURE__ */ stepsOf(AFTER_VALUE, { ',': AFTER_COMMA, ']': OUTSIDE }, REFUSED),
    /* @__PURE__ */ stepsOf(AFTER_COMMA, {}, VALUE),
  ],
  expected: [
    'an array was expected',
    'a JSON value or the end of the array was expected',
    'a comma or the end of the array was expected',
    'a JSON value was expected after the comma',
  ],
  afterValue: AFTER_VALUE,
  level: 1,
  enclose: (value) => [Uint8Array.of(OPENING), value, Uint8Array.of(CLOSING, LF)],
}

const GRAMMARS = { stream: STREAM, array: ARRAY }

function bytesOf(characters: string): Uint8Array {
  return Uint8Array.from(characters, (character) => character.charCodeAt(0))
}

function valueFinder(name: string, grammar: Grammar, options: Required<JsonOptions>): FindFrame {
  const { steps, expected, afterValue } = grammar
  const { maxFrameLength, maxDepth } = options

  /** Drops the bytes between values. */
  function dropBetween(bytes: Uint8Array, start: number, end: number, search: FrameSearch): number {
    let phase = search.state
    let at = start
    for (; at < end; at++) {
      const step = steps[phase]![bytes[at]!]!
      if (step >= VALUE) break
      phase = step
    }
    search.state = phase
    return drop(search, at)
  }

  return (bytes, start, end, search) => {
    let { state } = search
    if (state < NESTED) {
      const first = bytes[start]!
      const step = steps[state]![first]!
      if (step === REFUSED) throw new FrameError('ERR_FRAME_CORRUPT', `${name}: ${expected[state]}`)
      if (step < VALUE) return dropBetween(bytes, start, end, search)
      search.state = state = FIRST_STATES[first]!
    }
    const limit = Math.min(end, start + maxFrameLength)
    const phase = phaseOf(state)
    let answer: number
    if (phase === NUMBER) answer = scanNumber(bytes, search.resumeAt, limit, end, search)
    else if (phase === LITERAL) answer = scanLiteral(bytes, search.resumeAt, limit, search, name)
    else answer = scanValue(bytes, search.resumeAt, limit, search, options)
    if (answer === TOO_DEEP) throw tooDeep(name, maxDepth)
    if (answer !== NOT_ENDED) {
      const { state: last } = search
      search.state = afterValue
      if (isDeep(last)) throw tooDeep(name, maxDepth, answer - start)
      return answer
    }
    if (end === limit) return UNKNOWN
    if ((state & LONG) === 0) search.state += LONG
    return ENDLESS
  }
}

/** Finds arrays and objects by blocks, where that is possible, and all other values one by one. */
function valuesFinder(grammar: Grammar, find: FindFrame, options: Required<JsonOptions>): FindMany {
  const { steps, afterValue, level } = grammar
  const { maxFrameLength, maxDepth } = options
  const nesting = { level, maxDepth }
  return (bytes, start, end, { bounds, between, state }) => {
    const nested = nestedEnds(bytes, end, nesting)
    const search = newSearch()
    let count = 0
    let phase = state
    for (let at = start; at < end && BOUNDS * count < bounds.length;) {
      const first = bytes[at]!
      const step = steps[phase]![first]!
      if (step === REFUSED) break
      if (step < VALUE) {
        phase = step
        at++
        continue
      }
      const shownEnd = Math.min(end, at + maxFrameLength + OVERHEAD)
      const valueEnd =
        nested === undefined || BRACKETS[first] === 0
          ? endOf(bytes, at, shownEnd, phase, search, find)
          : nested.endOf(at)
      if (valueEnd === 0 || valueEnd - at > maxFrameLength) break
      between[BETWEEN_BOUNDS * count] = at
      between[BETWEEN_BOUNDS * count + 1] = afterValue
      bounds[BOUNDS * count] = at
      bounds[BOUNDS * count + 1] = valueEnd
      bounds[BOUNDS * count + 2] = valueEnd
      count++
      at = valueEnd
      phase = afterValue
    }
    return count
  }
}

/** The end of the value that starts at `at`, or 0; a refused value is refused when it is found alone. */
function endOf(
  bytes: Uint8Array,
  at: number,
  end: number,
  phase: number,
  search: FrameSearch,
  find: FindFrame,
): number {
  search.resumeAt = at
  search.state = phase
  try {
    const answer = find(bytes, at, end, search)
    return answer <= end ? Math.max(answer, 0) : 0
  } catch {
    return 0
  }
}

/**
 * A number ends before the first byte that cannot be part of one, so that `01` and `1.2.3` are each one corrupt number.
 */
function scanNumber(bytes: Uint8Array, from: number, limit: number, end: number, search: FrameSearch): number {
  let at = from
  while (at < limit && NUMERIC[bytes[at]!] === 1) at++
  if (at < end && NUMERIC[bytes[at]!] === 0) return at
  // Leave the last byte: a skipped number may end before the bytes to come.
  search.resumeAt = at < end ? at : at - 1
  return NOT_ENDED
}

/** A literal ends with its last letter. */
function scanLiteral(bytes: Uint8Array, from: number, limit: number, search: FrameSearch, name: string): number {
  const { state } = search
  let letter = depthOf(state)
  let at = from
  for (; at < limit; at++) {
    if (bytes[at] !== LITERALS[letter]) {
      throw new FrameError('ERR_FRAME_CORRUPT', `${name}: true, false or null was expected`)
    }
    if (LITERALS[++letter] === SPACE) return at + 1
  }
  search.resumeAt = at
  search.state = LITERAL + (state & LONG) + DEPTH * letter
  return NOT_ENDED
}

function finderAtEnd(name: string, grammar: Grammar, find: FindFrame): FindFrame {
  return (bytes, start, end, search) => {
    if (start === end) {
      if (search.state === OUTSIDE) return UNKNOWN
      throw new FrameError('ERR_FRAME_TRUNCATED', `${name}: the stream ended inside the array`)
    }
    const answer = find(bytes, start, end, search)
    const { state } = search
    if (answer !== UNKNOWN || phaseOf(state) !== NUMBER || grammar === ARRAY) return answer
    if ((state & LONG) === 0 && lacksDigits(bytes.subarray(start, end))) return UNKNOWN
    search.state = grammar.afterValue
    return end
  }
}

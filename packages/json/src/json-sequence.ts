// JSON text sequences: a record separator (RS) begins each value, an LF ends it.

import { defineCodec, drop, ENDLESS, FrameError, gap, indexOfByte, UNKNOWN } from '@unstick/core'
import type { FindFrame, FrameCodec, FrameSearch } from '@unstick/core'
import { readJsonOptions, type JsonOptions } from './options.ts'
import { isDeep, LONG, NESTED, NOT_ENDED, phaseOf, scanValue, tableOf, TOO_DEEP } from './scan-value.ts'
import type { DepthRule } from './scan-value.ts'
import { encodeValue, tooDeep, valueParser } from './value.ts'

/** The options of `jsonSequence`. */
export type JsonSequenceOptions = JsonOptions

/**
 * JSON text sequences (RFC 7464, `application/json-seq`): RS, a value, LF. `Value` is the type that you expect; it is
 * not checked.
 *
 * ```
 *  chunks  | RS {"a": | 1} LF RS 1 | 2 LF |
 *  frames  | {"a":1} | 12 |
 * ```
 *
 * An object, array or string is given out with its last byte; a number or literal with its LF, since without one it may
 * have been cut short. Several RS in a row count as one; white space after a value is dropped. The limit counts the
 * bytes between RS and LF.
 *
 * Decoding throws `ERR_FRAME_CORRUPT` (a value cut short by the next RS, with a `frameLength`; text that `JSON.parse`
 * refuses; malformed UTF-8; nesting deeper than `maxDepth`; bytes outside a value), `ERR_FRAME_TOO_LONG` and
 * `ERR_FRAME_TRUNCATED` (an end after RS, inside a value, or before the LF of a number or literal). With
 * `corrupt: 'skip'` decoding continues at the next RS, as the RFC recommends.
 *
 * Encoding throws as `jsonValues` does.
 *
 * @throws {TypeError | RangeError} An option is unknown or out of range.
 *
 * @example
 * ```ts
 * import { jsonSequence } from '@unstick/json'
 *
 * const codec = jsonSequence<number[]>()
 * for (const numbers of codec.decoder().decode(codec.encode([1, 2]))) console.log(...numbers) // 1 2
 * ```
 */
export function jsonSequence<Value = unknown>(options?: JsonSequenceOptions): FrameCodec<Value> {
  const name = 'jsonSequence'
  const given = readJsonOptions(name, options)
  const { maxFrameLength, oversize, corrupt } = given
  return defineCodec<Value>({
    name,
    maxFrameLength,
    // RS and LF.
    overhead: 2,
    oversize,
    corrupt,
    find: elementFinder(name, given),
    toFrame: valueParser(name),
    holdsPayload: false,
    encodeParts: (value) => [Uint8Array.of(RS), encodeValue(name, value, given), Uint8Array.of(LF)],
  })
}

const RS = 0x1e
const LF = 0x0a

// The phases besides those of `scanValue`.
const OUTSIDE = 0
/** In bytes outside any element, which end at the next RS. */
const GARBAGE = 1
/** After one or more RS. */
const BEGUN = 2
/** In the white space before the value. */
const LEADING = 3
/** In a number, a literal or malformed text, which ends at an LF. */
const SCALAR = 7

const WHITE = /* @__PURE__ */ tableOf(' \t\r\n')
const BEGINS_NESTED = /* @__PURE__ */ tableOf('[{"')

function elementFinder(name: string, options: Required<JsonOptions>): FindFrame {
  const { maxFrameLength, maxDepth, corrupt } = options

  /** Continues an element, up to its end or the limit. */
  function findEnd(bytes: Uint8Array, start: number, end: number, search: FrameSearch): number {
    const limit = Math.min(end, start + 1 + maxFrameLength)
    const answer = scanElement(bytes, search.resumeAt, limit, search, options)
    if (answer === TOO_DEEP) throw tooDeep(name, maxDepth)
    if (answer !== NOT_ENDED) {
      const { state: last } = search
      endElement(bytes, start, answer, search)
      if (isDeep(last)) throw tooDeep(name, maxDepth, answer - start)
      return answer
    }
    const { resumeAt, state } = search
    const byte = resumeAt < end ? bytes[resumeAt] : undefined
    if (byte === LF && phaseOf(state) === SCALAR) {
      endElement(bytes, start, resumeAt, search)
      return resumeAt + 1
    }
    if (byte === RS && phaseOf(state) !== BEGUN) return cutShort(start, resumeAt, search)
    if (byte === undefined) return UNKNOWN
    if ((state & LONG) === 0) search.state += LONG
    return ENDLESS
  }

  /** Refuses an element that is not complete at `next`, where the next one begins. */
  function cutShort(start: number, next: number, search: FrameSearch): number {
    const { state } = search
    search.state = OUTSIDE
    if ((state & LONG) !== 0) return next
    const message = `${name}: the value is cut short by the next record separator`
    throw new FrameError('ERR_FRAME_CORRUPT', message, { frameLength: next - start })
  }

  /** Outside elements, drops white space and refuses anything else up to the next RS. */
  function passOver(bytes: Uint8Array, start: number, end: number, search: FrameSearch): number {
    let at = start
    if (search.state !== GARBAGE) {
      while (at < end && WHITE[bytes[at]!] === 1) at++
      search.state = OUTSIDE
      if (at > start) return drop(search, at)
      if (corrupt === 'error') {
        throw new FrameError('ERR_FRAME_CORRUPT', `${name}: a record separator was expected`)
      }
    }
    while (at < end && bytes[at] !== RS) at++
    search.state = GARBAGE
    return gap(search, at, 'corrupt')
  }

  return (bytes, start, end, search) => {
    if (bytes[start] === RS && search.resumeAt === start && search.state !== BEGUN + LONG) {
      search.state = BEGUN
      search.resumeAt = start + 1
    } else if (search.state === OUTSIDE || search.state === GARBAGE) return passOver(bytes, start, end, search)
    const { state, resumeAt } = search
    const answer = findEnd(bytes, start, end, search)
    if (answer !== UNKNOWN || (state & LONG) === 0) return answer
    // Leave the last byte for the next call: if an RS follows it, the skipped element ends with it.
    search.state = state
    scanElement(bytes, resumeAt, end - 1, search, options)
    return UNKNOWN
  }
}

/**
 * Walks through an element to the end of its value, or to where it stops: at an RS, or at the LF after a number or
 * literal.
 */
function scanElement(bytes: Uint8Array, from: number, limit: number, search: FrameSearch, rule: DepthRule): number {
  let at = from
  if (phaseOf(search.state) === BEGUN) {
    while (at < limit && bytes[at] === RS) at++
    search.resumeAt = at
    if (at === limit) return NOT_ENDED
    search.state += LEADING - BEGUN
  }
  if (phaseOf(search.state) === LEADING) {
    while (at < limit && WHITE[bytes[at]!] === 1) at++
    search.resumeAt = at
    if (at === limit) return NOT_ENDED
    search.state += (BEGINS_NESTED[bytes[at]!] === 1 ? NESTED : SCALAR) - LEADING
  }
  if (phaseOf(search.state) !== SCALAR) {
    const next = indexOfByte(bytes, RS, at, limit)
    return scanValue(bytes, at, next < 0 ? limit : next, search, rule)
  }
  while (at < limit && bytes[at] !== LF && bytes[at] !== RS) at++
  search.resumeAt = at
  return NOT_ENDED
}

/** The payload of an element is its value, without surrounding white space. */
function endElement(bytes: Uint8Array, start: number, valueEnd: number, search: FrameSearch): void {
  const isSkipped = (search.state & LONG) !== 0
  search.state = OUTSIDE
  if (isSkipped) return
  let from = start + 1
  let to = valueEnd
  while (from < to && (bytes[from] === RS || WHITE[bytes[from]!] === 1)) from++
  while (from < to && WHITE[bytes[to - 1]!] === 1) to--
  search.payloadStart = from
  search.payloadEnd = to
}

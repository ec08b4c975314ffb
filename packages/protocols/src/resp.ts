// RESP, the protocol of Redis and Valkey, versions 2 and 3.

import {
  BOUNDS,
  checkedBytes,
  defineCodec,
  integerOption,
  kindOf,
  readOptions,
  UNKNOWN,
  type FrameCodec,
} from '@unstick/core'
import { corrupt, invalidLength, notEncodable } from './framing/errors.ts'
import { limitsOf, type PresetOptions } from './framing/options.ts'
import { decodeAnyUtf8, decodeLatin1, encodeLatin1, encodeUtf8, isLine as fitsLine } from './framing/text.ts'
import { viewsOf } from './framing/views.ts'

/**
 * A value, with the first byte on the wire as its type: simple string, error, integer, bulk string, array; in RESP3
 * also null, boolean, double, big number, bulk error, verbatim string, map, set, push, and a value with attributes; or
 * an inline command.
 */
export type RespValue =
  | { type: '+' | '-'; value: string }
  | { type: ':'; value: number | bigint }
  | { type: '$'; value: Uint8Array | null }
  | { type: '*'; value: RespValue[] | null }
  | { type: '_'; value: null }
  | { type: '#'; value: boolean }
  | { type: ','; value: number }
  | { type: '('; value: bigint }
  | { type: '!' | '='; value: Uint8Array }
  | { type: '%'; value: [RespValue, RespValue][] }
  | { type: '~' | '>'; value: RespValue[] }
  | { type: '|'; value: RespValue; attributes: [RespValue, RespValue][] }
  | { type: 'inline'; value: string }

/** The options of `resp`. */
export interface RespOptions extends PresetOptions {
  /**
   * How deeply arrays, maps and sets may be nested.
   *
   * @defaultValue 128
   */
  maxDepth?: number
}

const NAME = 'resp'
const CR = 13
const LF = 10
/** The longest line with a count: type, 15 digits, CR LF. */
const LONGEST_COUNT = 18
const DIGITS = 'a length must have 1 to 15 digits'
/** proto-max-bulk-len, and the length line and CR LF around such a string. */
const MAX_FRAME_LENGTH = 512 * 1024 * 1024

/**
 * Kinds of value, by first byte: lines, strings with a length, and, for aggregates, how many values each counted item
 * has.
 */
const LINES = '+-:_#,('
const STRINGS = '$!='
const VALUES_OF: Readonly<Record<string, number>> = { '*': 1, '~': 1, '>': 1, '%': 2, '|': 2 }

// The same, indexed by the first byte, which is faster to look up.
const LINE = 1
const STRING = 2
const AGGREGATE = 3
/** 0 is an inline command. */
const KINDS = new Uint8Array(256)
/** Values per counted item. */
const FACTORS = new Uint8Array(256)
for (const type of LINES) KINDS[type.charCodeAt(0)] = LINE
for (const type of STRINGS) KINDS[type.charCodeAt(0)] = STRING
for (const [type, factor] of Object.entries(VALUES_OF)) {
  KINDS[type.charCodeAt(0)] = AGGREGATE
  FACTORS[type.charCodeAt(0)] = factor
}
const ATTRIBUTES = 0x7c
/** The longest text of a big number. To make a bigint of digits takes more than linear time. */
const LONGEST_NUMBER = 64 * 1024
/** The types whose value may be null. */
const NULLABLE = '$*_'

/**
 * Whole values, nested values included:
 *
 * ```
 *  +------+------+-------+      +---+--------+-------+-------+-------+      +---+-------+-------+--------
 *  | type | text | CR LF |      | $ | length | CR LF | bytes | CR LF |      | * | count | CR LF | values ...
 *  +------+------+-------+      +---+--------+-------+-------+-------+      +---+-------+-------+--------
 * ```
 *
 * A client's command is an array of bulk strings. Any other line is an inline command. Strings are views; a RESP2 length of -1 is `null`. Malformed UTF-8 in the text
 * of `+` and `-` becomes U+FFFD: errors of the server repeat bytes of the command.
 *
 * Source: redis.io, "Redis serialization protocol specification". The limit is 512 MiB, the server's
 * `proto-max-bulk-len`. The streamed strings and aggregates of RESP3 (`$?`, `*?`), which no server sends, are
 * `ERR_FRAME_LENGTH_INVALID`.
 *
 * Decoding throws `ERR_FRAME_TOO_LONG`, `ERR_FRAME_LENGTH_INVALID`, `ERR_FRAME_CORRUPT` (a string without CR LF, a
 * CR in a line, a malformed number or boolean, a big number of more than 64 Ki digits, an inline command inside a
 * value, nesting deeper than `maxDepth`) and `ERR_FRAME_TRUNCATED`; encoding `ERR_FRAME_NOT_ENCODABLE` and
 * `ERR_FRAME_TOO_LONG`.
 *
 * @throws {TypeError | RangeError} An option is unknown, of the wrong kind or out of range.
 */
export function resp(options: RespOptions = {}): FrameCodec<RespValue> {
  const { maxDepth: givenDepth, ...rest } = readOptions<RespOptions>(NAME, options, [
    'maxDepth',
    'maxFrameLength',
    'oversize',
  ])
  const maxDepth = integerOption('maxDepth', givenDepth ?? 128, 1)
  const limits = limitsOf(NAME, rest, { maxFrameLength: MAX_FRAME_LENGTH, minFrameLength: 3 })
  return defineCodec<RespValue>({
    name: NAME,
    ...limits,
    find(bytes, _start, end, search) {
      // `state` counts the values that are still missing, and `resumeAt` is where the next one begins. A negative state
      // means that the line of the next value has begun and is not a count: the search for its end resumes at
      // `resumeAt`.
      let at = search.resumeAt
      let missing = Math.abs(search.state === 0 ? 1 : search.state)
      let isInLine = search.state < 0
      for (;;) {
        const first = at < end ? bytes[at]! : 0
        const kind = isInLine ? LINE : KINDS[first]!
        const isLine = kind <= LINE
        search.state = isInLine ? -missing : missing
        search.resumeAt = at
        const lineEnd = endOfLine(bytes, at, isLine ? end : Math.min(end, at + LONGEST_COUNT))
        if (lineEnd === UNKNOWN && end > at && isLine) {
          search.state = -missing
          search.resumeAt = end
        } else if (lineEnd === UNKNOWN && end - at >= LONGEST_COUNT) {
          throw invalidLength(NAME, DIGITS)
        }
        if (lineEnd === UNKNOWN) return UNKNOWN
        isInLine = false
        at = lineEnd
        if (kind === STRING) {
          const length = countIn(bytes, search.resumeAt, lineEnd)
          if (length >= 0) at += length + 2
          if (at <= end) checkLineEnd(bytes, at)
        } else if (kind === AGGREGATE) {
          missing += Math.max(0, countIn(bytes, search.resumeAt, lineEnd)) * FACTORS[first]!
          if (missing > Number.MAX_SAFE_INTEGER) throw invalidLength(NAME, 'a value must nest at most 2^53-1 values')
        }
        if (kind !== AGGREGATE || first !== ATTRIBUTES) missing--
        if (missing === 0) {
          search.state = 0
          return (search.payloadEnd = at)
        }
        if (at > end) return at
      }
    },
    toFrame: (bytes) => valueOf({ bytes, view: viewsOf(bytes), at: 0, maxDepth }, 0),
    toFrames(bytes, { bounds }, count) {
      const reader: Reader = { bytes, view: viewsOf(bytes), at: 0, maxDepth }
      const values: RespValue[] = []
      for (let index = 0; index < BOUNDS * count; index += BOUNDS) {
        reader.at = bounds[index]!
        values.push(valueOf(reader, 0))
      }
      return values
    },
    holdsPayload: true,
    encodeParts(value) {
      const parts: Uint8Array[] = []
      write(value, parts, 0, maxDepth)
      return parts
    },
  })
}

/** The index after the LF of the line that begins at `at`, or UNKNOWN. */
function endOfLine(bytes: Uint8Array, at: number, end: number): number {
  for (let index = at; index < end; index++) if (bytes[index] === LF) return index + 1
  return UNKNOWN
}

function checkLineEnd(bytes: Uint8Array, end: number): void {
  if (bytes[end - 2] !== CR || bytes[end - 1] !== LF) throw corrupt(NAME, 'a string must be followed by CR LF')
}

/** An integer of up to this many digits is always safe. */
const SAFE_DIGITS = 15

/** Reads the digits `bytes[start, end)`; -1 if there are none, or any other byte. */
function digitsIn(bytes: Uint8Array, start: number, end: number): number {
  let value = 0
  for (let at = start; at < end; at++) {
    const digit = bytes[at]! - 48
    if (!(digit >= 0 && digit <= 9)) return -1
    value = value * 10 + digit
  }
  return start === end ? -1 : value
}

/** The length or count in the line `bytes[at, lineEnd)` of at most LONGEST_COUNT bytes; -1 for RESP2's null. */
function countIn(bytes: Uint8Array, at: number, lineEnd: number): number {
  checkLineEnd(bytes, lineEnd)
  const first = at + 1
  const last = lineEnd - 2
  if (last - first === 2 && bytes[first] === 0x2d && bytes[first + 1] === 0x31) {
    if (bytes[at] === 0x24 || bytes[at] === 0x2a) return -1
  }
  const count = digitsIn(bytes, first, last)
  if (count < 0) throw invalidLength(NAME, DIGITS)
  return count
}

// ── Bytes to values ──

interface Reader {
  readonly bytes: Uint8Array
  readonly view: (start: number, end: number) => Uint8Array
  at: number
  readonly maxDepth: number
}

function valueOf(reader: Reader, depth: number): RespValue {
  const { bytes } = reader
  const start = reader.at
  const lineEnd = endOfLine(bytes, start, bytes.length)
  const kind = KINDS[bytes[start]!]!
  const type = String.fromCharCode(bytes[start]!)
  reader.at = lineEnd
  if (kind === STRING) return { type, value: stringOf(reader, start, lineEnd) } as RespValue
  if (kind === AGGREGATE) {
    const count = countIn(bytes, start, lineEnd)
    if (count < 0) return { type: '*', value: null }
    if (depth === reader.maxDepth) throw corrupt(NAME, `values must not be nested deeper than maxDepth (${depth})`)
    return aggregateOf(reader, type, count, depth)
  }
  if (kind === LINE) {
    checkLineEnd(bytes, lineEnd)
    return lineValue(type, bytes, start + 1, lineEnd - 2)
  }
  if (depth > 0) throw corrupt(NAME, 'an inline command must not stand inside a value')
  const hasReturn = lineEnd - 2 >= start && bytes[lineEnd - 2] === CR
  return { type: 'inline', value: withoutReturns(decodeLatin1(bytes, start, lineEnd - (hasReturn ? 2 : 1))) }
}

function stringOf(reader: Reader, start: number, lineEnd: number): Uint8Array | null {
  const length = countIn(reader.bytes, start, lineEnd)
  if (length < 0) return null
  reader.at = lineEnd + length + 2
  return reader.view(lineEnd, lineEnd + length)
}

function aggregateOf(reader: Reader, type: string, count: number, depth: number): RespValue {
  if (type !== '%' && type !== '|') {
    const values: RespValue[] = []
    for (let index = 0; index < count; index++) values.push(valueOf(reader, depth + 1))
    return { type, value: values } as RespValue
  }
  const pairs: [RespValue, RespValue][] = []
  for (let index = 0; index < count; index++) pairs.push([valueOf(reader, depth + 1), valueOf(reader, depth + 1)])
  if (type === '|') return { type, attributes: pairs, value: valueOf(reader, depth + 1) }
  return { type: '%', value: pairs }
}

function lineValue(type: string, bytes: Uint8Array, start: number, end: number): RespValue {
  if (type === '+' || type === '-') return { type, value: withoutReturns(decodeAnyUtf8(bytes, start, end)) }
  if (type === ':' && end - start <= SAFE_DIGITS) {
    const value = digitsIn(bytes, start, end)
    if (value >= 0) return { type, value }
  }
  const text = decodeLatin1(bytes, start, end)
  if (type === ':' && /^[+-]?\d{1,20}$/.test(text)) {
    const number = Number(text)
    if (Number.isSafeInteger(number)) return { type, value: number }
    const value = BigInt(text)
    if (hasInt64(value)) return { type, value }
  }
  if (type === '_' && text === '') return { type, value: null }
  if (type === '#' && (text === 't' || text === 'f')) return { type, value: text === 't' }
  if (type === '(' && text.length <= LONGEST_NUMBER && /^[+-]?\d+$/.test(text)) return { type, value: BigInt(text) }
  if (type === ',') {
    if (/^[+-]?\d+(\.\d*)?([eE][+-]?\d+)?$/.test(text)) return { type, value: Number(text) }
    if (/^-?nan$/.test(text)) return { type, value: NaN }
    if (/^-?inf$/.test(text)) return { type, value: text === 'inf' ? Infinity : -Infinity }
  }
  throw corrupt(NAME, `the text of a value of type ${type} is malformed`)
}

function withoutReturns(text: string): string {
  if (text.includes('\r')) throw corrupt(NAME, 'a line must hold no CR')
  return text
}

function hasInt64(value: bigint): boolean {
  return BigInt.asIntN(64, value) === value
}

// ── Values to bytes ──

function write(value: RespValue, parts: Uint8Array[], depth: number, maxDepth: number): void {
  const line = (text: string): void => void parts.push(encodeUtf8(NAME, `${text}\r\n`))
  if (typeof value?.type !== 'string') {
    throw notEncodable(NAME, `a value must be an object { type, value }, received ${kindOf(value)}`)
  }
  if (value.type in VALUES_OF && depth === maxDepth && value.value !== null) {
    throw notEncodable(NAME, `values must not be nested deeper than maxDepth (${maxDepth})`)
  }
  if (value.value === null && !NULLABLE.includes(value.type)) {
    throw notEncodable(NAME, 'a value must not be null, except of type $, * or _')
  }
  const writeAll = (values: readonly RespValue[]): void => {
    for (const each of values) write(each, parts, depth + 1, maxDepth)
  }
  const writePairs = (pairs: readonly (readonly RespValue[])[]): void => {
    for (const pair of pairs) {
      if (!Array.isArray(pair) || pair.length !== 2) throw notEncodable(NAME, 'maps and attributes must have pairs')
      writeAll(pair)
    }
  }
  switch (value.type) {
    case '$':
    case '!':
    case '=':
      if (value.value === null) return line('$-1')
      checkedBytes(value.value, NAME, 'the value of a string')
      line(`${value.type}${value.value.length}`)
      parts.push(value.value, new Uint8Array([CR, LF]))
      return
    case '*':
    case '~':
    case '>':
      if (value.value === null) return line('*-1')
      checkArray(value.value, 'value')
      line(`${value.type}${value.value.length}`)
      return writeAll(value.value)
    case '%':
      checkArray(value.value, 'value')
      line(`%${value.value.length}`)
      return writePairs(value.value)
    case '|':
      checkArray(value.attributes, 'attributes')
      line(`|${value.attributes.length}`)
      writePairs(value.attributes)
      return write(value.value, parts, depth + 1, maxDepth)
    case 'inline':
      if (depth > 0) throw notEncodable(NAME, 'an inline command must not stand inside a value')
      checkLine(value.value)
      if (value.value !== '' && `${LINES}${STRINGS}*~>%|`.includes(value.value[0]!)) {
        throw notEncodable(NAME, 'an inline command must not begin like a value')
      }
      return void parts.push(encodeLatin1(NAME, `${value.value}\r\n`))
    case '+':
    case '-':
      checkLine(value.value)
      return line(`${value.type}${value.value}`)
    default:
      return line(`${value.type}${textOf(value)}`)
  }
}

function checkArray(values: unknown, member: string): void {
  if (Array.isArray(values)) return
  throw notEncodable(NAME, `the ${member} of an aggregate must be an array, received ${kindOf(values)}`)
}

function checkLine(text: string): void {
  if (fitsLine(text)) return
  throw notEncodable(NAME, 'the value of a line must be a string without CR and LF')
}

type Plain = Extract<RespValue, { type: ':' | '_' | '#' | ',' | '(' }>

const ALLOWED: ReadonlyMap<string, string> = new Map([
  [':', 'an integer of 64 bits'],
  ['_', 'null'],
  ['#', 'a boolean'],
  [',', 'a number'],
  ['(', `a bigint of at most ${LONGEST_NUMBER} characters`],
])

function textOf(value: Plain): string {
  const { type, value: plain } = value
  if (type === '_' && plain === null) return ''
  if (type === '#' && typeof plain === 'boolean') return plain ? 't' : 'f'
  if (type === ':' && (Number.isSafeInteger(plain) || (typeof plain === 'bigint' && hasInt64(plain)))) return `${plain}`
  if (type === '(' && typeof plain === 'bigint') {
    const text = `${plain}`
    if (text.length <= LONGEST_NUMBER) return text
  }
  if (type === ',' && typeof plain === 'number') {
    if (Number.isFinite(plain)) return Object.is(plain, -0) ? '-0' : `${plain}`
    return `${plain}`.toLowerCase().replace('infinity', 'inf')
  }
  const allowed = ALLOWED.get(type)
  throw notEncodable(NAME, allowed ? `a value of type ${type} must be ${allowed}` : 'a value must have a type of RESP')
}

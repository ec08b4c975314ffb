// What `jsonValues` and `jsonSequence` must make of a whole stream: each value is read byte by byte.

import type { Skipped, SkipReason } from '@unstick/core'
import type { Outcome } from '../outcome.ts'
import { DEFAULT_LIMIT } from './length-framed.ts'

/** The options of `jsonSequence` that determine the result. */
export interface JsonSequenceRules {
  maxFrameLength?: number
  maxDepth?: number
  oversize?: 'error' | 'skip'
  corrupt?: 'error' | 'skip'
}

/** The options of `jsonValues` that determine the result. */
export interface JsonValuesRules extends JsonSequenceRules {
  within?: 'stream' | 'array'
}

/** The extent of a value: its length if it ends, and how many bytes show that it is wrong if it is. */
interface Walk {
  length?: number
  wrongAfter?: number
}

/** Which bytes may follow in each place of an array, and the place after them. */
const inArray: Record<string, Record<string, string> | undefined> = {
  outside: { '[': 'first' },
  first: { ']': 'outside', value: 'after value' },
  'after value': { ',': 'after comma', ']': 'outside' },
  'after comma': { value: 'after value' },
}
const inStream = { outside: { ',': 'outside', value: 'outside' } }

/** What `jsonValues` must make of a whole stream. */
export function jsonValues(rules: JsonValuesRules = {}): (stream: Uint8Array) => Outcome {
  const { within = 'stream' } = rules
  const places = within === 'stream' ? inStream : inArray
  return (stream) => {
    const text = latin1(stream)
    const outcome: Outcome = { frames: [], skipped: [] }
    let place = 'outside'
    let offset = 0
    const fail = (code: string): Outcome => ({ ...outcome, error: { code, offset } })
    while (offset < text.length) {
      const char = text[offset]!
      const next = (places as typeof inArray)[place]!
      if (isWhite(char) || next[char] !== undefined) {
        place = next[char] ?? place
        offset++
        continue
      }
      if (next['value'] === undefined) return fail('ERR_FRAME_CORRUPT')
      const rest = text.slice(offset)
      const error = takeValue(rest, offset, outcome, rules, (maxDepth) => walkValue(rest, maxDepth, within))
      if (typeof error === 'string') return fail(error)
      offset += error
      place = next['value']
    }
    return place === 'outside' ? outcome : fail('ERR_FRAME_TRUNCATED')
  }
}

/** Adds the value at the beginning of `rest`. Returns its length, or the code of the error. */
function takeValue(
  rest: string,
  offset: number,
  outcome: Outcome,
  { maxFrameLength = DEFAULT_LIMIT, maxDepth = 512, oversize = 'error', corrupt = 'error' }: JsonSequenceRules,
  walk: (maxDepth: number) => Walk,
): number | string {
  const { length, wrongAfter } = walk(corrupt === 'error' ? maxDepth : Infinity)
  if (wrongAfter !== undefined && wrongAfter <= maxFrameLength) return 'ERR_FRAME_CORRUPT'
  if ((length ?? wrongAfter ?? rest.length) > maxFrameLength) {
    if (oversize === 'error') return 'ERR_FRAME_TOO_LONG'
    const whole = walk(Infinity)
    if (whole.wrongAfter !== undefined) return 'ERR_FRAME_CORRUPT'
    if (whole.length === undefined) return 'ERR_FRAME_TRUNCATED'
    return skip(outcome, offset, whole.length, 'too-long')
  }
  if (length === undefined) return 'ERR_FRAME_TRUNCATED'
  const value = rest.slice(0, length)
  // At the end of the stream, a number that only lacks digits is cut short.
  if (length === rest.length && /^[-+.0-9eE]/.test(value) && parsed(value) === BAD && parsed(`${value}0`) !== BAD) {
    return 'ERR_FRAME_TRUNCATED'
  }
  return keep(outcome, value, offset, length, maxDepth, corrupt)
}

/** Parses and adds a value, or skips a corrupt one if asked. */
function keep(
  outcome: Outcome,
  text: string,
  offset: number,
  length: number,
  maxDepth: number,
  corrupt: 'error' | 'skip',
): number | string {
  const isTooDeep = walkNested(text.replace(/^[ \t\r\n]*/, ''), maxDepth).wrongAfter !== undefined
  const value = isTooDeep ? BAD : parsed(text)
  if (value === BAD) {
    return corrupt === 'skip' ? skip(outcome, offset, length, 'corrupt') : 'ERR_FRAME_CORRUPT'
  }
  outcome.frames.push(value)
  return length
}

function skip(outcome: Outcome, offset: number, length: number, reason: SkipReason): number {
  const skipped: Pick<Skipped, 'offset' | 'length' | 'reason'> = { offset, length, reason }
  outcome.skipped.push(skipped)
  return length
}

function walkValue(rest: string, maxDepth: number, within: 'stream' | 'array'): Walk {
  if (/^[[{"]/.test(rest)) return walkNested(rest, maxDepth)
  const [number] = /^[-0-9][-+.0-9eE]*/.exec(rest) ?? []
  if (number !== undefined) return number === rest && within === 'array' ? {} : { length: number.length }
  return walkLiteral(rest)
}

function walkLiteral(rest: string): Walk {
  for (let length = 1; length <= rest.length; length++) {
    const begun = rest.slice(0, length)
    const words = ['true', 'false', 'null'].filter((each) => each.startsWith(begun))
    if (words.length === 0) return { wrongAfter: length }
    if (words[0] === begun) return { length }
  }
  return {}
}

/** An array, object or string: brackets are counted outside strings. */
function walkNested(rest: string, maxDepth: number): Walk {
  let depth = 0
  let isInString = false
  for (let at = 0; at < rest.length; at++) {
    const char = rest[at]!
    if (isInString && char === '\\') at++
    else if (char === '"') isInString = !isInString
    else if (!isInString && (char === '[' || char === '{')) depth++
    else if (!isInString && (char === ']' || char === '}')) depth--
    if (depth > maxDepth) return { wrongAfter: at + 1 }
    if (depth === 0 && !isInString) return { length: at + 1 }
  }
  return {}
}

const RS = '\x1E'

/** What `jsonSequence` must make of a whole stream. */
export function jsonSequence(rules: JsonSequenceRules = {}): (stream: Uint8Array) => Outcome {
  const { maxFrameLength = DEFAULT_LIMIT, maxDepth = 512, oversize = 'error', corrupt = 'error' } = rules
  return (stream) => {
    const text = latin1(stream)
    const outcome: Outcome = { frames: [], skipped: [] }
    let offset = 0
    const fail = (code: string): Outcome => ({ ...outcome, error: { code, offset } })
    while (offset < text.length) {
      const next = text.indexOf(RS, offset + separatorsOf(text.slice(offset)).length)
      const isLast = next === -1
      const end = isLast ? text.length : next
      if (isWhite(text[offset]!)) offset++
      else if (text[offset] !== RS) {
        if (corrupt === 'error') return fail('ERR_FRAME_CORRUPT')
        offset += skip(outcome, offset, end - offset, 'corrupt')
      } else {
        const element = text.slice(offset + 1, end)
        const { content, trailer, wrongAfter } = walkElement(element, corrupt === 'error' ? maxDepth : Infinity)
        if (wrongAfter !== undefined && wrongAfter <= maxFrameLength) return fail('ERR_FRAME_CORRUPT')
        const isTooLong = (content?.length ?? wrongAfter ?? element.length) > maxFrameLength
        if (isTooLong && oversize === 'error') return fail('ERR_FRAME_TOO_LONG')
        if (isTooLong) {
          const whole = walkElement(element, Infinity)
          if (whole.content === undefined && isLast) return fail('ERR_FRAME_TRUNCATED')
          offset += skip(outcome, offset, 1 + (whole.content ?? element).length + whole.trailer, 'too-long')
        } else if (content === undefined) {
          if (isLast) return fail('ERR_FRAME_TRUNCATED')
          if (corrupt === 'error') return fail('ERR_FRAME_CORRUPT')
          offset += skip(outcome, offset, end - offset, 'corrupt')
        } else {
          const error = keep(
            outcome,
            content.slice(separatorsOf(content).length),
            offset,
            1 + content.length + trailer,
            maxDepth,
            corrupt,
          )
          if (typeof error === 'string') return fail(error)
          offset += error
        }
      }
    }
    return outcome
  }
}

/** The record separators at the beginning: several in a row count as one. */
function separatorsOf(text: string): string {
  let length = 0
  while (text[length] === RS) length++
  return text.slice(0, length)
}

/** The content of an element, and the length of the LF that ended it. */
function walkElement(element: string, maxDepth: number): { content?: string; trailer: number; wrongAfter?: number } {
  const begun = separatorsOf(element)
  const white = begun + /^[ \t\r\n]*/.exec(element.slice(begun.length))![0]
  const rest = element.slice(white.length)
  if (rest === '') return { trailer: 0 }
  if (!/^[[{"]/.test(rest)) {
    const at = rest.indexOf('\n')
    return at === -1 ? { trailer: 0 } : { content: white + rest.slice(0, at), trailer: 1 }
  }
  const { length, wrongAfter } = walkNested(rest, maxDepth)
  if (wrongAfter !== undefined) return { trailer: 0, wrongAfter: white.length + wrongAfter }
  return length === undefined ? { trailer: 0 } : { content: white + rest.slice(0, length), trailer: 0 }
}

const BAD = Symbol('no JSON')

/** Parses JSON in UTF-8, given as Latin-1. */
function parsed(text: string): unknown {
  try {
    const bytes = Uint8Array.from(text, (char) => char.charCodeAt(0))
    return JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)) as unknown
  } catch {
    return BAD
  }
}

function isWhite(char: string): boolean {
  return ' \t\r\n'.includes(char)
}

function latin1(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')
}

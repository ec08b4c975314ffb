// Walks through an array, an object or a string, which mark their own end, without parsing it.
//
// The state between two calls is one integer, so that no byte is walked through twice:
//
//   bits 0 to 3   the phase: one of those below, or one of the codec's
//   bit 4         LONG: the value is over the limit, and is only walked through to its end
//   bit 5         DEEP: too many brackets are open, and it is walked through to its end, to be refused there
//   from bit 6    how many brackets are open

import { indexOfByte, newSearch, type FrameSearch } from '@unstick/core'

// The phases below NESTED and above ESCAPE belong to the codecs; 0 is that of a new stream.

/** Between the tokens of an array or object, and before the first byte of any of these values. */
export const NESTED = 4
/** Inside a string; with no bracket open it is the value itself. */
const STRING = 5
/** Inside a string, after a backslash. */
const ESCAPE = 6

const PHASE = 15
export const LONG = 16
const DEEP = 32
/** One open bracket. */
export const DEPTH = 64

/** Answer of `scanValue`: the value has not ended yet. */
export const NOT_ENDED = -1
export const TOO_DEEP = -2

/** 1 for these characters, 0 for all other bytes. */
export function tableOf(characters: string): Uint8Array {
  const table = new Uint8Array(256)
  for (const character of characters) table[character.charCodeAt(0)] = 1
  return table
}

export function phaseOf(state: number): number {
  return state & PHASE
}

/** Whether a value, at its end, must be refused for its depth. */
export function isDeep(state: number): boolean {
  return (state & (LONG | DEEP)) === DEEP
}

export function depthOf(state: number): number {
  return state < 0x80000000 ? state >> 6 : Math.floor(state / DEPTH)
}

/** A string that extends from one stretch of this many bytes into the next counts as long. */
const STRETCH = 1024

/** How deeply a value may be nested, and whether to find its end if it is deeper. */
export interface DepthRule {
  readonly maxDepth: number
  readonly corrupt: 'error' | 'skip'
}

/**
 * Walks from `from` on, in `search.state`, to the value's end, and at most to `to`. Returns the end; TOO_DEEP where
 * more brackets are open than the rule allows; or NOT_ENDED, which leaves in `search` where and in which state it
 * stopped.
 */
export function scanValue(bytes: Uint8Array, from: number, to: number, search: FrameSearch, rule: DepthRule): number {
  const { state } = search
  if ((state & (LONG | DEEP)) !== 0) return scanTo(bytes, from, to, search, Infinity)
  const answer = scanTo(bytes, from, to, search, rule.maxDepth)
  if (answer !== TOO_DEEP || rule.corrupt === 'error') return answer
  search.state = state + DEEP
  return scanTo(bytes, from, to, search, Infinity)
}

function scanTo(bytes: Uint8Array, from: number, to: number, search: FrameSearch, maxDepth: number): number {
  for (let at = from; ;) {
    const next = Math.min(to, at + STRETCH)
    const answer = walk(bytes, at, next, search, maxDepth)
    if (answer !== NOT_ENDED || next === to) return answer
    at = next
    if (phaseOf(search.state) !== STRING) continue
    const quote = indexOfByte(bytes, 0x22, next, to)
    at = quote < 0 ? to : quote
    if (isEscaped(bytes, next, at)) search.state += ESCAPE - STRING
  }
}

/** Walks byte by byte. The constants are local, since bundlers turn those of a module into variables. */
function walk(bytes: Uint8Array, from: number, to: number, search: FrameSearch, maxDepth: number): number {
  const QUOTE = 0x22
  // This bit turns [ into {, and ] into }, and no other byte above 0x5a into one of them.
  const CASE = 0x20
  const OPENING = 0x7b
  const CLOSING = 0x7d
  const phase = phaseOf(search.state)
  let depth = depthOf(search.state)
  let at = from
  if (from === to) return stop(search, to, depth, phase)
  if (phase !== NESTED) {
    at = closeString(bytes, phase === ESCAPE ? from + 1 : from, to)
    if (at > to) return stop(search, to, depth, STRING + (at - to - 1))
    if (depth === 0) return at
  }
  while (at < to) {
    const byte = bytes[at++]!
    if (byte === QUOTE) {
      at = closeString(bytes, at, to)
      if (at > to) return stop(search, to, depth, STRING + (at - to - 1))
      if (depth === 0) return at
    } else if (byte > 0x5a) {
      if ((byte | CASE) === OPENING) {
        if (++depth > maxDepth) return TOO_DEEP
      } else if ((byte | CASE) === CLOSING && --depth === 0) return at
    }
  }
  return stop(search, to, depth, NESTED)
}

function stop(search: FrameSearch, at: number, depth: number, phase: number): typeof NOT_ENDED {
  search.resumeAt = at
  search.state = depth * DEPTH + (search.state & (LONG | DEEP)) + phase
  return NOT_ENDED
}

/**
 * The index after the closing quote of a string, where `from` is inside it. If there is none before `to`, returns
 * `to + 1`, or `to + 2` after a last backslash.
 */
function closeString(bytes: Uint8Array, from: number, to: number): number {
  const QUOTE = 0x22
  const BACKSLASH = 0x5c
  for (let at = from; at < to; at++) {
    const byte = bytes[at]
    if (byte === QUOTE) return at + 1
    if (byte === BACKSLASH && ++at === to) return to + 2
  }
  return to + 1
}

/** Whether the backslashes right before `at`, at `from` or later, escape the byte at `at`. */
function isEscaped(bytes: Uint8Array, from: number, at: number): boolean {
  let first = at
  while (first > from && bytes[first - 1] === 0x5c) first--
  return ((at - first) & 1) === 1
}

/** Whether a value is nested deeper than `maxDepth`. */
export function isDeeper(value: Uint8Array, maxDepth: number): boolean {
  // Each level takes two bytes.
  if (value.length <= 2 * maxDepth) return false
  const search = newSearch()
  search.state = NESTED
  return scanTo(value, 0, value.length, search, maxDepth) === TOO_DEEP
}

// Formats chunks, frames and outcomes for messages: short, and around the position that matters.

import { hex } from './bytes.ts'
import { areSame, entriesOf, isBytes, textOf } from './frame-content.ts'
import type { Outcome } from './outcome.ts'

/** How many bytes of a frame or chunk, characters of a text, and items of a list are shown. */
const MOST_BYTES = 24
const MOST_LETTERS = 60
const MOST_PARTS = 6
const MOST_CHUNKS = 24
/** Longer texts are cut. */
const MOST_TEXT = 450

/** The bytes, with a bar between chunks: `61 62 | 0a`. */
export function shownChunks(chunks: readonly Uint8Array[]): string {
  const texts = chunks.slice(0, MOST_CHUNKS).map((chunk) => {
    const bytes = hex(chunk.subarray(0, MOST_BYTES)).replaceAll(/(..)(?=.)/g, '$1 ')
    return chunk.length > MOST_BYTES ? `${bytes} ... ${more(chunk.length - MOST_BYTES, 'byte')}` : bytes
  })
  const rest = chunks.slice(MOST_CHUNKS)
  if (rest.length > 0) texts.push(`... ${more(rest.length, 'chunk')} of ${count(sumOf(rest), 'byte')}`)
  return cutShort(texts.join(' | '), MOST_TEXT)
}

function sumOf(chunks: readonly Uint8Array[]): number {
  return chunks.reduce((sum, { length }) => sum + length, 0)
}

function count(number: number, what: string): string {
  return `${number.toLocaleString('en')} ${what}${number === 1 ? '' : 's'}`
}

function more(number: number, what: string): string {
  return `${number.toLocaleString('en')} more ${what}${number === 1 ? '' : 's'}`
}

function cutShort(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most)}... ${more(text.length - most, 'letter')}`
}

/** Bytes in hexadecimal; values as JavaScript. Of long ones, the part that differs from `other`. */
export function shownFrame(frame: unknown, other?: unknown): string {
  return cutShort(shown(frame, other, 0), MOST_TEXT)
}

const DEEPEST = 6

function shown(value: unknown, other: unknown, depth: number): string {
  if (isBytes(value)) {
    return value.length === 0 ? '(empty)' : shownPart(value, firstDifference(value, other), MOST_BYTES, 'byte', hex)
  }
  if (typeof value === 'string') {
    return shownPart(value, firstDifference(value, other), MOST_LETTERS, 'letter', (part) => JSON.stringify(part))
  }
  if (typeof value === 'bigint') return `${value}n`
  if (Object.is(value, -0)) return '-0'
  if (typeof value !== 'object' || value === null) return String(value)
  if (depth === DEEPEST) return '...'
  const inner = (each: unknown, counterpart: unknown): string => shown(each, counterpart, depth + 1)
  if (Array.isArray(value)) {
    const others: readonly unknown[] = Array.isArray(other) ? other : []
    return `[${shownList(value, others, inner, 'element')}]`
  }
  const kind = Object.prototype.toString.call(value).slice(8, -1)
  if (kind === 'Error' || kind === 'RegExp') return textOf(value)
  if (kind === 'Map' || kind === 'Set') return `${kind} ${inner([...(value as Set<unknown>)], other)}`
  if (kind === 'Date') return `Date ${Number(value)}`
  if (ArrayBuffer.isView(value)) {
    return `${kind} ${inner(new Uint8Array(value.buffer, value.byteOffset, value.byteLength), undefined)}`
  }
  if (kind === 'ArrayBuffer') return `${kind} ${inner(new Uint8Array(value as ArrayBuffer), undefined)}`
  const counterparts = new Map(typeof other === 'object' && other !== null ? entriesOf(other) : [])
  const entries = entriesOf(value).map(([key, each]) => `${String(key)}: ${inner(each, counterparts.get(key))}`)
  return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`
}

interface Sequence {
  readonly length: number
  slice(start: number, end: number): this
}

/** A part of a long sequence, around the position that matters. */
function shownPart<Part extends Sequence>(
  all: Part,
  focus: number,
  most: number,
  what: string,
  show: (part: Part) => string,
): string {
  if (all.length <= most) return show(all)
  const start = focus < most ? 0 : Math.min(focus - Math.floor(most / 2), all.length - most)
  const end = start + most
  const before = start === 0 ? '' : `${count(start, what)} ... `
  return `${before}${show(all.slice(start, end))}${end === all.length ? '' : ` ... ${more(all.length - end, what)}`}`
}

/** Where two sequences of the same kind first differ; 0 for different kinds. */
function firstDifference(value: Uint8Array | string, other: unknown): number {
  if (typeof other !== typeof value || (typeof value !== 'string' && !isBytes(other))) return 0
  const counterpart = other as Uint8Array | string
  let at = 0
  while (at < value.length && value[at] === counterpart[at]) at++
  return at
}

function shownList(
  list: readonly unknown[],
  others: readonly unknown[],
  show: (value: unknown, other: unknown) => string,
  what: string,
): string {
  const differs = list.findIndex((each, index) => index >= others.length || !areSame(each, others[index]))
  const focus = differs === -1 ? 0 : differs
  const start = focus < MOST_PARTS ? 0 : Math.min(focus - 1, list.length - MOST_PARTS)
  const part = list.slice(start, start + MOST_PARTS)
  const rest = list.length - start - part.length
  return [
    ...(start === 0 ? [] : [`${count(start, what)} ...`]),
    ...part.map((each, index) => show(each, others[start + index])),
    ...(rest === 0 ? [] : [`... ${more(rest, what)}`]),
  ].join(', ')
}

/** An outcome, around the position where it differs from `other`. */
export function shownOutcome({ frames, skipped, error }: Outcome, other?: Outcome): string {
  const reports = skipped.map(
    ({ offset, length, reason }) =>
      `skipped ${count(length, 'byte')} at ${offset}${reason === undefined ? '' : ` (${reason})`}`,
  )
  const otherReports = other?.skipped ?? []
  const differs = skipped.findIndex((each, index) => !areSame(each, otherReports[index]))
  const start = Math.max(0, Math.min(differs, skipped.length - MOST_PARTS))
  const parts = [
    frames.length === 0 ? 'no frame' : `frames ${shownList(frames, other?.frames ?? [], shownFrame, 'frame')}`,
    ...(start === 0 ? [] : [`${count(start, 'skip')} ...`]),
    ...reports.slice(start, start + MOST_PARTS),
    ...(reports.length > start + MOST_PARTS ? [`... ${more(reports.length - start - MOST_PARTS, 'skip')}`] : []),
  ]
  return `${cutShort(parts.join('; '), MOST_TEXT)}; ${shownEnd(error)}`
}

function shownEnd(error: Outcome['error']): string {
  if (error === undefined) return 'a clean end'
  return error.offset === undefined ? error.code : `${error.code} at ${error.offset}`
}

/** A thrown value, by its name and message, since an error of another realm is not `instanceof Error`. */
export function shownError(thrown: unknown): string {
  const { name, message } = (typeof thrown === 'object' && thrown !== null ? thrown : {}) as Partial<Error>
  if (typeof message !== 'string') return `${shownFrame(thrown)} was thrown`
  return cutShort(`${name ?? 'Error'}: ${message}`, MOST_TEXT)
}

// Server-sent events.

import {
  BOUNDS,
  defineCodec,
  drop,
  NO_FRAME,
  UNKNOWN,
  type FoundFrames,
  type FrameCodec,
  type ToFrames,
} from '@unstick/core'
import { notEncodable } from './framing/errors.ts'
import { INTEGER, namingMembers, optional, STRING, type Members } from './framing/members.ts'
import { limitsOf, type PresetOptions } from './framing/options.ts'
import { decodeAnyUtf8, decodeLatin1, encodeUtf8, isAscii } from './framing/text.ts'

/** An event, with the fields that it sets. */
export interface ServerSentEvent {
  /** The event type; 'message' if none is given. */
  event: string
  /** The data, its lines joined by LF. Undefined if the block only sets an ID or a reconnection time. */
  data: string | undefined
  /** The new last event ID; undefined if unchanged. */
  id: string | undefined
  /** The new reconnection time, in ms; undefined if unchanged. */
  retry: number | undefined
}

const NAME = 'sse'
const CR = 13
const LF = 10
const SPACE = 32
const COLON = 58
const LETTER_D = 100
const LETTER_E = 101
const LETTER_I = 105
const LETTER_R = 114

// A global in every runtime; this package compiles without the types of any.
declare const TextDecoder: new (
  label: 'utf-8',
  options: { ignoreBOM: boolean },
) => { decode: (bytes: Uint8Array, options: { stream: boolean }) => string }

const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

/** The finder does not see a blank line after a byte order mark: with the mark, the line is not empty. */
const BOM_AND_BLANK_LINES = /^\uFEFF[\r\n]*/

// In `state`.
const AT_LINE = 0
const IN_LINE = 1
/** A line has ended with a CR; an LF that follows belongs to it. */
const AFTER_CR = 2
/** An event has ended with a CR; an LF that follows belongs to it. */
const AFTER_LAST_CR = 3

const MEMBERS: Members<ServerSentEvent> = {
  event: STRING,
  data: optional(STRING),
  id: optional(STRING),
  retry: optional(INTEGER),
}

/**
 * Events, each ended by a blank line:
 *
 * ```
 *  event: add LF
 *  data: 73857293 LF
 *  LF
 * ```
 *
 * Lines end with LF, CR LF or CR; an event is given out with the first byte that completes it. Comments, unknown
 * fields, blocks that set nothing, a byte order mark at the beginning and an incomplete event at the end are dropped.
 * An ID with a zero byte is ignored; malformed UTF-8 becomes U+FFFD.
 *
 * Source: WHATWG, HTML, section 9.2.6, "Interpreting an event stream".
 *
 * Decoding throws `ERR_FRAME_TOO_LONG`; encoding `ERR_FRAME_NOT_ENCODABLE` and `ERR_FRAME_TOO_LONG`.
 *
 * @throws {TypeError | RangeError} An option is unknown, of the wrong kind or out of range.
 */
export function sse(options?: PresetOptions): FrameCodec<ServerSentEvent> {
  const limits = limitsOf(NAME, options, { minFrameLength: 2 })
  return defineCodec<ServerSentEvent>({
    name: NAME,
    ...limits,
    atEnd: 'drop',
    find(bytes, start, end, search) {
      if (start === end) return UNKNOWN
      let place = search.state
      if (place === AFTER_LAST_CR) {
        search.state = AT_LINE
        if (bytes[start] === LF) return drop(search, start + 1)
        place = AT_LINE
      }
      for (let at = search.resumeAt; at < end;) {
        const byte = bytes[at++]!
        if (byte !== CR && byte !== LF) {
          place = IN_LINE
          // Most bytes are greater than both.
          while (at < end && bytes[at]! > CR) at++
        } else if (place === IN_LINE) place = byte === CR ? AFTER_CR : AT_LINE
        else if (place === AFTER_CR && byte === LF) place = AT_LINE
        else {
          search.state = byte === CR ? AFTER_LAST_CR : AT_LINE
          return (search.payloadEnd = at)
        }
      }
      search.resumeAt = Math.max(search.resumeAt, end)
      search.state = place
      return UNKNOWN
    },
    findMany: (bytes, start, end, found) => findMany(bytes, start, end, found, limits.maxFrameLength),
    toFrame(bytes, index) {
      const text = decodeAnyUtf8(bytes)
      return new EventReader(index === 0 ? text.replace(BOM_AND_BLANK_LINES, '') : text).next()
    },
    toFrames,
    encodeParts: namingMembers(NAME, MEMBERS, (event: ServerSentEvent) => [encodeUtf8(NAME, textOf(event))]),
  })
}

/** The most bytes searched at once. A chunk may hold many batches, each of which would turn the rest of it into text. */
const BLOCK = 64 * 1024

/**
 * Finds many events at once where lines end with LF. Searches the bytes as Latin-1 text, which is many times as fast as
 * a loop.
 */
function findMany(bytes: Uint8Array, start: number, end: number, found: FoundFrames, maxFrameLength: number): number {
  const text = decodeLatin1(bytes, start, Math.min(end, start + BLOCK))
  if (found.state !== AT_LINE || text.includes('\r')) return 0
  found.note = text
  const { bounds } = found
  let count = 0
  for (let at = 0; at < text.length && BOUNDS * count < bounds.length;) {
    const lastLine = text.charCodeAt(at) === LF ? at : text.indexOf('\n\n', at)
    const eventEnd = lastLine === at ? at + 1 : lastLine + 2
    if (lastLine < 0 || eventEnd - at > maxFrameLength) break
    bounds[BOUNDS * count] = start + at
    bounds[BOUNDS * count + 1] = bounds[BOUNDS * count + 2] = start + eventEnd
    at = eventEnd
    count++
  }
  return count
}

/**
 * Decodes the text of many events at once, unless it is ASCII: then `note` already is that text. Decoding malformed
 * bytes never swallows a line end.
 */
const toFrames: ToFrames<ServerSentEvent> = (bytes, { bounds, note }, count, index) => {
  const start = bounds[0]!
  const end = bounds[BOUNDS * count - 1]!
  const text = isAscii(bytes, start, end) ? (note as string) : decodeLines(bytes, start, end)
  if (index === 0 && BOM_AND_BLANK_LINES.test(text)) return undefined
  const reader = new EventReader(text)
  const events: (ServerSentEvent | typeof NO_FRAME)[] = []
  for (let made = 0; made < count; made++) events.push(reader.next())
  return events
}

/**
 * The bytes end with a whole line, so the decoder keeps none back; still, `stream: true` makes Node three times as fast
 * here.
 */
function decodeLines(bytes: Uint8Array, start: number, end: number): string {
  return decoder.decode(bytes.subarray(start, end), { stream: true })
}

/** Reads one event after another from a text that ends with the blank line of the last one. */
class EventReader {
  private readonly text: string
  private readonly hasReturns: boolean
  private at = 0

  constructor(text: string) {
    this.text = text
    this.hasReturns = text.includes('\r')
  }

  get isAtEnd(): boolean {
    return this.at >= this.text.length
  }

  next(): ServerSentEvent | typeof NO_FRAME {
    const { text, hasReturns } = this
    let event = 'message'
    let data: string | undefined
    let id: string | undefined
    let retry: number | undefined
    let start = this.at
    for (;;) {
      const letter = text.charCodeAt(start)
      if (letter === LF) break
      const end = hasReturns ? lineEndIn(text, start) : text.indexOf('\n', start)
      if (end <= start) break
      // The fields differ in their first letter.
      switch (letter) {
        case LETTER_D:
          if (isField('data', text, start, end)) {
            const value = valueAt(text, start + 4, end)
            data = data === undefined ? value : `${data}\n${value}`
          }
          break
        case LETTER_E:
          if (isField('event', text, start, end)) event = valueAt(text, start + 5, end) || 'message'
          break
        case LETTER_I:
          if (isField('id', text, start, end)) {
            const value = valueAt(text, start + 2, end)
            if (!value.includes('\0')) id = value
          }
          break
        case LETTER_R:
          if (isField('retry', text, start, end)) {
            const value = valueAt(text, start + 5, end)
            if (/^\d{1,15}$/.test(value)) retry = Number(value)
          }
      }
      start = hasReturns ? afterLineEnd(text, end) : end + 1
    }
    this.at = start < text.length ? afterLineEnd(text, start) : start
    return data === undefined && id === undefined && retry === undefined ? NO_FRAME : { event, data, id, retry }
  }
}

/** The index of the CR or LF that ends the line, or the end of the text. */
function lineEndIn(text: string, start: number): number {
  let at = start
  while (at < text.length && text.charCodeAt(at) !== LF && text.charCodeAt(at) !== CR) at++
  return at
}

function afterLineEnd(text: string, end: number): number {
  return text.charCodeAt(end) === CR && text.charCodeAt(end + 1) === LF ? end + 2 : end + 1
}

function isField(name: string, text: string, start: number, end: number): boolean {
  const nameEnd = start + name.length
  if (nameEnd !== end && text.charCodeAt(nameEnd) !== COLON) return false
  // For so few letters, faster than `startsWith`.
  for (let at = 1; at < name.length; at++) if (text.charCodeAt(start + at) !== name.charCodeAt(at)) return false
  return true
}

/** The text after the colon and one optional space; '' if there is no colon. */
function valueAt(text: string, nameEnd: number, end: number): string {
  return text.slice(text.charCodeAt(nameEnd + 1) === SPACE ? nameEnd + 2 : nameEnd + 1, end)
}

function textOf(event: ServerSentEvent): string {
  const lines = [
    ...(event.event === 'message' ? [] : [`event: ${event.event}`]),
    ...(event.id === undefined ? [] : [`id: ${event.id}`]),
    ...(event.retry === undefined ? [] : [`retry: ${event.retry}`]),
    ...(event.data?.split('\n').map((line) => `data: ${line}`) ?? []),
  ]
  const text = `${lines.join('\n')}\n\n`
  const reader = new EventReader(text)
  const read = reader.next()
  const names = ['event', 'data', 'id', 'retry'] as const
  if (read === NO_FRAME || !reader.isAtEnd || names.some((name) => read[name] !== event[name])) {
    throw notEncodable(
      NAME,
      'an event must have data, an ID or retry, data must hold no CR, and other fields no line break',
    )
  }
  return text
}

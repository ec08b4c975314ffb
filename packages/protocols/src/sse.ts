// Server-sent events.

import { BOUNDS, defineCodec, drop, NO_FRAME, UNKNOWN, type FrameCodec, type ToFrames } from '@unstick/core'
import { notEncodable } from './framing/errors.ts'
import { limitsOf, type PresetOptions } from './framing/options.ts'
import { decodeAnyUtf8, encodeUtf8 } from './framing/text.ts'

/** An event, with the fields that it changes. */
export interface ServerSentEvent {
  /** The event's type; 'message' if it is not given. */
  event: string
  /** Lines are joined by LF. Undefined: no event, but a new reconnection time. */
  data: string | undefined
  /** What the last event ID becomes; undefined: it stays as it was. */
  id: string | undefined
  /** The new reconnection time in ms; undefined: it stays as it was. */
  retry: number | undefined
}

const NAME = 'sse'
const CR = 13
const LF = 10
const SPACE = 32

// In `state`.
const AT_LINE = 0
const IN_LINE = 1
/** A line has ended with a CR, to which an LF would belong. */
const AFTER_CR = 2
/** An event has ended with a CR, to which an LF would belong. */
const AFTER_LAST_CR = 3

/**
 * Events, each of which ends with a blank line:
 *
 * ```
 *  event: add LF
 *  data: 73857293 LF
 *  LF
 * ```
 *
 * Lines end with LF, CR LF or CR; an event comes with the first byte that completes it. Comments, unknown fields and
 * blocks without data are dropped, and so are a byte order mark at the beginning and an event that the end cuts off. An ID
 * with a zero byte is ignored, malformed UTF-8 becomes U+FFFD.
 *
 * Source: WHATWG, HTML, section 9.2.6, "Interpreting an event stream".
 *
 * Decoding throws `ERR_FRAME_TOO_LONG`; encoding `ERR_FRAME_NOT_ENCODABLE` and `ERR_FRAME_TOO_LONG`.
 *
 * @throws {TypeError | RangeError} An option is unknown, of the wrong kind or out of range.
 */
export function sse(options?: PresetOptions): FrameCodec<ServerSentEvent> {
  return defineCodec<ServerSentEvent>({
    name: NAME,
    ...limitsOf(NAME, options, { minFrameLength: 2 }),
    atEnd: 'drop',
    find(bytes, start, end, search) {
      if (start === end) return UNKNOWN
      let place = search.state
      if (place === AFTER_LAST_CR) {
        search.state = AT_LINE
        if (bytes[start] === LF) return drop(search, start + 1)
        place = AT_LINE
      }
      for (let at = search.resumeAt; at < end; at++) {
        const byte = bytes[at]!
        if (byte !== CR && byte !== LF) place = IN_LINE
        else if (place === IN_LINE) place = byte === CR ? AFTER_CR : AT_LINE
        else if (place === AFTER_CR && byte === LF) place = AT_LINE
        else {
          search.state = byte === CR ? AFTER_LAST_CR : AT_LINE
          return (search.payloadEnd = at + 1)
        }
      }
      search.resumeAt = Math.max(search.resumeAt, end)
      search.state = place
      return UNKNOWN
    },
    toFrame: (bytes, index) => eventOf(withoutBom(decodeAnyUtf8(bytes), index)),
    toFrames,
    encodeParts: (event) => [encodeUtf8(NAME, textOf(event))],
  })
}

function withoutBom(text: string, index: number): string {
  return index === 0 && text.startsWith('\uFEFF') ? text.slice(1) : text
}

/** Decodes the text of many events at once. */
const toFrames: ToFrames<ServerSentEvent> = (bytes, { bounds }, count, index) => {
  const start = bounds[0]!
  const end = bounds[BOUNDS * count - 1]!
  const text = decodeAnyUtf8(bytes.subarray(start, end))
  // A byte is a code unit, or else the places in the text are not known.
  if (text.length !== end - start) return undefined
  return Array.from({ length: count }, (_, at) => {
    const event = text.slice(bounds[BOUNDS * at]! - start, bounds[BOUNDS * at + 1]! - start)
    return eventOf(withoutBom(event, index + at))
  })
}

function eventOf(text: string): ServerSentEvent | typeof NO_FRAME {
  const fields: ServerSentEvent = { event: 'message', data: undefined, id: undefined, retry: undefined }
  const hasReturns = text.includes('\r')
  for (let start = 0; start < text.length;) {
    const end = hasReturns ? lineEndIn(text, start) : text.indexOf('\n', start)
    const lineEnd = end < 0 ? text.length : end
    if (lineEnd > start) takeField(fields, text.slice(start, lineEnd))
    start = lineEnd + 1
  }
  return fields.data === undefined && fields.retry === undefined ? NO_FRAME : fields
}

/** The index of the CR or LF that ends the line; the LF of a CR LF ends an empty line, which is nothing. */
function lineEndIn(text: string, start: number): number {
  let at = start
  while (at < text.length && text.charCodeAt(at) !== LF && text.charCodeAt(at) !== CR) at++
  return at
}

function takeField(fields: ServerSentEvent, line: string): void {
  const colon = line.indexOf(':')
  const name = colon < 0 ? line : line.slice(0, colon)
  const value = colon < 0 ? '' : line.slice(line.charCodeAt(colon + 1) === SPACE ? colon + 2 : colon + 1)
  if (name === 'data') fields.data = fields.data === undefined ? value : `${fields.data}\n${value}`
  else if (name === 'event') fields.event = value === '' ? 'message' : value
  else if (name === 'id' && !value.includes('\0')) fields.id = value
  else if (name === 'retry' && /^\d{1,15}$/.test(value)) fields.retry = Number(value)
}

function textOf(event: ServerSentEvent): string {
  const lines = [
    ...(event.event === 'message' ? [] : [`event: ${event.event}`]),
    ...(event.id === undefined ? [] : [`id: ${event.id}`]),
    ...(event.retry === undefined ? [] : [`retry: ${event.retry}`]),
    ...(event.data?.split('\n').map((line) => `data: ${line}`) ?? []),
  ]
  const text = `${lines.join('\n')}\n\n`
  const read = eventOf(text)
  const names = ['event', 'data', 'id', 'retry'] as const
  if (read === NO_FRAME || names.some((name) => read[name] !== event[name])) {
    throw notEncodable(NAME, 'an event must have data or retry, data must hold no CR, and other fields no line break')
  }
  return text
}

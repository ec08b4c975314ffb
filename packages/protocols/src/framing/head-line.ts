// Frames of the older text protocols: a line, sometimes followed by a body whose length is in the line.

import {
  defineCodec,
  integerOption,
  type NO_FRAME,
  readOptions,
  UNKNOWN,
  type FrameCodec,
  type FrameSearch,
} from '@unstick/core'
import { corrupt, lineTooLong, notEncodable } from './errors.ts'
import { namingMembers, type Members } from './members.ts'
import { limitsOf, type PresetOptions } from './options.ts'
import { decodeLatin1, encodeLatin1 } from './text.ts'

export interface LineOptions extends PresetOptions {
  /** The longest line, in bytes, without its ending. The default is the limit of the protocol. */
  maxLineLength?: number
}

export interface HeadLineLayout<Frame> {
  name: string
  maxFrameLength?: number
  /** The protocol's limit for a line, in bytes, without its ending. */
  maxLineLength: number
  /** 'crlf' refuses a bare CR or LF; 'auto' accepts LF as well. CR LF is written. */
  ending: 'crlf' | 'auto'
  /** What follows a body and is not counted in its length: nothing, or CR LF. */
  bodyEnd: '' | '\r\n'
  /** Whether a line that begins with this byte may have a body, to save parsing others. Default: any may. */
  mayHaveBody?: (first: number) => boolean
  /** The length of the body that follows a line, or undefined if none does. Throws for an invalid length. */
  bodyLength: (line: string) => number | undefined
  /** Makes the frame from a line, as Latin-1, and its body. */
  decode: (line: string, body: Uint8Array | undefined) => Frame | typeof NO_FRAME
  /** What `encode` takes. */
  members: Members<Frame>
  /** Which of them is the body, if one may be. */
  bodyMember?: keyof Frame & string
  /** The opposite of `decode`. */
  encode: (frame: Frame) => { line: string; body?: Uint8Array | undefined }
}

const CR = 13
const LF = 10

/** In `state`: inside a line over the limit. */
const IN_LONG_LINE = 1

/** Makes the codec of such frames. */
export function headLine<Frame>(options: LineOptions | undefined, layout: HeadLineLayout<Frame>): FrameCodec<Frame> {
  const { name, ending, bodyEnd, mayHaveBody, bodyLength, decode, members, bodyMember = 'the body', encode } = layout
  const { maxLineLength: givenLine, ...rest } = readOptions<LineOptions>(name, options, [
    'maxFrameLength',
    'oversize',
    'maxLineLength',
  ])
  const limits = limitsOf(name, rest, { maxFrameLength: layout.maxFrameLength, minFrameLength: 3 })
  // At most the frame limit: else core would refuse a long line first, and skip it as if it had no body.
  const maxLineLength = Math.min(
    integerOption('maxLineLength', givenLine ?? layout.maxLineLength, 1),
    limits.maxFrameLength - 2,
  )

  /** The index after the LF of the line that begins at `start`, or UNKNOWN. */
  function findLineEnd(bytes: Uint8Array, start: number, end: number, search: FrameSearch): number {
    const last = Math.min(end, start + maxLineLength + 2)
    for (let at = search.resumeAt; at < last; at++) if (bytes[at] === LF) return checkedEnd(bytes, start, at)
    search.resumeAt = Math.max(search.resumeAt, last)
    if (last - start < maxLineLength + 2) return UNKNOWN
    search.state = IN_LONG_LINE
    throw lineTooLong(name, maxLineLength)
  }

  function checkedEnd(bytes: Uint8Array, start: number, feed: number): number {
    const isCrlf = feed > start && bytes[feed - 1] === CR
    const lineLength = feed - start - (isCrlf ? 1 : 0)
    if (lineLength > maxLineLength) throw lineTooLong(name, maxLineLength, feed + 1 - start)
    if (ending === 'crlf') {
      let carriage = start
      while (carriage < feed && bytes[carriage] !== CR) carriage++
      if (!isCrlf || carriage !== feed - 1) throw corrupt(name, 'a line must end with CR LF, and hold neither')
    }
    return feed + 1
  }

  /** Called only while a line over its limit is being skipped: the rest of such a line has no body. */
  function restOfLine(bytes: Uint8Array, end: number, search: FrameSearch): number {
    let at = search.resumeAt
    while (at < end && bytes[at] !== LF) at++
    search.resumeAt = at
    if (at === end) return UNKNOWN
    search.state = 0
    return (search.payloadEnd = at + 1)
  }

  function textOf(bytes: Uint8Array, start: number, lineEnd: number): string {
    const isCrlf = lineEnd - 2 >= start && bytes[lineEnd - 2] === CR
    return decodeLatin1(bytes, start, lineEnd - (isCrlf ? 2 : 1))
  }

  return defineCodec<Frame>({
    name,
    ...limits,
    find(bytes, start, end, search) {
      if (search.state === IN_LONG_LINE) return restOfLine(bytes, end, search)
      const bodyStart = findLineEnd(bytes, start, end, search)
      if (bodyStart === UNKNOWN) return UNKNOWN
      if (mayHaveBody?.(bytes[start]!) === false) return (search.payloadEnd = bodyStart)
      const body = bodyLength(textOf(bytes, start, bodyStart))
      const frameEnd = body === undefined ? bodyStart : bodyStart + body + bodyEnd.length
      if (body !== undefined && bodyEnd !== '' && frameEnd <= end && !endsWithCrlf(bytes, frameEnd)) {
        throw corrupt(name, 'a body must be followed by CR LF', frameEnd - start)
      }
      return (search.payloadEnd = frameEnd)
    },
    toFrame(bytes) {
      const bodyStart = bytes.indexOf(LF) + 1
      const line = textOf(bytes, 0, bodyStart)
      const body = bodyLength(line)
      return decode(line, body === undefined ? undefined : bytes.subarray(bodyStart, bodyStart + body))
    },
    encodeParts: namingMembers(name, members, (frame: Frame) => {
      const { line, body } = encode(frame)
      if (/[\r\n]/.test(line) || line.length > maxLineLength) {
        throw notEncodable(name, `a line must hold no CR or LF, and at most ${maxLineLength} bytes`)
      }
      if (!statesLength(line, body?.length))
        throw notEncodable(name, `the line must state the length of ${bodyMember}, if it is to have one`)
      const head = encodeLatin1(name, `${line}\r\n`)
      return body === undefined ? [head] : [head, body, encodeLatin1(name, bodyEnd)]
    }),
  })

  function statesLength(line: string, length: number | undefined): boolean {
    try {
      return bodyLength(line) === length
    } catch {
      return false
    }
  }
}

function endsWithCrlf(bytes: Uint8Array, end: number): boolean {
  return bytes[end - 2] === CR && bytes[end - 1] === LF
}

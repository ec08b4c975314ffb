// What `pop3` must make of a whole stream. Bytes are read as Latin-1 text.

import type { Outcome } from '../outcome.ts'
import { DEFAULT_LIMIT } from './length-framed.ts'

/** The options of `pop3` that determine the result. */
export interface Pop3Rules {
  from: 'client' | 'server'
  expect?: 'auto' | 'status' | 'body'
  maxFrameLength?: number
}

type Frame =
  | { verb: string; args: string }
  | { type: 'status'; status: string; text: string }
  | { type: 'body'; body: Uint8Array }

/** A frame and its length on the wire, or why there is none. */
type Reading = { frame: Frame; length: number } | 'unfinished' | 'ERR_FRAME_CORRUPT' | 'ERR_FRAME_TOO_LONG'

/** What `pop3` must make of a whole stream. */
export function pop3(rules: Pop3Rules): (stream: Uint8Array) => Outcome<Frame> {
  const { from, expect = 'auto', maxFrameLength = DEFAULT_LIMIT } = rules
  return (stream) => {
    const frames: Frame[] = []
    let offset = 0
    while (offset < stream.length) {
      const fail = (code: string): Outcome<Frame> => ({ frames, skipped: [], error: { code, offset } })
      // Bytes beyond the limit cannot matter.
      const text = latin1(stream.slice(offset))
      const shown = text.slice(0, maxFrameLength)
      const reading = from === 'client' ? command(shown, maxFrameLength) : response(shown, expect)
      if (reading === 'unfinished') {
        return fail(text.length > maxFrameLength ? 'ERR_FRAME_TOO_LONG' : 'ERR_FRAME_TRUNCATED')
      }
      if (typeof reading === 'string') return fail(reading)
      frames.push(reading.frame)
      offset += reading.length
    }
    return { frames, skipped: [] }
  }
}

function command(text: string, maxFrameLength: number): Reading {
  const longest = Math.min(12_286, maxFrameLength - 2)
  const feed = text.indexOf('\n')
  if (feed === -1 || feed > longest + 1) return text.length < longest + 2 ? 'unfinished' : 'ERR_FRAME_TOO_LONG'
  const line = text.slice(0, feed).replace(/\r$/, '')
  if (line.length > longest) return 'ERR_FRAME_TOO_LONG'
  if (line.includes('\r') || line.length === feed) return 'ERR_FRAME_CORRUPT'
  const [verb, ...args] = line.split(' ')
  // Letters beyond ASCII have no upper case here.
  const letters = Array.from(verb!, (each) => (each >= 'a' && each <= 'z' ? each.toUpperCase() : each))
  return { frame: { verb: letters.join(''), args: args.join(' ') }, length: feed + 1 }
}

function response(text: string, expect: 'auto' | 'status' | 'body'): Reading {
  if (expect === 'body') return body(text)
  if (/^(\+OK|-ERR|\+)[ \r]/.test(text)) return status(text)
  if (['+', '+O', '+OK', '-', '-E', '-ER', '-ERR'].includes(text)) return 'unfinished'
  return expect === 'status' ? 'ERR_FRAME_CORRUPT' : body(text)
}

function status(text: string): Reading {
  const end = text.search(/\r[^]|\n/)
  if (end === -1) return 'unfinished'
  const [, name, rest] = /^(\+OK|-ERR|\+) ?([^\r\n]*)\r\n/.exec(text) ?? []
  if (name === undefined) return 'ERR_FRAME_CORRUPT'
  return { frame: { type: 'status', status: name, text: rest! }, length: end + 2 }
}

function body(text: string): Reading {
  const lines = text.split('\r\n')
  // The bytes after the last CR LF are not a line yet.
  const last = lines.slice(0, -1).indexOf('.')
  if (last === -1) return 'unfinished'
  const stuffed = lines.slice(0, last).map((line) => `${line}\r\n`)
  const content = stuffed.map((line) => line.replace(/^\./, '')).join('')
  return {
    frame: { type: 'body', body: Uint8Array.from(content, (char) => char.charCodeAt(0)) },
    length: stuffed.join('').length + '.\r\n'.length,
  }
}

function latin1(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')
}

// What `headerBlock` and `contentLength` must make of a whole stream. Lines are read as text.

import type { Outcome } from '../outcome.ts'
import { DEFAULT_LIMIT, LARGEST, lengthFramed, type LengthRules, type Reading } from './length-framed.ts'

/** The options of `headerBlock` that determine the result. */
export interface HeaderBlockRules extends Omit<LengthRules, 'corrupt'> {
  lengthHeader?: string
  required?: boolean
  maxHeaderLength?: number
}

interface Block {
  headers: [name: string, value: string][]
  body: Uint8Array
}

/** What `headerBlock` must make of a whole stream. */
export function headerBlock(rules: HeaderBlockRules = {}): (stream: Uint8Array) => Outcome<Block> {
  return (stream) => {
    const outcome = lengthFramed(stream, rules, (rest) => read(rest, rules, 'frame'))
    return { ...outcome, frames: outcome.frames.map(blockOf) }
  }
}

/** What `contentLength` must make of a whole stream. */
export function contentLength(rules: HeaderBlockRules = {}): (stream: Uint8Array) => Outcome<Uint8Array> {
  return (stream) => lengthFramed(stream, rules, (rest) => read(rest, rules, 'body'))
}

function read(rest: Uint8Array, rules: HeaderBlockRules, handedOut: 'frame' | 'body'): Reading {
  const { lengthHeader = 'Content-Length', required = true, oversize = 'error', maxFrameLength = DEFAULT_LIMIT } = rules
  const limit = Math.min(rules.maxHeaderLength ?? 8192, maxFrameLength)
  const text = latin1(rest)
  let length: bigint | undefined
  let isTooLong = false
  let line = 0
  for (;;) {
    // Beyond the limit, with 'skip', the limit applies to each line.
    const bound = isTooLong ? line + limit : limit
    const end = text.indexOf('\n', line) + 1
    if (end === 0 || end > bound) {
      if (text.length < bound) return 'truncated'
      if (oversize === 'error') return 'too long'
      const isFirst = !isTooLong && line > 0
      isTooLong = true
      if (isFirst) continue
      // This line alone exceeds the limit. It is dropped, unless it holds the length.
      if (text.slice(line).toLowerCase().startsWith(`${lengthHeader.toLowerCase()}:`)) return 'corrupt'
      if (end === 0) return 'truncated'
      line = end
      continue
    }
    const content = text.slice(line, end)
    if (content === '\r\n') {
      if (length === undefined && required) return 'corrupt'
      const whole = BigInt(end) + (length ?? 0n)
      if (whole > LARGEST) return 'invalid'
      return { length: Number(whole), from: handedOut === 'body' ? end : 0, to: Number(whole), isTooLong }
    }
    const [, name, value] = /^([^ \t\r:](?:[^\r:]*[^ \t\r:])?):[ \t]*([^\r]*?)[ \t]*\r\n$/s.exec(content) ?? []
    if (name === undefined) return 'corrupt'
    if (name.toLowerCase() === lengthHeader.toLowerCase()) {
      if (!/^[0-9]+$/.test(value!)) return 'corrupt'
      if (BigInt(value!) > LARGEST - 4n) return 'invalid'
      if (length !== undefined && length !== BigInt(value!)) return 'corrupt'
      length = BigInt(value!)
    }
    line = end
  }
}

function blockOf(frame: Uint8Array): Block {
  const text = latin1(frame)
  const body = text.indexOf('\r\n\r\n') === -1 ? 2 : text.indexOf('\r\n\r\n') + 4
  const lines = text
    .slice(0, body)
    .split('\r\n')
    .filter((line) => line !== '')
  const headers = lines.map((line): [string, string] => {
    const [, name, value] = /^(.*?):[ \t]*(.*?)[ \t]*$/s.exec(line)!
    return [name!, value!]
  })
  return { headers, body: frame.slice(body) }
}

function latin1(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')
}

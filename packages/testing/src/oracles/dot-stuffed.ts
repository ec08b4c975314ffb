// What `dotStuffed` must make of a whole stream. Bytes are read as Latin-1 text, split into lines.

import type { Outcome } from '../outcome.ts'
import type { Skip } from './flagged.ts'
import { DEFAULT_LIMIT } from './length-framed.ts'

/** The options of `dotStuffed` that determine the result. */
export interface DotStuffedRules {
  maxFrameLength?: number
  oversize?: 'error' | 'skip'
}

/** What `dotStuffed` must make of a whole stream. */
export function dotStuffed(rules: DotStuffedRules = {}): (stream: Uint8Array) => Outcome {
  const { maxFrameLength = DEFAULT_LIMIT, oversize = 'error' } = rules
  return (stream) => {
    const frames: Uint8Array[] = []
    const skipped: Skip[] = []
    let offset = 0
    while (offset < stream.length) {
      const fail = (code: string): Outcome => ({ frames, skipped, error: { code, offset } })
      const { content, length } = read(latin1(stream.slice(offset)))
      const isTooLong = content.length > maxFrameLength
      if (isTooLong && oversize === 'error') return fail('ERR_FRAME_TOO_LONG')
      if (length === undefined) return fail('ERR_FRAME_TRUNCATED')
      if (isTooLong) skipped.push({ offset, length, reason: 'too-long' })
      else frames.push(Uint8Array.from(content, (char) => char.charCodeAt(0)))
      offset += length
    }
    return { frames, skipped }
  }
}

/** The content received so far, and the length up to and including the line of one dot, if there is one. */
function read(rest: string): { content: string; length: number | undefined } {
  let content = ''
  let length = 0
  for (const line of rest.match(/.*?\r\n|.+$/gs) ?? []) {
    length += line.length
    if (line === '.\r\n') return { content, length }
    // The beginning of the last line is content only once it cannot be the beginning of the end.
    if (line !== '.' && line !== '.\r') content += line.replace(/^\./, '')
  }
  return { content, length: undefined }
}

function latin1(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')
}

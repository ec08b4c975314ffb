// What `fixedSize` must make of a whole stream.

import type { Outcome } from '../outcome.ts'

/** The options of `fixedSize` that determine the result. */
export interface FixedSizeRules {
  size: number
  atEnd?: 'error' | 'emit' | 'drop'
}

/** What `fixedSize` must make of a whole stream. */
export function fixedSize({ size, atEnd = 'error' }: FixedSizeRules): (stream: Uint8Array) => Outcome<Uint8Array> {
  return (stream) => {
    const frames: Uint8Array[] = []
    let offset = 0
    for (; offset + size <= stream.length; offset += size) frames.push(stream.slice(offset, offset + size))
    if (offset === stream.length || atEnd === 'drop') return { frames, skipped: [] }
    if (atEnd === 'emit') return { frames: [...frames, stream.slice(offset)], skipped: [] }
    return { frames, skipped: [], error: { code: 'ERR_FRAME_TRUNCATED', offset } }
  }
}

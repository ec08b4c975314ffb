// Frames of serial lines that their checksum alone proves, where sync bytes and a length at a fixed place are not enough
// for `packet` of @unstick/packet. After damage the next one is found.

import { choiceOption, gap, type FindFrame, type FrameSearch } from '@unstick/core'
import { corrupt } from './errors.ts'

export interface ResyncOptions {
  /**
   * What happens where no frame can begin: 'resync' searches the next one, and reports what lies between as a gap; 'error'
   * is `ERR_FRAME_CORRUPT`.
   *
   * @defaultValue 'resync'
   */
  corrupt?: 'resync' | 'error'
}

/** An answer: no frame begins with these bytes. */
export const NOTHING = 0
/** An answer: what looks like a frame has a wrong checksum, or a header that the protocol forbids. */
export const DAMAGED: -1 = -1

export interface ResyncRules {
  name: string
  /** Whether a frame can begin with this byte. */
  mayBegin: (byte: number) => boolean
  /**
   * The length of the frame at `at`, whose checksum is right; or more than `end - at`: so many bytes are needed at least;
   * or an answer from above. It must not depend on what follows the frame.
   */
  lengthAt: (bytes: Uint8Array, at: number, end: number) => number
}

/**
 * The finder of such frames: with 'resync' the bytes that begin none are a gap, 'corrupt' where they looked like a frame,
 * with 'error' they are `ERR_FRAME_CORRUPT`. Each byte is asked for once while the stream goes on, and once more at its
 * end, so the work is at most two checksums of a frame for each byte.
 */
export function frameSearch(
  { name, mayBegin, lengthAt }: ResyncRules,
  corruptOption: ResyncOptions['corrupt'],
): { find: FindFrame; findAtEnd?: FindFrame } {
  const mode = choiceOption('corrupt', corruptOption ?? 'resync', ['resync', 'error'])

  function find(bytes: Uint8Array, start: number, end: number, search: FrameSearch): number {
    const length = lengthAt(bytes, start, end)
    if (length > end - start) return start + length
    if (length > 0) return (search.payloadEnd = start + length)
    if (mode === 'error') throw corrupt(name, 'no frame begins here, or its checksum is wrong')
    let next = start + 1
    while (next < end && !mayBegin(bytes[next]!)) next++
    return gap(search, next, length === DAMAGED ? 'corrupt' : 'garbage')
  }

  if (mode === 'error') return { find }
  return {
    find,
    findAtEnd(bytes, start, end, search) {
      const answer = find(bytes, start, end, search)
      if (answer <= end) return answer
      // What this frame waits for does not come. There may be others in what has come.
      for (let at = start + 1; at < end; at++) {
        const length = lengthAt(bytes, at, end)
        if (length > 0 && length <= end - at) return gap(search, at, 'corrupt')
      }
      return answer
    },
  }
}

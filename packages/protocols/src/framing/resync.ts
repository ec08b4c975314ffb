// Frames of serial lines that only their checksum confirms: they lack the sync bytes, or the length at a fixed place,
// that `packet` of @unstick/packet needs. After damage, the decoder finds the next frame.

import { choiceOption, gap, type FindFrame, type FrameSearch } from '@unstick/core'
import { corrupt } from './errors.ts'

export interface ResyncOptions {
  /**
   * What happens where no frame can begin: 'resync' searches for the next one, and reports the bytes between as a gap;
   * 'error' is `ERR_FRAME_CORRUPT`.
   *
   * @defaultValue 'resync'
   */
  corrupt?: 'resync' | 'error'
}

/** Answer of `lengthAt`: no frame begins with these bytes. */
export const NOTHING = 0
/** Answer of `lengthAt`: the bytes look like a frame, but its checksum is wrong or its header forbidden. */
export const DAMAGED: -1 = -1

export interface ResyncRules {
  name: string
  /** Whether a frame can begin with this byte. */
  mayBegin: (byte: number) => boolean
  /**
   * The length of the frame at `at`, its checksum verified; a number above `end - at`, the least number of bytes
   * needed; `NOTHING`; or `DAMAGED`. It must not depend on the bytes after the frame.
   */
  lengthAt: (bytes: Uint8Array, at: number, end: number) => number
}

/**
 * The finder of such frames. With 'resync', bytes that begin no frame are a gap: 'corrupt' where they looked like a
 * frame, else 'garbage'. With 'error', they are `ERR_FRAME_CORRUPT`. Each byte is tried at most once during the stream
 * and once more at its end, so the work is at most two checksums per byte.
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
      // The rest of this frame will not arrive, but the bytes received may hold other frames.
      for (let at = start + 1; at < end; at++) {
        const length = lengthAt(bytes, at, end)
        if (length > 0 && length <= end - at) return gap(search, at, 'corrupt')
      }
      return answer
    },
  }
}

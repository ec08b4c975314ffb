// The requests of a reader as codecs, so that memory, limits and time are those of all codecs.

import { defineCodec, ENDLESS, UNKNOWN, type FrameCodec } from '@unstick/core'

/** Frames of exactly `length` bytes. */
export function exactBytes(length: number): FrameCodec {
  return defineCodec({
    name: 'exactly',
    maxFrameLength: length,
    find: (_bytes, start, _end, search) => {
      search.payloadEnd = start + length
      return start + length
    },
  })
}

/**
 * Pieces of `length` bytes in total, cut where the chunks are. A codec of frames must not depend on chunks like this.
 */
export function piecesOf(length: number): FrameCodec {
  return defineCodec({
    name: 'skip',
    maxFrameLength: Number.MAX_SAFE_INTEGER,
    find: (_bytes, start, end, search) => {
      const taken = Math.min(end - start, length - search.state)
      search.state += taken
      return start + taken
    },
  })
}

/** Frames that end with `delimiter`, which is stripped. The limit counts the bytes before it. */
export function delimitedBytes(delimiter: Uint8Array, maxLength: number): FrameCodec {
  return defineCodec({
    name: 'until',
    maxFrameLength: maxLength,
    overhead: delimiter.length,
    find: (bytes, start, end, search) => {
      const at = Buffer.from(bytes.buffer, bytes.byteOffset, end).indexOf(delimiter, search.resumeAt)
      if (at === -1) {
        // The delimiter may begin in the last bytes.
        search.resumeAt = Math.max(search.resumeAt, end - delimiter.length + 1)
        return search.resumeAt - start > maxLength ? ENDLESS : UNKNOWN
      }
      search.payloadEnd = at
      return at - start > maxLength ? ENDLESS : at + delimiter.length
    },
  })
}

// Chunks from sources other than Node streams.

import { isBytes } from '@unstick/core'

/**
 * Makes bytes a Buffer, since frames have the class of their chunks. The decoder refuses anything but bytes, and bytes
 * that were transferred away, of which no Buffer can be made.
 */
export function asBuffer(chunk: unknown): unknown {
  if (Buffer.isBuffer(chunk) || !isBytes(chunk) || chunk.length === 0) return chunk
  return Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length)
}

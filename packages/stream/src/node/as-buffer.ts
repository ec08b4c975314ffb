// Chunks from sources that are not Node's.

import { isBytes } from '@unstick/core'

/** Frames have the class of their chunks, which is Buffer here. The decoder refuses anything but bytes. */
export function asBuffer(chunk: unknown): unknown {
  if (Buffer.isBuffer(chunk) || !isBytes(chunk)) return chunk
  return Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length)
}

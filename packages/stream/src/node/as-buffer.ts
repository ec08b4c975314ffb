// What comes from sources that know no Node.

import { isBytes } from '@unstick/core'

/** Frames have the class of their chunks, which is Buffer here. What is not bytes is refused by the decoder. */
export function asBuffer(chunk: unknown): unknown {
  if (Buffer.isBuffer(chunk) || !isBytes(chunk)) return chunk
  return Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length)
}

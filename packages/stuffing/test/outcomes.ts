// The outcome of a stream, with the reasons of skips and the details of the error.

import { isFrameError, type FrameCodec, type Skipped } from '@unstick/core'

export interface Seen {
  frames: string[]
  skipped: Omit<Skipped, 'error'>[]
  error?: { code: string; offset: number | undefined; frameLength: number | undefined }
}

export const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
export const bytesOf = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'))
export const byteByByte = (bytes: Uint8Array): Uint8Array[] => Array.from(bytes, (byte) => Uint8Array.of(byte))

export function decode(codec: FrameCodec, chunks: readonly Uint8Array[]): Seen {
  const seen: Seen = { frames: [], skipped: [] }
  const decoder = codec.decoder({
    onSkip: ({ offset, length, reason }) => void seen.skipped.push({ offset, length, reason }),
  })
  try {
    for (const chunk of chunks) for (const frame of decoder.decode(chunk)) seen.frames.push(hex(frame))
    for (const frame of decoder.end()) seen.frames.push(hex(frame))
  } catch (error) {
    if (!isFrameError(error)) throw error
    const { code, offset, frameLength } = error
    seen.error = { code, offset, frameLength }
  }
  return seen
}

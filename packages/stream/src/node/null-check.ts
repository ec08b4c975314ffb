// A null means the end of a Node stream, so a null frame is refused, or skipped if the codec skips corrupt frames. A
// mapping does that, with the right offset. It takes a sixth of the time of a small frame, and codecs of bytes do not
// need it. The first frame of a codec shows whether its frames are bytes.

import { FrameError, isBytes, mapCodec, type DecoderOptions, type FrameCodec, type Skipped } from '@unstick/core'
import { asBuffer } from './as-buffer.ts'

/** Whether the first frame of a codec was bytes. */
const givesBytes = new WeakMap<object, boolean>()

/**
 * The most bytes of a stream that are kept until its first frame. Beyond that, the time per frame does not matter.
 */
const LONGEST_BEGINNING = 65_536

/** The beginning of a stream, up to the first frame that its codec ever gave. */
export class Beginning {
  readonly chunks: unknown[] = []
  private length = 0
  private skips = 0
  private isOver = false

  /** Keeps a copy, since the caller may overwrite the chunk. False if the stream has become too long to be kept. */
  keep(chunk: unknown): boolean {
    const length = isBytes(chunk) ? chunk.length : 0
    this.chunks.push(length > 0 ? asBuffer(new Uint8Array(chunk as Uint8Array)) : chunk)
    this.length += length
    return this.length <= LONGEST_BEGINNING
  }

  /** Counts skips. */
  counting<Options extends DecoderOptions>(options: Options): Options {
    const { onSkip } = options
    if (onSkip === undefined) return options
    const count = (skipped: Skipped): void => {
      if (this.isOver) return
      this.skips++
      onSkip(skipped)
    }
    return { ...options, onSkip: count }
  }

  /**
   * Reports only new skips when the stream is decoded again. The decoder before is stopped after this: a gap that has
   * not ended then is reported by the next one, with its whole length.
   */
  continuing<Options extends DecoderOptions>(options: Options): Options {
    const { onSkip } = options
    this.isOver = true
    if (onSkip === undefined) return options
    return { ...options, onSkip: (skipped) => (this.skips > 0 ? void this.skips-- : onSkip(skipped)) }
  }
}

/** Whether the frames of `codec` are bytes; undefined before its first frame. */
export function isKnownToGiveBytes(codec: object): boolean | undefined {
  return givesBytes.get(codec)
}

/** Remembers, and returns, whether the first frame of `codec` is bytes. */
export function learnFrom(codec: object, frame: unknown): boolean {
  const isOfBytes = isBytes(frame)
  givesBytes.set(codec, isOfBytes)
  return isOfBytes
}

export function withoutNull<Frame>(codec: FrameCodec<Frame>): FrameCodec<Frame> {
  const decode = (frame: Frame): Frame => {
    if (frame === null) throw nullFrame()
    return frame
  }
  try {
    return mapCodec(codec, { decode, encode: (frame: Frame) => frame })
  } catch {
    // A codec not made by core: its nulls are refused as they arrive, without an offset.
    return codec
  }
}

export function nullFrame(): FrameError {
  return new FrameError('ERR_FRAME_CORRUPT', 'a null cannot pass a Node stream, where it is the end: use frames()')
}

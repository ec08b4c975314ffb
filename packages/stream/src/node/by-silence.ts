// Frames that end when the line is silent, as in Modbus RTU and for devices that send something and then pause.
//
// Each silence ends a chunk, which is one frame; `frames` does the rest.

import { defineCodec, FrameError, frameTooLong, integerOption, isBytes, isLost, type FrameCodec } from '@unstick/core'
import { LONGEST_DELAY, readStreamOptions, type FrameStreamOptions } from '../options.ts'
import { chunkSource, type ChunkReceiver, type ChunkSource, type FrameSource } from './chunk-source.ts'
import { FrameReader } from './frame-reader.ts'
import { Frames, type FrameIteration } from './frames.ts'
import { END } from './readable-chunks.ts'
import { Trace } from '../trace.ts'

/** The options of `bySilence`. */
export interface BySilenceOptions extends FrameStreamOptions {
  /** How long the line must be silent for a frame to be complete, in milliseconds: an integer of at least 1. */
  milliseconds: number
  /**
   * The longest frame, in bytes: `ERR_FRAME_TOO_LONG` beyond it.
   *
   * @defaultValue 65,536
   */
  maxFrameLength?: number
}

const SILENCE: unique symbol = Symbol('unstick.SILENCE')

/**
 * Frames that end when nothing arrives for `milliseconds`, or with the source. Silence before the first byte of a frame
 * has no effect. `frameTimeout` does not apply, and `idleTimeout` counts up to the end of the next frame.
 *
 * Node's timers are not exact: in a busy process they fire late, by a millisecond or more. A driver may also hold bytes
 * back: set its latency timer lower than `milliseconds`.
 *
 * @throws {TypeError} The source gives no chunks, or an option is invalid.
 *
 * @example
 * ```ts
 * import { bySilence } from '@unstick/stream'
 *
 * async function* line() {
 *   yield Buffer.from([1, 2])
 *   yield Buffer.from([3])
 * }
 * const options = { milliseconds: 50, maxFrameLength: 256 }
 * for await (const frame of bySilence(line(), options)) console.log(...frame) // 1 2 3
 * ```
 */
export function bySilence(source: FrameSource, options: BySilenceOptions): FrameIteration<Buffer> {
  const own = ['milliseconds', 'maxFrameLength'] as const
  const { milliseconds, maxFrameLength = 65_536, ...rest } = readStreamOptions('bySilence', options, own)
  integerOption('milliseconds', milliseconds, 1, LONGEST_DELAY)
  integerOption('maxFrameLength', maxFrameLength, 1)
  const chunks = chunkSource(source, { isOwned: true, keepsUnread: false })
  const codec = wholeChunks(maxFrameLength)
  const silences = new SilenceSource(chunks, milliseconds, maxFrameLength)
  return new Frames(new FrameReader(silences, codec, rest, Trace.open('bySilence', codec, source)))
}

/** Each chunk is a frame. */
function wholeChunks(maxFrameLength: number): FrameCodec<Buffer> {
  return defineCodec({ name: 'bySilence', maxFrameLength, find: (_bytes, _start, end) => end })
}

class SilenceSource implements ChunkSource {
  private readonly source: ChunkSource
  private readonly milliseconds: number
  private readonly maxFrameLength: number
  /** The pull that is still waiting after a silence has ended the frame. */
  private pulling: Promise<unknown> | undefined = undefined
  private timer: ReturnType<typeof setTimeout> | undefined = undefined
  /** Where the next frame begins. */
  private offset = 0

  constructor(source: ChunkSource, milliseconds: number, maxFrameLength: number) {
    this.source = source
    this.milliseconds = milliseconds
    this.maxFrameLength = maxFrameLength
  }

  pull({ give, fail }: ChunkReceiver): void {
    this.nextFrame().then(give, fail)
  }

  private async nextFrame(): Promise<unknown> {
    const parts: Uint8Array[] = []
    let length = 0
    for (;;) {
      const chunk = await (length === 0 ? this.next() : this.nextUnlessSilent())
      if (chunk === SILENCE || (chunk === END && length > 0)) break
      if (chunk === END) return END
      for (const part of Array.isArray(chunk) ? (chunk as unknown[]) : [chunk]) {
        // The decoder will refuse it.
        if (!isBytes(part) || isLost(part)) return part
        // A copy, since the source may overwrite the chunk while the next one is awaited.
        parts.push(Buffer.from(part))
        length += part.length
      }
      if (length > this.maxFrameLength) throw this.tooLong()
    }
    this.offset += length
    return parts.length === 1 ? parts[0] : Buffer.concat(parts)
  }

  close(): Promise<unknown> | undefined {
    clearTimeout(this.timer)
    return this.source.close()
  }

  finish(): void {
    this.source.finish()
  }

  private async next(): Promise<unknown> {
    const chunk = await this.pullOnce()
    this.pulling = chunk === END ? this.pulling : undefined
    return chunk
  }

  private async nextUnlessSilent(): Promise<unknown> {
    const silence = new Promise((resolve) => {
      const isSilent = (): void => resolve(SILENCE)
      // After a long computation, timers fire before the bytes that arrived meanwhile are read: give those one turn of
      // the event loop.
      this.timer = setTimeout(() => (this.timer = setTimeout(isSilent)), this.milliseconds)
    })
    try {
      for (;;) {
        const chunk = await Promise.race([this.pullOnce(), silence])
        if (chunk !== SILENCE && chunk !== END) this.pulling = undefined
        if (!isEmpty(chunk)) return chunk
      }
    } finally {
      clearTimeout(this.timer)
    }
  }

  private pullOnce(): Promise<unknown> {
    return (this.pulling ??= new Promise((give, fail) => this.source.pull({ give, fail })))
  }

  private tooLong(): FrameError {
    return frameTooLong('bySilence', Infinity, this.maxFrameLength, this.offset)
  }
}

function isEmpty(chunk: unknown): boolean {
  return Array.isArray(chunk) ? chunk.every(isEmpty) : isBytes(chunk) && chunk.length === 0 && !isLost(chunk)
}

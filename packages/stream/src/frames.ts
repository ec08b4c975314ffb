// Frames by async iteration: `for await (const frame of frames(socket, codec))`.
//
// The source is pulled only when the frames of the last chunk are used up, so a slow reader stops the sender. Frames
// before an error come before it.

import { choiceOption, type FrameCodec, type FrameDecoder } from '@unstick/core'
import { ChunkSource, type FrameSource } from './chunk-source.ts'
import { FrameTimer } from './frame-timer.ts'
import { settled } from './settled.ts'
import { checkCodec, checkOptions, type FrameStreamOptions } from './options.ts'

export type { FrameSource } from './chunk-source.ts'

export interface FramesOptions extends FrameStreamOptions {
  /**
   * Whether leaving the loop early ends the source. With `false` a Readable stays open and its next reader sees the
   * exact next byte. Default: true.
   */
  destroyOnReturn?: boolean
}

export interface FrameIteration<Frame> extends AsyncGenerator<Frame, void, void> {
  /** Instead of single frames, arrays of what one chunk completed; none is empty. */
  batches(): AsyncGenerator<Frame[], void, void>
}

/**
 * The frames of a Readable, Web ReadableStream, async iterable or iterable of chunks.
 *
 * Rejects with a `FrameError` (`ERR_FRAME_TRUNCATED` for an end inside a frame, `ERR_FRAME_TIMEOUT`), the source's own
 * error, or an `AbortError`; the source is then ended.
 */
export function frames<Frame = Uint8Array>(
  source: FrameSource,
  codec: FrameCodec<Frame>,
  options: FramesOptions = {},
): FrameIteration<Frame> {
  checkCodec(codec)
  checkOptions(options)
  choiceOption('destroyOnReturn', options.destroyOnReturn ?? true, [true, false])
  const decoder = codec.decoder(options)
  const chunks = new ChunkSource(source)
  return Object.assign(eachFrame(chunks, decoder, options), { batches: () => eachBatch(chunks, decoder, options) })
}

async function* eachFrame<Frame>(
  source: ChunkSource,
  decoder: FrameDecoder<Frame>,
  options: FramesOptions,
): AsyncGenerator<Frame, void, void> {
  for await (const decoded of eachChunk(source, decoder, options)) {
    for (const frame of decoded) yield frame
  }
}

async function* eachBatch<Frame>(
  source: ChunkSource,
  decoder: FrameDecoder<Frame>,
  options: FramesOptions,
): AsyncGenerator<Frame[], void, void> {
  for await (const decoded of eachChunk(source, decoder, options)) {
    const batch: Frame[] = []
    try {
      for (const frame of decoded) batch.push(frame)
    } catch (error) {
      if (batch.length > 0) yield batch
      throw error
    }
    if (batch.length > 0) yield batch
  }
}

/** For each chunk the frames it completes, decoded as they are asked for. */
async function* eachChunk<Frame>(
  source: ChunkSource,
  decoder: FrameDecoder<Frame>,
  options: FramesOptions,
): AsyncGenerator<Iterable<Frame>, void, void> {
  const { signal } = options
  const interrupt = (error: unknown): void => source.interrupt(error)
  const abort = (): void => interrupt(abortError(signal))
  const timer = new FrameTimer(options.frameTimeout, interrupt)
  let received = 0
  let left = 'early' as 'early' | 'failed' | 'ended'
  function* followed(decoded: Iterable<Frame>): Generator<Frame, void, void> {
    try {
      for (const frame of decoded) {
        timer.stop()
        yield frame
      }
    } catch (error) {
      left = 'failed'
      throw error
    }
  }
  signal?.addEventListener('abort', abort)
  try {
    while (true) {
      timer.watch(decoder, received)
      if (signal?.aborted) throw abortError(signal)
      const chunk = await source.pull()
      if (chunk === undefined) break
      received += chunk.length
      yield followed(decoder.decode(chunk) as Iterable<Frame>)
    }
    timer.stop()
    yield followed(settled(decoder))
    if (left === 'early') left = 'ended'
  } catch (error) {
    left = 'failed'
    throw error
  } finally {
    timer.stop()
    signal?.removeEventListener('abort', abort)
    // A source that was interrupted may take for ever to answer.
    if (left === 'failed') void source.close().catch(() => {})
    else if (options.destroyOnReturn === false) await source.leave(decoder.takeRemaining())
    else if (left === 'early') await source.close()
    else source.finish()
  }
}

function abortError(signal: AbortSignal | undefined): Error {
  const error = new Error('The operation was aborted', { cause: signal?.reason })
  return Object.assign(error, { name: 'AbortError', code: 'ABORT_ERR' })
}

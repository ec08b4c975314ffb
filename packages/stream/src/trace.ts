// The messages of an adapter: on `node:diagnostics_channel`, and with NODE_DEBUG=unstick on stderr.
//
// Messages hold lengths, offsets and codes only, never payload: neither frames nor messages of errors, which may quote
// the input. Without subscribers, the cost is one property read per chunk.

import { codecName, isFrameError, type Skipped } from '@unstick/core'
import { channelOf, debugLogOf, type Channel } from './channels.ts'
import type { ChunkObserver } from './chunk-decoder.ts'
import type { FrameStreamOptions } from './options.ts'
import type { StreamStats } from './stats.ts'

/** The identity of the stream, in every message. */
export interface StreamIdentity {
  /** Counts the streams of this process, from 1. */
  readonly id: number
  /** The function that made it, such as 'framed'. */
  readonly adapter: string
  /** The name of the codec. */
  readonly codec: string
}

const received = channelOf('unstick:frame:received')
const sent = channelOf('unstick:frame:sent')
const skipped = channelOf('unstick:frame:skipped')
const failed = channelOf('unstick:frame:error')
const opened = channelOf('unstick:stream:open')
const closed = channelOf('unstick:stream:close')
const stalled = channelOf('unstick:stream:stall')

const debug = debugLogOf('unstick')

let streams = 0

export class Trace implements ChunkObserver {
  private readonly identity: StreamIdentity
  private readonly isLent: boolean

  private constructor(identity: StreamIdentity, isLent: boolean) {
    this.identity = identity
    this.isLent = isLent
  }

  /** The trace of a new stream over `source`, the caller's stream. */
  static open(adapter: string, codec: object | undefined, source?: unknown): Trace {
    streams++
    const trace = new Trace({ id: streams, adapter, codec: nameOf(codec) }, false)
    // The only message that holds an object: the stream, by which a listener can identify the connection.
    if (opened.hasSubscribers) opened.publish({ ...trace.identity, source })
    trace.log(opened)
    return trace
  }

  /** The trace of one loop over the same stream, which continues after the loop. */
  lend(codec: object): Trace {
    return new Trace({ ...this.identity, codec: nameOf(codec) }, true)
  }

  /** Whether received frames have a subscriber. */
  get isListening(): boolean {
    return received.hasSubscribers || debug !== undefined
  }

  /** A chunk has completed `frames` frames, which lie in `length` bytes from `offset` on. */
  received(offset: number, length: number, frames: number): void {
    this.publish(received, { offset, length, frames })
  }

  /** A frame was accepted for writing. */
  sent(offset: number, length: number): void {
    if (sent.hasSubscribers || debug !== undefined) this.publish(sent, { offset, length, frames: 1 })
  }

  error(error: unknown): void {
    if (!failed.hasSubscribers && debug === undefined) return
    const { name, code } = (error ?? {}) as { name?: unknown; code?: unknown }
    const { offset, frameLength, maxFrameLength } = isFrameError(error) ? error : {}
    this.publish(failed, {
      name: typeof name === 'string' ? name : typeof error,
      ...(typeof code === 'string' ? { code } : {}),
      ...(offset === undefined ? {} : { offset }),
      ...(frameLength === undefined ? {} : { frameLength }),
      ...(maxFrameLength === undefined ? {} : { maxFrameLength }),
    })
  }

  /** Frames wait for the reader ('read'), or for room in the stream below ('write'). */
  stall(direction: 'read' | 'write'): void {
    if (stalled.hasSubscribers || debug !== undefined) this.publish(stalled, { direction })
  }

  close(stats: StreamStats): void {
    if (!this.isLent && (closed.hasSubscribers || debug !== undefined)) this.publish(closed, { stats })
  }

  /** The options, with skips reported. */
  watching<Options extends FrameStreamOptions>(options: Options): Options {
    const { onSkip } = options
    const report = (gone: Skipped): void => {
      const { offset, length, reason } = gone
      if (skipped.hasSubscribers || debug !== undefined) this.publish(skipped, { offset, length, reason })
      onSkip?.(gone)
    }
    return { ...options, onSkip: report }
  }

  private publish(to: Channel, message: object): void {
    if (to.hasSubscribers) to.publish({ ...this.identity, ...message })
    this.log(to, message)
  }

  private log(to: Channel, message: object = {}): void {
    debug?.('%s %o', to.name, { ...this.identity, ...message })
  }
}

function nameOf(codec: object | undefined): string {
  return (codec && codecName(codec)) ?? 'unnamed'
}

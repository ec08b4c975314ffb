// The types of streams of frames: Node's Duplex with the types of what is read and written.
//
// Each method has its typed signature first. The other signatures are never chosen by a call that the first one
// refuses; they make the type assignable to Node's own stream types, which read and write strings and Buffers.

import type { Duplex } from 'node:stream'
import type { StreamStats } from '../stats.ts'

type Callback = (error?: Error | null) => void
type Listener = Parameters<Duplex['on']>[1]
type Anything = ReturnType<Duplex['read']>

/** A Duplex that reads `Read` and writes `Written`. */
export interface FrameDuplex<Read, Written> extends Duplex {
  /** The counters so far. */
  readonly stats: StreamStats
  /** A frame, or null if none is available. */
  read(size?: number): Read | null
  read(size?: number): Anything
  /** A loop over the frames that may leave the stream open. */
  iterator(options?: { destroyOnReturn?: boolean }): AsyncIterableIterator<Read>
  iterator(options?: { destroyOnReturn?: boolean }): ReturnType<Duplex['iterator']>
  /** A loop over the frames. Leaving it early destroys the stream. */
  [Symbol.asyncIterator](): AsyncIterableIterator<Read>
  [Symbol.asyncIterator](): ReturnType<Duplex[typeof Symbol.asyncIterator]>
  /**
   * Writes a frame. The callback is called once: when the frame's bytes have left, or with the error. Returns false if
   * `writableHighWaterMark` frames are queued: then wait for 'drain'.
   */
  write(frame: Written, callback?: Callback): boolean
  write(frame: Written, encoding: BufferEncoding | undefined, callback?: Callback): boolean
  write(frame: never, callback?: Callback): boolean
  write(frame: never, encoding?: BufferEncoding, callback?: Callback): boolean
  /** Ends the writable side after the frames written. */
  end(callback?: () => void): this
  /** Writes a last frame, and ends the writable side. */
  end(frame: Written, callback?: () => void): this
  end(frame: Written, encoding: BufferEncoding | undefined, callback?: () => void): this
  end(frame: never, callback?: () => void): this
  end(frame: never, encoding?: BufferEncoding, callback?: () => void): this
  /** Adds a listener; a listener of 'data' gets frames. */
  on(event: 'data', listener: (frame: Read) => void): this
  on(event: 'error', listener: (error: Error) => void): this
  on(event: string | symbol, listener: Listener): this
  /** Adds a listener for one call; a listener of 'data' gets a frame. */
  once(event: 'data', listener: (frame: Read) => void): this
  once(event: 'error', listener: (error: Error) => void): this
  once(event: string | symbol, listener: Listener): this
}

// Polls the chunks of a Node Readable through `read()` and its events: Node's async iterator costs a promise per chunk,
// drops queued chunks when the stream fails, and cannot be left while it waits.
//
// A Readable that has emitted 'end' takes no bytes back. So if the stream may be handed over with unread bytes, a part
// of the last chunk is held in the Readable's own buffer, which prevents 'end', until those bytes have become frames, or
// in object mode until the next chunk is awaited: whether the end has come cannot be seen there while a chunk is held.

import { Duplex, type Readable, type Writable } from 'node:stream'
import { isBytes } from '@unstick/core'
import { prematureClose, reasonOf } from '../errors.ts'
import { isClosingHttp2 } from './http2.ts'

/** Represents the end instead of a chunk: no source can give this value. */
export const END: unique symbol = Symbol('unstick.END')

export interface ReadableChunksOptions {
  /** Whether unread bytes may have to be put back. */
  keepsUnread: boolean
  /** Whether this reader ends the stream: it then stays writable after the peer's end, until `finish` or `close`. */
  isOwned: boolean
}

const EVENTS = ['readable', 'end', 'close'] as const

/** The streams that are being read: two readers of one stream would each get some of its chunks. */
const inUse = new WeakSet<Readable>()

export class ReadableChunks {
  private readonly readable: Readable
  private readonly wake: () => void
  private readonly keepsUnread: boolean
  /** Whether Node itself would end the writable side at the peer's end. */
  private readonly endsWithPeer: boolean
  /** An error may be emitted by a stream that does not destroy itself. */
  private emitted: Error | undefined = undefined
  /** The held part of the last chunk. */
  private held: Uint8Array | undefined = undefined

  /**
   * `wake` is called when polling again may give something new.
   *
   * @throws {TypeError} The stream is being read already.
   */
  constructor(readable: Readable, wake: () => void, { keepsUnread, isOwned }: ReadableChunksOptions) {
    checkFree(readable)
    inUse.add(readable)
    this.readable = readable
    this.wake = wake
    this.keepsUnread = keepsUnread
    this.endsWithPeer = isOwned && readable instanceof Duplex && !readable.allowHalfOpen
    if (this.endsWithPeer) (readable as Duplex).allowHalfOpen = true
    for (const event of EVENTS) readable.on(event, wake)
    readable.on('error', this.noteError)
  }

  /** The next chunk if one has arrived, else `null`: `next` tells why there is none. */
  poll(): unknown {
    if (!this.keepsUnread) return this.readable.read() as unknown
    if (this.held !== undefined && this.isOnlyHeld(this.held)) return null
    this.release()
    const chunk: unknown = this.readable.read()
    if (isBytes(chunk)) this.hold(chunk)
    return chunk
  }

  /** The next chunk, `null` when none has arrived, `END` at the end. Throws the error that ended the stream. */
  next(): unknown {
    const { readable } = this
    // Queued chunks come before the error that ended the stream.
    let chunk = this.poll()
    if (chunk === null) chunk = this.readBeyondHeld()
    if (chunk !== null) return chunk
    if (readable.readableEnded) return END
    const error = reasonOf(readable) ?? this.emitted
    if (error) throw error
    if (readable.destroyed) throw prematureClose()
    return null
  }

  /** All bytes of the chunks have become frames: nothing can be put back. */
  release(): void {
    const { held, readable } = this
    if (held === undefined) return
    this.held = undefined
    readable.read(readable.readableObjectMode ? undefined : held.length)
  }

  /**
   * Stops reading, and leaves the stream open with `unread` as its next bytes. Returns whether it has taken them: a
   * stream that has ended or failed takes none.
   */
  leave(unread?: Uint8Array): boolean {
    const { readable } = this
    this.stopListening()
    this.release()
    if (this.endsWithPeer) (readable as Duplex).allowHalfOpen = false
    const hasUnread = unread !== undefined && unread.length > 0
    if (hasUnread && !this.isOver) readable.unshift(unread)
    // Without bytes, nothing delays the end any more.
    else readable.read(0)
    return !hasUnread || !this.isOver
  }

  /** Stops reading, and destroys the stream. */
  close(): void {
    this.stopListening()
    destroyQuietly(this.readable)
  }

  /**
   * Stops reading at the stream's end. If `endsWritable`, or if Node would have done so, the writable side of a duplex
   * also ends, once the bytes written to it have left.
   */
  finish(endsWritable: boolean): void {
    const { readable } = this
    this.stopListening()
    this.release()
    readable.read(0)
    if (!(readable instanceof Duplex) || !(endsWritable || this.endsWithPeer) || !readable.writable) return
    readable.end()
    ignoreErrors(readable)
  }

  /** In byte mode the last byte is enough; in object mode chunks are neither cut nor joined. */
  private hold(chunk: Uint8Array): void {
    const { readable } = this
    if (this.isOver) return
    this.held = readable.readableObjectMode ? chunk : chunk.subarray(-1)
    readable.unshift(this.held)
  }

  /** Whether the stream takes no bytes back. */
  private get isOver(): boolean {
    const { readable } = this
    return readable.readableEnded || readable.destroyed || readable.errored !== null
  }

  private isOnlyHeld({ length }: Uint8Array): boolean {
    return !this.readable.readableObjectMode && this.readable.readableLength <= length
  }

  /**
   * Reads the bytes after the held part. Reading one byte more than available asks the stream for more and gives
   * `null`, or the rest if the stream has ended.
   */
  private readBeyondHeld(): unknown {
    const { held, readable } = this
    if (held === undefined || readable.readableObjectMode) return null
    const rest = readable.read(held.length + 1) as Uint8Array | null
    if (rest === null) return null
    readable.unshift(rest)
    return rest.length === held.length ? END : this.poll()
  }

  private stopListening(): void {
    inUse.delete(this.readable)
    for (const event of EVENTS) this.readable.off(event, this.wake)
    this.readable.off('error', this.noteError)
  }

  /** Some streams emit 'error' without one. */
  private readonly noteError = (error: Error = prematureClose()): void => {
    this.emitted ??= error
    this.wake()
  }
}

export function isInUse(readable: Readable): boolean {
  return inUse.has(readable)
}

/** @throws {TypeError} The stream is being read already. */
export function checkFree(readable: Readable): void {
  if (isInUse(readable)) {
    throw new TypeError('the source is already being read: frames() or framed() of it must end, or be left, first')
  }
}

/** Destroys a stream that is no longer read. Its errors are ignored. */
export function destroyQuietly(stream: Readable | Writable): void {
  // Destroying an HTTP/2 stream while its last frame is being sent can crash Node 20.
  if (!isClosingHttp2(stream)) stream.destroy()
  ignoreErrors(stream)
}

/** After we stop listening, a late 'error' must not crash the process: listen until 'close', then stop. */
export function ignoreErrors(stream: Readable | Writable): void {
  // The process's stdout and stderr cannot be destroyed: after 'close', writes that were queued fail one by one.
  const forget = (): void => void (stream.destroyed && stream.off('error', ignore))
  if (!stream.listeners('error').includes(ignore)) stream.on('error', ignore)
  // `closed` is true a tick before the events say so, and two ticks if an HTTP/2 stream is being destroyed.
  if (stream.closed) process.nextTick(() => process.nextTick(forget))
  else stream.once('close', forget)
}

function ignore(): void {}

// Writes frames as bytes to a Writable, without joining header and payload: corked until the end of the tick, as Node
// advises, so that the frames of one tick leave together, with one `writev` if the Writable has it.
//
// The next frame may be written as soon as the Writable has room. The callback of a write comes later: only when the
// Writable reports that the bytes have left, since their memory is in use until then.
//
// Messages of HTTP/1.1 are no Writables, and cork their socket themselves. They are not corked here: Node 22 and 24 lose
// what is written to a corked message that is then ended, and give no 'drain' after a full one.
//
// An HTTP/2 stream closes as soon as both sides have ended, often before it has confirmed its last writes and its own
// end, and which of them have left cannot be seen then. So it is ended only once every frame has left.

import { Writable } from 'node:stream'
import { prematureClose, reasonOf } from '../errors.ts'
import { isHttp2 } from './http2.ts'
import type { Outgoing, WriteCallback } from './outgoing.ts'
import type { Trace } from '../trace.ts'

const NOTHING = Buffer.alloc(0)

export class FrameWriter {
  private readonly writable: Writable
  private readonly confirmsAll: boolean
  private readonly trace: Trace
  private readonly isCorkable: boolean
  private isCorked = false
  /** Allows the next frame to be written, once the Writable has drained, or finished. */
  private next: (() => void) | undefined
  /** Frames whose bytes have been given to the Writable but are not written yet. */
  private readonly inFlight = new Set<Outgoing>()
  /** Ends an HTTP/2 stream, once nothing is in flight. */
  private endLater: (() => void) | undefined
  private hasLost = false

  /** With `confirmsAll`, each frame is in flight until it has left, not only those whose writer waits for that. */
  constructor(writable: Writable, trace: Trace, confirmsAll: boolean) {
    this.writable = writable
    this.confirmsAll = confirmsAll || isHttp2(writable)
    this.isCorkable = writable instanceof Writable
    this.trace = trace
    // A Writable that was ended elsewhere gives no 'drain' any more. The frames that wait are refused then.
    writable.on('drain', this.goOn).on('finish', this.goOn)
  }

  /** Calls `next` when the next frame may be written. */
  write(outgoing: Outgoing, next: () => void): void {
    const { writable } = this
    if (this.isCorkable && !this.isCorked) {
      this.isCorked = true
      writable.cork()
      process.nextTick(() => {
        this.isCorked = false
        writable.uncork()
      })
    }
    const { parts } = outgoing
    let hasRoom = true
    const last = parts.length - 1
    for (let index = 0; index < last; index++) writable.write(parts[index])
    if (outgoing.hasCallback || this.confirmsAll)
      hasRoom = writable.write(parts[last] ?? NOTHING, this.confirming(outgoing))
    else if (last >= 0) hasRoom = writable.write(parts[last])
    if (hasRoom) next()
    else {
      this.next = next
      this.trace.stall('write')
    }
  }

  /** Ends the Writable after the last frame. Calls back when that has left, or with the reason why it never will. */
  end(callback: WriteCallback): void {
    const { writable } = this
    const end = (): void => {
      writable.end((error?: Error | null) => callback(error ? (lossOf(writable) ?? error) : null))
    }
    if (isHttp2(writable) && this.inFlight.size > 0) this.endLater = end
    else end()
  }

  /** Whether a frame waits to be written, has not left yet, or was lost. */
  get hasUnwritten(): boolean {
    return this.next !== undefined || this.inFlight.size > 0 || this.hasLost
  }

  /** The Writable is lost: frames that have not left fail, and nothing waits any more. */
  fail(error: Error): void {
    this.writable.off('close', this.failRest)
    for (const outgoing of this.inFlight) outgoing.tell(error)
    this.inFlight.clear()
    this.endLater = undefined
    this.stop()
  }

  /** Stops writing. The Writable still confirms the frames given to it. */
  stop(): void {
    const { writable } = this
    writable.off('drain', this.goOn).off('finish', this.goOn)
    if (this.inFlight.size > 0) writable.on('close', this.failRest)
    this.goOn()
  }

  private readonly goOn = (): void => {
    const { next } = this
    this.next = undefined
    next?.()
  }

  /** Not every stream calls the callback of a write that was in flight when it was destroyed. */
  private readonly failRest = (): void => this.fail(lossOf(this.writable) ?? prematureClose())

  private confirming(outgoing: Outgoing): (error?: Error | null) => void {
    this.inFlight.add(outgoing)
    return (error) => {
      this.inFlight.delete(outgoing)
      const loss = lossOf(this.writable) ?? error ?? null
      this.hasLost ||= loss !== null
      outgoing.tell(loss)
      if (this.inFlight.size > 0) return
      this.writable.off('close', this.failRest)
      this.endLater?.()
      this.endLater = undefined
    }
  }
}

/** Why bytes given to `writable` will not leave it; null while they may. */
export function lossOf(writable: Writable): Error | null {
  const error = reasonOf(writable)
  if (error !== undefined) return error
  // Node 20 reports no error for a write that was in flight when its stream was destroyed, nor does Node 26 if the peer
  // has reset an HTTP/2 stream.
  const isOver = writable.destroyed || (isHttp2(writable) && writable.aborted)
  return isOver && !writable.writableFinished ? prematureClose() : null
}

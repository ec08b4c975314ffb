// The state of a connection of frames: one state machine for all adapters. Each half of a connection has a state of its
// own, since TCP closes each separately; an adapter that only reads leaves the writing half OPEN and ignores it.
//
// reading   frames                                            leaves by
// OPEN      are decoded and given out                         endReading, fail
// ENDED     were given out, to the last one                   close
// FAILED    the queued ones are given out, then the error     close
//
// writing   a write                                           leaves by
// OPEN      goes out                                          endWriting, lose
// ENDED     is refused; the bytes before it still leave       lose
// FAILED    fails at once, as did those that were waiting     close
//
// both      what that is
// OPEN,  OPEN       a connection
// ENDED, OPEN       half-closed by the peer
// OPEN,  ENDED      half-closed by us
// ENDED, ENDED      at its end: the stream below is closed next
// OPEN,  FAILED     lost: what had arrived is still read, nothing can be written
// FAILED, any       bad bytes, a timeout, or lost and read to the end
// CLOSED, CLOSED    over: nothing is read, every write fails
//
// An error never overtakes a frame: it is raised once reading is over and the reader has taken every queued frame.
// Writers do not wait for that.

export const OPEN = 'open'
export const ENDED = 'ended'
export const FAILED = 'failed'
const CLOSED = 'closed'

type Half = typeof OPEN | typeof ENDED | typeof FAILED | typeof CLOSED

/** What an adapter does when the state changes. Each member but `hasUnread` is called at most once. */
interface LifeEvents {
  /** Nothing more will be decoded. */
  readingOver(): void
  /** Whether the reader still has to handle frames that come before this error. */
  hasUnread(error: unknown): boolean
  /** No frame is left before the error. */
  raise(error: unknown): void
}

export class Life {
  reading: Half = OPEN
  writing: Half = OPEN
  private failure: { readonly error: unknown } | undefined = undefined
  private readonly events: LifeEvents

  constructor(events: LifeEvents) {
    this.events = events
  }

  /** Whether an error waits for the frames before it. */
  get isFailing(): boolean {
    return this.failure !== undefined
  }

  /** The last frame has been given out. */
  endReading(): void {
    this.stopReading(ENDED)
    this.raise()
  }

  /** Nothing more will be written. */
  endWriting(): void {
    if (this.writing === OPEN) this.writing = ENDED
  }

  /** Reading has failed: bad bytes, a timeout, an error of the source. Only the first error counts. */
  fail(error: unknown): void {
    if (this.reading !== OPEN) return
    this.blame(error)
    this.stopReading(FAILED)
    this.raise()
  }

  /** Nothing can be written any more. Returns whether that is new. */
  lose(): boolean {
    if (this.writing === FAILED || this.writing === CLOSED) return false
    this.writing = FAILED
    return true
  }

  /**
   * Sets the error with which the connection ends, once the frames that have arrived are read. Only the first error
   * counts.
   */
  blame(error: unknown): void {
    if (this.reading !== CLOSED) this.failure ??= { error }
  }

  /** Raises the error if no frame is left before it. Call it after each read. */
  raise(): void {
    if (this.failure === undefined || this.reading === OPEN || this.events.hasUnread(this.failure.error)) return
    const error = this.takeFailure()?.error
    this.events.raise(error)
  }

  /** The error, for an adapter that reports it by itself. */
  takeFailure(): { readonly error: unknown } | undefined {
    const { failure } = this
    this.failure = undefined
    return failure
  }

  /** Closes both halves: at the end, after an error, or on request of the user. */
  close(): void {
    this.stopReading(CLOSED)
    this.reading = CLOSED
    this.writing = CLOSED
  }

  private stopReading(state: Half): void {
    if (this.reading !== OPEN) return
    this.reading = state
    this.events.readingOver()
  }
}

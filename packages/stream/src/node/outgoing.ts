// A frame that is being written: its bytes, and the callback to call when they have left.

export type WriteCallback = (error?: Error | null) => void

export class Outgoing {
  readonly parts: readonly Uint8Array[]
  private callback: WriteCallback | undefined

  constructor(parts: readonly Uint8Array[], callback: WriteCallback | undefined) {
    this.parts = parts
    this.callback = callback
  }

  get hasCallback(): boolean {
    return this.callback !== undefined
  }

  /** Calls back, once: without an error if the bytes have left. */
  tell(error?: Error | null): void {
    this.takeCallback()?.(error)
  }

  /** The same in a tick of its own: a callback that throws then disturbs neither other callbacks nor the caller. */
  tellLater(error?: Error | null): void {
    const callback = this.takeCallback()
    if (callback !== undefined) process.nextTick(callback, error)
  }

  private takeCallback(): WriteCallback | undefined {
    const { callback } = this
    this.callback = undefined
    return callback
  }
}

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

  /**
   * Calls back, once: without an error if the bytes have left. In a tick of its own, since a callback that throws must
   * disturb neither other callbacks nor the stream that has written the bytes.
   */
  tell(error?: Error | null): void {
    const { callback } = this
    this.callback = undefined
    if (callback !== undefined) process.nextTick(callback, error)
  }
}

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
    const { callback } = this
    this.callback = undefined
    callback?.(error)
  }
}

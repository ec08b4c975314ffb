// Relays that cut or join the traffic, and keep every byte and its order.

import type { Socket } from 'node:net'
import type { Cutter } from './cutting.ts'
import type { Relay } from './proxy.ts'

/** With more waiting bytes than this, the sender is stopped. */
const MAX_WAITING = 64 * 1024

export interface CuttingOptions {
  /** Milliseconds between pieces, so that the receiver can read one before the next arrives. */
  pause: number
  /** Pieces after which chunks stay whole, so that long transfers end. */
  maxPieces: number
  onPiece: (piece: Uint8Array) => void
}

/** Writes pieces one after another, with a pause between them. */
export class CuttingRelay implements Relay {
  private readonly cut: Cutter
  private readonly to: Socket
  private readonly onDrain: () => void
  private readonly options: CuttingOptions
  private readonly waiting: Uint8Array[] = []
  private waitingBytes = 0
  private count = 0
  private state: 'idle' | 'writing' = 'idle'
  private hasEnded = false

  constructor(cut: Cutter, to: Socket, onDrain: () => void, options: CuttingOptions) {
    this.cut = cut
    this.to = to
    this.onDrain = onDrain
    this.options = options
  }

  get isFull(): boolean {
    return this.waitingBytes > MAX_WAITING
  }

  chunk(bytes: Uint8Array): void {
    const pieces = this.count < this.options.maxPieces ? this.cut(bytes) : [bytes]
    this.count += pieces.length
    this.waiting.push(...pieces)
    this.waitingBytes += bytes.length
    if (this.state === 'idle') void this.writeAll()
  }

  end(): void {
    this.hasEnded = true
    if (this.state === 'idle') this.to.end()
  }

  private async writeAll(): Promise<void> {
    this.state = 'writing'
    for (let piece = this.waiting.shift(); piece !== undefined; piece = this.waiting.shift()) {
      const one = piece
      // Even a destroyed socket calls the callback.
      await new Promise<void>((resolve) => this.to.write(one, () => resolve()))
      this.options.onPiece(one)
      const wasFull = this.isFull
      this.waitingBytes -= one.length
      if (wasFull && !this.isFull) this.onDrain()
      await pauseOf(this.options.pause)
    }
    this.state = 'idle'
    if (this.hasEnded) this.to.end()
  }
}

function pauseOf(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    if (milliseconds === 0) setImmediate(resolve)
    else setTimeout(resolve, milliseconds)
  })
}

export interface JoiningOptions {
  /** After this many milliseconds without a chunk, the waiting bytes are written. */
  hold: number
  onPiece: (piece: Uint8Array) => void
}

/** Joins chunks until none has arrived for a while, or until there are enough bytes. */
export class JoiningRelay implements Relay {
  private readonly to: Socket
  private readonly options: JoiningOptions
  private waiting: Uint8Array[] = []
  private waitingBytes = 0
  private timer: NodeJS.Timeout | undefined

  constructor(to: Socket, onDrain: () => void, options: JoiningOptions) {
    this.to = to
    this.options = options
    to.on('drain', onDrain)
    to.on('close', () => clearTimeout(this.timer))
  }

  get isFull(): boolean {
    return this.to.writableNeedDrain
  }

  chunk(bytes: Uint8Array): void {
    this.waiting.push(bytes)
    this.waitingBytes += bytes.length
    clearTimeout(this.timer)
    if (this.waitingBytes >= MAX_WAITING) this.flush()
    else this.timer = setTimeout(() => this.flush(), this.options.hold)
  }

  end(): void {
    this.flush()
    this.to.end()
  }

  private flush(): void {
    clearTimeout(this.timer)
    if (this.waitingBytes === 0) return
    const joined = Buffer.concat(this.waiting)
    this.waiting = []
    this.waitingBytes = 0
    this.to.write(joined)
    this.options.onPiece(joined)
  }
}

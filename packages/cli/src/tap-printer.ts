// Prints the lines of `unstick tap`. It never waits: if the output is full, it leaves out lines and counts them, since
// waiting would delay the connections, and keeping the lines would take unlimited memory.

import type { FrameError } from '@unstick/core'
import { paintFor, type Paint } from './colors.ts'
import type { Direction } from './direction.ts'
import { errorText, hexOf, lineOf, plain, visible, type Form } from './frame-text.ts'
import type { LocatedFrame } from './located-decoder.ts'
import { table } from './table.ts'
import type { Terminal } from './terminal.ts'

/** The counts of one direction of a connection. */
export interface TapSummary {
  connection: number
  from: Direction
  chunks: number
  bytes: number
  frames: number
  /** Lengths on the wire. */
  shortest: number
  longest: number
  /** How often decoding had to start again, plus the number of skipped frames. */
  errors: number
  /** The number of bytes that belong to no frame. */
  unframed: number
}

export interface TapPrinterOptions {
  as: Form | undefined
  isJson: boolean
  isQuiet: boolean
  width: number
}

/** The most characters that may wait in the output. */
const MAX_WAITING = 1 << 18
/** The most bytes of a frame that are turned into text, since a frame may have megabytes. */
const LOOKED_AT = 4096

export class TapPrinter {
  private readonly terminal: Terminal
  private readonly options: TapPrinterOptions
  private readonly paint: Paint
  private leftOut = 0
  /** The lines of one chunk, which are written together. */
  private lines = ''

  constructor(terminal: Terminal, options: TapPrinterOptions) {
    this.terminal = terminal
    this.options = options
    this.paint = paintFor(terminal.stdout)
  }

  frame(connection: number, from: Direction, located: LocatedFrame): void {
    if (this.options.isQuiet) return
    if (this.isBehind()) {
      this.leftOut++
      return
    }
    const { frame, offset, length } = located
    if (this.options.isJson) {
      const content =
        frame instanceof Uint8Array ? { length: frame.length, ...(plain(frame) as object) } : { frame: plain(frame) }
      this.line({ connection, from, offset, wireLength: length, ...content })
      return
    }
    const place = this.paint('dim', `${String(offset).padStart(8)} ${String(length).padStart(6)}`)
    this.text(`${this.origin(connection, from)} ${place}  ${this.shown(frame)}`)
  }

  /** `start` is the stream position at which the decoder began; `bytes` are the frame's first ones. */
  badFrame(connection: number, from: Direction, start: number, error: FrameError, bytes: Uint8Array): void {
    const message = errorText(error, start)
    const offset = start + (error.offset ?? 0)
    if (this.options.isJson) this.line({ connection, from, error: error.code, offset, message, hex: hexOf(bytes) })
    else this.fault(connection, from, bytes.length === 0 ? message : `${message}\n        begins with ${hexOf(bytes)}`)
  }

  fault(connection: number, from: Direction, message: string): void {
    if (this.options.isJson) this.line({ connection, from, fault: message })
    else this.text(`${this.origin(connection, from)} ${this.paint('red', message)}`)
  }

  note(connection: number | undefined, message: string): void {
    if (this.options.isJson) this.line({ ...(connection === undefined ? {} : { connection }), note: message })
    else if (!this.options.isQuiet || connection === undefined)
      this.text(this.paint('dim', `${connection ?? '-'}  ${message}`))
  }

  summary(all: TapSummary[]): void {
    this.tellLeftOut()
    if (this.options.isJson) {
      for (const one of all) this.line({ summary: one })
      return
    }
    const numbers = ['chunks', 'bytes', 'frames', 'shortest', 'longest', 'errors', 'unframed'] as const
    const rows = all.map((one) => [
      `${one.connection} ${one.from}`,
      ...numbers.map((name) => one[name].toLocaleString('en')),
    ])
    this.text(table(['from', ...numbers], rows).trimEnd())
  }

  private shown(frame: unknown): string {
    const { as, width } = this.options
    const part = frame instanceof Uint8Array && width > 0 ? frame.subarray(0, LOOKED_AT) : frame
    const whole =
      part instanceof Uint8Array && as === undefined && isPrintable(part)
        ? visible(Buffer.from(part).toString())
        : lineOf(part, as ?? 'hex')
    return width > 0 && whole.length > width ? `${whole.slice(0, width - 1)}…` : whole
  }

  private origin(connection: number, from: Direction): string {
    return from === 'client' ? this.paint('cyan', `${connection} >`) : this.paint('green', `${connection} <`)
  }

  private line(value: object): void {
    this.text(JSON.stringify(value))
  }

  private text(line: string): void {
    this.tellLeftOut()
    if (this.lines === '') queueMicrotask(() => this.flush())
    this.lines += `${line}\n`
  }

  private flush(): void {
    const { lines } = this
    this.lines = ''
    this.terminal.stdout.write(lines)
  }

  private isBehind(): boolean {
    const written = (this.terminal.stdout as { writableLength?: number }).writableLength ?? 0
    return written + this.lines.length > MAX_WAITING
  }

  private tellLeftOut(): void {
    if (this.leftOut === 0) return
    const message = `left out ${this.leftOut} frames: the output was too slow`
    this.leftOut = 0
    this.text(this.options.isJson ? JSON.stringify({ note: message }) : this.paint('yellow', message))
  }
}

/** Whether the bytes are printable ASCII, line ends and tabs. */
function isPrintable(bytes: Uint8Array): boolean {
  return bytes.every((byte) => (byte >= 0x20 && byte < 0x7f) || byte === 0x0a || byte === 0x0d || byte === 0x09)
}

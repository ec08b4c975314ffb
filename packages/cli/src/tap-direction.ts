// One direction of a tapped connection: finds its frames, counts them, and continues after bad ones.
//
// in step --FrameError--> lost (reported; the rest of the chunk is ignored)
// lost    --the next chunk holds a frame--> in step (reported, with the number of lost bytes)
// any     --the codec itself fails--> given up (reported; later bytes are counted but not decoded)

import { isFrameError, type FrameCodec, type Skipped } from '@unstick/core'
import type { Direction } from './direction.ts'
import { LocatedDecoder, type LocatedFrame } from './located-decoder.ts'
import type { TapPrinter, TapSummary } from './tap-printer.ts'

/** How many bytes of a bad frame are shown. */
const SHOWN = 32

export class TapDirection {
  private readonly summary: TapSummary
  private readonly codec: FrameCodec<unknown> | undefined
  private readonly printer: TapPrinter
  private decoder: LocatedDecoder | undefined
  private state: 'in step' | 'lost' | 'given up' = 'in step'
  private lostAt = 0

  constructor(connection: number, from: Direction, codec: FrameCodec<unknown> | undefined, printer: TapPrinter) {
    this.summary = { connection, from, chunks: 0, bytes: 0, frames: 0, shortest: 0, longest: 0, errors: 0, unframed: 0 }
    this.codec = codec
    this.printer = printer
  }

  chunk(bytes: Uint8Array): void {
    const { summary } = this
    const offset = summary.bytes
    summary.chunks++
    summary.bytes += bytes.length
    if (this.codec === undefined) {
      this.printer.frame(summary.connection, summary.from, { frame: bytes, offset, length: bytes.length })
      return
    }
    if (this.state === 'given up') return
    const decoder = (this.decoder ??= this.begin(this.codec, offset))
    this.take(decoder, decoder.decode(bytes))
  }

  /** The peer's FIN. */
  end(): void {
    if (this.decoder !== undefined && this.state === 'in step') this.take(this.decoder, this.decoder.end())
    this.decoder = undefined
  }

  close(): TapSummary {
    if (this.state === 'in step') this.summary.unframed += this.decoder?.unfinished ?? 0
    else this.summary.unframed += this.summary.bytes - this.lostAt
    return this.summary
  }

  private begin(codec: FrameCodec<unknown>, offset: number): LocatedDecoder {
    return new LocatedDecoder(codec, offset, (skipped) => this.skipped(skipped))
  }

  private take(decoder: LocatedDecoder, frames: Iterable<LocatedFrame>): void {
    try {
      for (const located of frames) this.frame(located)
    } catch (error) {
      if (!isFrameError(error)) {
        this.giveUp(decoder, error as Error)
        return
      }
      // Start again at the next chunk: peers mostly write whole frames.
      this.decoder = undefined
      if (this.state === 'lost') return
      this.state = 'lost'
      this.lostAt = decoder.start + (error.offset ?? 0)
      this.summary.errors++
      const shown = decoder.takeRemaining().subarray(0, SHOWN)
      this.printer.badFrame(this.summary.connection, this.summary.from, decoder.start, error, shown)
    }
  }

  /** The caller's own codec may have a bug. The connection continues without it. */
  private giveUp(decoder: LocatedDecoder, error: Error): void {
    const { summary } = this
    this.decoder = undefined
    if (this.state === 'in step') this.lostAt = summary.bytes - decoder.unfinished
    this.state = 'given up'
    summary.errors++
    this.printer.fault(summary.connection, summary.from, `decoding ends here, the codec failed: ${error.message}`)
  }

  private frame(located: LocatedFrame): void {
    const { summary } = this
    if (this.state === 'lost') {
      this.state = 'in step'
      const lost = located.offset - this.lostAt
      summary.unframed += lost
      this.printer.fault(
        summary.connection,
        summary.from,
        `frames again from offset ${located.offset} on; ${lost} bytes belonged to no frame`,
      )
    }
    summary.shortest = summary.frames === 0 ? located.length : Math.min(summary.shortest, located.length)
    summary.longest = Math.max(summary.longest, located.length)
    summary.frames++
    this.printer.frame(summary.connection, summary.from, located)
  }

  private skipped({ offset, length, reason, error }: Skipped): void {
    this.summary.errors++
    this.summary.unframed += length
    const why = error === undefined ? reason : `${error.code}: ${error.message}`
    this.printer.fault(
      this.summary.connection,
      this.summary.from,
      `skipped ${length} bytes at offset ${offset} (${why})`,
    )
  }
}

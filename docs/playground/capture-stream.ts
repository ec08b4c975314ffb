// One direction of a captured TCP connection: its segments, put back in order.

export interface Segment {
  /** The sequence number of the first byte, or of the SYN. */
  sequence: number
  flags: number
  data: Uint8Array
  /** The bytes that were sent, also if the capture kept fewer of them. */
  length: number
}

/** Bytes that were sent but are not in the capture. */
export interface MissingBytes {
  /** How many captured bytes of the stream precede them. */
  offset: number
  length: number
}

const SHOWN_PLACES = 3

/** A sentence on the missing bytes, or nothing. */
export function missingText(missing: readonly MissingBytes[]): string {
  if (missing.length === 0) return ''
  const total = missing.reduce((sum, { length }) => sum + length, 0)
  const places = missing.slice(0, SHOWN_PLACES).map(({ offset, length }) => `${length} before offset ${offset}`)
  if (missing.length > SHOWN_PLACES) places.push(`and ${missing.length - SHOWN_PLACES} more`)
  return `The capture lost ${total} ${total === 1 ? 'byte' : 'bytes'} of this stream (${places.join(', ')}), so frames there are not to be trusted.`
}

const FIN = 0x01
const SYN = 0x02
const RST = 0x04

/** A segment at its place in the stream, which is not modulo 2^32. */
interface Placed {
  start: number
  data: Uint8Array
}

export class CaptureStream {
  private readonly placed: Placed[] = []
  /** The place of the first byte, known from the SYN. */
  private first: number | undefined
  /** The end of the bytes that the sender is known to have sent. */
  private end = -Infinity
  private hasEnded = false
  /** The place of the last segment, near which the next one is looked for. */
  private latest: number | undefined

  /** Whether this SYN opens another connection between the same ports. */
  isFollowedBy(segment: Segment): boolean {
    if ((segment.flags & SYN) === 0 || this.placed.length === 0) return false
    return this.hasEnded || this.first === undefined || this.first !== this.placeOf(segment)
  }

  take(segment: Segment): void {
    // The sequence number of a reset may be any.
    if ((segment.flags & RST) !== 0) return
    const start = this.placeOf(segment)
    this.latest = start
    if ((segment.flags & SYN) !== 0) this.first = start
    if ((segment.flags & FIN) !== 0) this.hasEnded = true
    if (segment.data.length > 0) this.placed.push({ start, data: segment.data })
    this.end = Math.max(this.end, start + segment.length)
  }

  /** The captured bytes in order, each once. Segments that came in order cost no sorting. */
  read(): { chunks: Uint8Array[]; missing: MissingBytes[] } {
    const chunks: Uint8Array[] = []
    const missing: MissingBytes[] = []
    let captured = 0
    const placed = this.placed.toSorted((one, other) => one.start - other.start)
    // A capture without the SYN begins with its first byte.
    let next = this.first ?? placed[0]?.start ?? this.end
    const skipTo = (place: number): void => {
      if (place <= next) return
      missing.push({ offset: captured, length: place - next })
      next = place
    }
    for (const { start, data } of placed) {
      const fresh = data.subarray(Math.min(Math.max(0, next - start), data.length))
      if (fresh.length === 0) continue
      skipTo(start)
      chunks.push(fresh)
      captured += fresh.length
      next += fresh.length
    }
    skipTo(this.end)
    return { chunks, missing }
  }

  private placeOf({ sequence, flags }: Segment): number {
    // A SYN counts as one byte.
    const number = (flags & SYN) === 0 ? sequence : (sequence + 1) >>> 0
    return this.latest === undefined ? number : this.latest + distance(this.latest, number)
  }
}

const TURN = 2 ** 32

/** The shorter way from a place to a sequence number, modulo 2^32; negative if the number lies before it. */
function distance(from: number, to: number): number {
  const forward = (((to - from) % TURN) + TURN) % TURN
  return forward < TURN / 2 ? forward : forward - TURN
}

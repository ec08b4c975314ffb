// A contender reports its frames to a tally. In every timed pass it counts frames and bytes; in a check it also reads
// every byte.

/** The expected result of a pass over a workload. */
export interface Expected {
  /** Undefined for encoders: only the bytes count, in whatever pieces they are written. */
  frames: number | undefined
  bytes: number
  checksum: number
}

/** Counts, at little cost. A timed process uses no other class, so that V8 can inline the calls. */
export class Tally {
  frames = 0
  bytes = 0

  slice(_bytes: Uint8Array, start: number, end: number): void {
    this.frames++
    this.bytes += end - start
  }

  frame(bytes: Uint8Array): void {
    this.frames++
    this.bytes += bytes.length
  }

  /** The text of workloads is ASCII: a character is a byte. */
  text(text: string): void {
    this.frames++
    this.bytes += text.length
  }

  /** A value parsed from JSON, which holds the length of its text. */
  value(value: { size: number }): void {
    this.frames++
    this.bytes += value.size
  }

  /** Bytes that an encoder wrote, regardless of frames. */
  written(bytes: Uint8Array): void {
    this.bytes += bytes.length
  }

  /** Frames that a bare loop stepped over. */
  passed(frames: number, bytes: number): void {
    this.frames += frames
    this.bytes += bytes
  }
}

const FRAME_BORDER = 0x1ff

/** Also computes a checksum of all bytes and frame boundaries. */
export class ContentTally extends Tally {
  checksum = 0x811c9dc5

  override slice(bytes: Uint8Array, start: number, end: number): void {
    super.slice(bytes, start, end)
    this.mix(FRAME_BORDER)
    for (let at = start; at < end; at++) this.mix(bytes[at]!)
  }

  override frame(bytes: Uint8Array): void {
    this.slice(bytes, 0, bytes.length)
  }

  override text(text: string): void {
    super.text(text)
    this.mix(FRAME_BORDER)
    for (let at = 0; at < text.length; at++) this.mix(text.charCodeAt(at))
  }

  override value(value: { size: number }): void {
    this.text(JSON.stringify(value))
  }

  override written(bytes: Uint8Array): void {
    super.written(bytes)
    for (let at = 0; at < bytes.length; at++) this.mix(bytes[at]!)
  }

  /** FNV-1a, 32 bits. */
  private mix(value: number): void {
    this.checksum = Math.imul(this.checksum ^ value, 0x01000193)
  }
}

/** What is wrong with a pass, or undefined. A loop that makes no frames has no checksum to compare. */
export function differenceOf(tally: Tally, expected: Expected, makesFrames: boolean): string | undefined {
  if (expected.frames !== undefined && tally.frames !== expected.frames) {
    return `${tally.frames} frames instead of ${expected.frames}`
  }
  if (tally.bytes !== expected.bytes) return `${tally.bytes} bytes instead of ${expected.bytes}`
  if (makesFrames && tally instanceof ContentTally && tally.checksum !== expected.checksum) {
    return 'the right number of frames and bytes, but other bytes or borders'
  }
  return undefined
}

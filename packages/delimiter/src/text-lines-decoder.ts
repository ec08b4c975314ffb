// The fast decoder of text lines: whole lines of a chunk are decoded as one string, a block, and sliced out of it. What
// the chunk has of the next line is decoded too, and carried to the chunk that ends it.
//
// Whatever is not plain goes to a decoder that takes line by line: a line that spans three chunks, the stream's first
// line, one that may be too long, one that does not end as it should, and a block that is not UTF-8. So both give the
// same.

import {
  classOf,
  isBytes,
  isFrameError,
  shown,
  type BytesClass,
  type DecoderOptions,
  type FrameCodec,
  type FrameDecoder,
  type FrameVisitor,
} from '@unstick/core'
import { CR, LF, type LineEnding } from './line-endings.ts'
import { indexOfByte } from './search.ts'
import { encodeText, REPLACEMENT, type DecodeText } from './utf8.ts'

/** A block has at most this many bytes, so that a large chunk is not turned into text at once. */
const BLOCK = 32 * 1024

const NOTHING = new Uint8Array(0)

export class TextLinesDecoder implements FrameDecoder<string>, IterableIterator<string> {
  private readonly codec: FrameCodec<string>
  private readonly ending: LineEnding
  private readonly decodeText: DecodeText
  private readonly maxFrameLength: number

  private readonly lineByLine: FrameDecoder<string>
  /** The lines of what was last handed to `lineByLine`. */
  private slowLines: IterableIterator<string> | undefined = undefined
  /** Whether the next bytes are not known to begin a line, and not the first one. */
  private isInsideLine = true

  /** Unread bytes: `chunk` from `position` on, then the chunks waiting behind it. */
  private chunk: Uint8Array = NOTHING
  private position = 0
  private ownsChunk = false
  private readonly waiting: Uint8Array[] = []

  /** The block, which ends at `blockEnd` of the chunk: its text from `textPosition` on is unread. */
  private text = ''
  private blockEnd = 0
  private textPosition = 0
  /** The most bytes there can be to a UTF-16 code unit of the text. */
  private bytesPerUnit = 1
  /** Lines taken from the text by which `position` is behind. */
  private taken = 0

  /** The beginning of the line that the text's first LF ends, the bytes it was, and the class they had. */
  private carried = ''
  private carriedLength = 0
  private carriedClass: BytesClass = Uint8Array

  private received = 0
  /** Bytes that `lineByLine` has not been handed, by which its offsets are behind. */
  private bypassed = 0
  private failure: { readonly error: unknown } | undefined = undefined

  constructor(codec: FrameCodec<string>, ending: LineEnding, decodeText: DecodeText, options: DecoderOptions) {
    const { onSkip } = options
    this.codec = codec
    this.ending = ending
    this.decodeText = decodeText
    this.maxFrameLength = codec.maxFrameLength
    this.lineByLine = codec.decoder(
      typeof onSkip === 'function'
        ? { ...options, onSkip: ({ offset, length }) => onSkip({ offset: offset + this.bypassed, length }) }
        : options,
    )
  }

  get bufferedLength(): number {
    this.catchUp()
    const waiting = this.waiting.reduce((length, chunk) => length + chunk.length, 0)
    return this.lineByLine.bufferedLength + this.carriedLength + (this.chunk.length - this.position) + waiting
  }

  get frameOffset(): number | undefined {
    const { bufferedLength } = this
    const slowOffset = this.lineByLine.frameOffset
    if (slowOffset !== undefined) return slowOffset + this.bypassed
    return bufferedLength === 0 ? undefined : this.received - bufferedLength
  }

  decode(chunk: Uint8Array): IterableIterator<string> {
    this.accept(chunk)
    return this
  }

  [Symbol.iterator](): this {
    return this
  }

  next(): IteratorResult<string> {
    const value = this.take()
    return value === undefined ? { value, done: true } : { value, done: false }
  }

  /** Called when a loop is left early. */
  return(value?: unknown): IteratorResult<string> {
    this.keepUnread()
    return { value, done: true }
  }

  scan(chunk: Uint8Array, visit: FrameVisitor): void {
    this.accept(chunk)
    try {
      this.handOverCarried()
      do {
        const unread = this.chunk.subarray(this.position)
        this.setChunk(this.waiting.shift() ?? NOTHING, true)
        this.isInsideLine = true
        this.lineByLine.scan(unread, visit)
      } while (this.chunk.length > 0)
    } catch (error) {
      throw this.located(error)
    }
  }

  end(): string[] {
    if (this.failure !== undefined) throw this.failure.error
    const lines: string[] = []
    try {
      for (let line = this.take(); line !== undefined; line = this.take()) lines.push(line)
      this.handOverCarried()
      lines.push(...this.lineByLine.end())
      return lines
    } catch (error) {
      if (isFrameError(error)) {
        lines.push(...((error.frames ?? []) as string[]))
        if (lines.length > 0) error.frames = lines
      }
      throw this.located(error)
    }
  }

  reset(): void {
    this.clear()
    this.lineByLine.reset()
    this.received = 0
    this.bypassed = 0
    this.failure = undefined
  }

  takeRemaining(): Uint8Array {
    this.catchUp()
    this.handOverCarried()
    // A new decoder joins them: what it takes in and is not asked for, it hands over.
    const joining = this.codec.decoder()
    for (const part of [this.lineByLine.takeRemaining(), this.chunk.subarray(this.position), ...this.waiting]) {
      if (part.length > 0) joining.decode(part)
    }
    this.clear()
    return joining.takeRemaining()
  }

  // ── Taking chunks in ──

  private accept(chunk: Uint8Array): void {
    if (this.failure !== undefined) throw this.failure.error
    if (!isBytes(chunk)) throw new TypeError(`chunk must be a Uint8Array, received ${shown(chunk)}`)
    // Refuses input after the end, and gives the lines that a visitor who threw has left.
    this.slowLines ??= this.lineByLine.decode(NOTHING)
    this.received += chunk.length
    this.catchUp()
    if (this.position === this.chunk.length && this.waiting.length === 0) this.setChunk(chunk, false)
    else if (chunk.length > 0) this.waiting.push(copyOf(chunk, 0))
  }

  private setChunk(chunk: Uint8Array, isOurs: boolean): void {
    this.chunk = chunk
    this.ownsChunk = isOurs
    this.position = 0
    this.text = ''
    this.textPosition = 0
    this.taken = 0
  }

  private clear(): void {
    this.setChunk(NOTHING, false)
    this.waiting.length = 0
    this.slowLines = undefined
    this.isInsideLine = true
    this.forgetCarried()
  }

  /** Makes the unread bytes ours, so that the chunk's owner may overwrite them. */
  private keepUnread(): void {
    this.slowLines?.return?.()
    this.catchUp()
    if (this.ownsChunk || this.position === this.chunk.length) return
    this.chunk = copyOf(this.chunk, this.position)
    this.ownsChunk = true
    this.blockEnd -= this.position
    this.position = 0
  }

  // ── Giving lines out ──

  /** The next line, or undefined when the bytes are used up. */
  private take(): string | undefined {
    for (;;) {
      if (this.slowLines !== undefined) {
        const line = this.takeSlowLine()
        if (line !== undefined) return line
      }
      if (this.textPosition < this.text.length) {
        const line = this.takeFromText()
        if (line !== undefined) return line
      } else if (!this.readOn()) return undefined
    }
  }

  private takeSlowLine(): string | undefined {
    if (this.failure !== undefined) throw this.failure.error
    try {
      const { value, done } = this.slowLines!.next()
      if (done !== true) return value
      this.slowLines = undefined
      return undefined
    } catch (error) {
      throw this.located(error)
    }
  }

  /** The text's next line, unless it has to go the slow way. */
  private takeFromText(): string | undefined {
    const { text, textPosition, carried } = this
    // The text ends with an LF.
    const lf = text.indexOf('\n', textPosition)
    const line =
      carried === ''
        ? this.plainLine(text, textPosition, lf)
        : this.plainLine(carried + text.slice(0, lf + 1), 0, carried.length + lf)
    if (line === undefined) {
      this.catchUp()
      this.goSlowly(this.endOfLine())
    } else {
      this.taken++
      if (carried !== '') {
        this.bypassed += this.carriedLength
        this.forgetCarried()
      }
    }
    this.textPosition = lf + 1
    return line
  }

  /** The line that ends with the LF at `lf`, without its ending, if it is surely within the limit and ends as it should. */
  private plainLine(text: string, start: number, lf: number): string | undefined {
    const { ending } = this
    const isCrlf = ending !== 'lf' && lf > start && text.charCodeAt(lf - 1) === CR
    const end = isCrlf ? lf - 1 : lf
    if ((end - start) * this.bytesPerUnit > this.maxFrameLength) return undefined
    if (ending === 'crlf' && !(isCrlf && text.indexOf('\r', start) === end)) return undefined
    return text.slice(start, end)
  }

  /** Decodes the next block, or hands on what cannot be one. False when all bytes are used up. */
  private readOn(): boolean {
    this.catchUp()
    this.text = ''
    this.textPosition = 0
    const { chunk, position } = this
    const limit = chunk.length
    if (position === limit) {
      this.setChunk(this.waiting.shift() ?? NOTHING, true)
      return this.chunk.length > 0
    }
    const blockEnd = this.isInsideLine ? 0 : chunk.lastIndexOf(LF, Math.min(limit, position + BLOCK) - 1) + 1
    if (blockEnd > position) this.readBlock(blockEnd)
    else if (!this.carryTail()) this.goSlowly(this.endOfLine())
    return true
  }

  /** Decodes what the chunk has of a line that its block has left. False where that would not be plain. */
  private carryTail(): boolean {
    const { chunk, position } = this
    const length = chunk.length - position
    const follows = position > 0 && position === this.blockEnd && this.carried === ''
    // The last character may be cut in two.
    if (!follows || length > Math.min(BLOCK, this.maxFrameLength) || chunk[chunk.length - 1]! > 0x7f) return false
    const tail = chunk.subarray(position)
    try {
      const text = this.decodeText(tail)
      if (text.includes(REPLACEMENT)) return false
      this.carried = text
    } catch {
      return false
    }
    this.carriedLength = length
    this.carriedClass = classOf(tail)
    this.position = chunk.length
    return true
  }

  private forgetCarried(): void {
    this.carried = ''
    this.carriedLength = 0
  }

  /** What was carried goes the slow way, as the bytes it was. */
  private handOverCarried(): void {
    const { carried, carriedClass } = this
    if (carried === '') return
    this.forgetCarried()
    const { buffer, byteOffset, length } = encodeText(carried)
    this.lineByLine.decode(new carriedClass(buffer, byteOffset, length))
  }

  private readBlock(blockEnd: number): void {
    try {
      this.text = this.decodeText(this.chunk.subarray(this.position, blockEnd))
      this.blockEnd = blockEnd
      const isAscii = this.text.length + this.carried.length === blockEnd - this.position + this.carriedLength
      this.bytesPerUnit = isAscii ? 1 : 3
    } catch {
      this.goSlowly(blockEnd)
    }
  }

  /** Hands on the bytes up to `lineEnd`, which is behind an LF; 0: there is none. */
  private goSlowly(lineEnd: number): void {
    const end = lineEnd === 0 ? this.chunk.length : lineEnd
    this.handOverCarried()
    this.slowLines = this.lineByLine.decode(this.chunk.subarray(this.position, end))
    this.position = end
    this.isInsideLine = lineEnd === 0
  }

  /** Moves `position` behind the lines that were taken from the text. */
  private catchUp(): void {
    if (this.taken === 0) return
    const from = this.position
    if (this.textPosition === this.text.length) this.position = this.blockEnd
    else for (let count = this.taken; count > 0; count--) this.position = this.endOfLine()
    this.taken = 0
    this.bypassed += this.position - from
  }

  /** Where the chunk's next line ends, its LF included; 0: not in this chunk. */
  private endOfLine(): number {
    return indexOfByte(this.chunk, LF, this.position, this.chunk.length) + 1
  }

  /** An error of `lineByLine`, with its place in the whole stream. Later calls throw it again. */
  private located(error: unknown): unknown {
    if (isFrameError(error) && this.failure?.error !== error) {
      if (error.offset !== undefined) error.offset += this.bypassed
      this.failure = { error }
      this.keepUnread()
    }
    return error
  }
}

/** The bytes from `start` on in memory of their own; a Buffer's own `slice` would share it. */
function copyOf(bytes: Uint8Array, start: number): Uint8Array {
  return Uint8Array.prototype.slice.call(bytes, start)
}

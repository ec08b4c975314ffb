// Faults as found in the wild, each planted into a sound codec by a few lines.

import { defineCodec, FrameError, gap, UNKNOWN, type FrameCodec, type FrameVisitor } from '@unstick/core'
import { planted, type Fault } from './fault.ts'
import { Delimited, delimited, LengthPrefixed, lengthPrefixed, LIMIT, SEMICOLON, type Found } from './home-made.ts'

const OPENING = 40
const CLOSING = 41

const handMade: [fault: string, law: string, codec: FrameCodec][] = [
  [
    'a delimiter is lost where a chunk ends inside it',
    'chunking never matters',
    delimited(
      class extends Delimited {
        override seen(): number {
          return this.bufferedLength
        }
      },
    ),
  ],
  [
    'a chunk that ends inside the length is read as if it held all of it',
    'chunking never matters',
    lengthPrefixed(
      class extends LengthPrefixed {
        override find(): Found | undefined {
          if (this.bufferedLength === 1) this.memory[this.end_++] = 0
          return super.find()
        }
      },
    ),
  ],
  [
    'the limit is one too low for the decoder',
    'one limit',
    lengthPrefixed(
      class extends LengthPrefixed {
        override check(length: number): void {
          super.check(length + 1)
        }
      },
    ),
  ],
  [
    'the limit is one too high, both ways',
    'one limit',
    delimited(
      class extends Delimited {
        override limit = LIMIT + 1
      },
      {
        encode: (frame) => {
          if (frame.length > LIMIT + 1) throw new FrameError('ERR_FRAME_TOO_LONG', 'too long')
          return Buffer.concat([frame, new Uint8Array([SEMICOLON, SEMICOLON])])
        },
      },
    ),
  ],
  [
    'a frame is said to begin where its unread bytes begin in memory',
    'where a frame begins',
    lengthPrefixed(
      class extends LengthPrefixed {
        override get frameOffset(): number | undefined {
          return this.bufferedLength === 0 ? undefined : this.start
        }
      },
    ),
  ],
  [
    'the frames before an error are lost with it',
    'frames before an error',
    lengthPrefixed(
      class extends LengthPrefixed {
        override frames(): IterableIterator<Uint8Array> {
          return [...super.frames()].values()
        }
      },
    ),
  ],
  [
    'the frames before an error are lost with it by those who take all',
    'takeAll equals decode',
    lengthPrefixed(
      class extends LengthPrefixed {
        override takeAll(frames: Uint8Array[]): void {
          frames.push(...this.frames())
        }
      },
    ),
  ],
  [
    'many frames found at once, the empty ones are passed over',
    'chunking never matters',
    defineCodec({
      name: 'lengthPrefixed',
      maxFrameLength: LIMIT,
      find(bytes, start, end, search) {
        if (end - start < 1) return start + 1
        search.payloadStart = start + 1
        return (search.payloadEnd = start + 1 + bytes[start]!)
      },
      findMany(bytes, start, end, { bounds }) {
        let count = 0
        for (let at = start; at < end && 3 * count < bounds.length;) {
          const next = at + 1 + bytes[at]!
          if (next > end) break
          if (next > at + 1) bounds.set([at + 1, next, next], 3 * count++)
          at = next
        }
        return count
      },
      encodeParts: (frame) => [new Uint8Array([frame.length]), frame],
    }),
  ],
  [
    'frames are views of a buffer that is used again',
    'frames stay as they are',
    lengthPrefixed(
      class extends LengthPrefixed {
        override accept(chunk: Uint8Array): void {
          if (this.start === this.end_) this.start = this.end_ = 0
          super.accept(chunk)
        }
        override frame({ from, to }: Found): Uint8Array {
          return this.memory.subarray(from, to)
        }
      },
    ),
  ],
  [
    'frames are views of the chunk though copies were asked for',
    'frames stay as they are',
    lengthPrefixed(
      class extends LengthPrefixed {
        override accept(chunk: Uint8Array): void {
          if (this.bufferedLength > 0) return super.accept(chunk)
          this.memory = chunk
          this.start = 0
          this.end_ = chunk.length
        }
        override frame({ from, to }: Found): Uint8Array {
          return this.memory.subarray(from, to)
        }
      },
    ),
  ],
  [
    'every chunk makes a new buffer of all that came before',
    'linear work',
    lengthPrefixed(
      class extends LengthPrefixed {
        override accept(chunk: Uint8Array): void {
          this.memory = Buffer.concat([this.memory.subarray(this.start, this.end_), chunk])
          this.start = 0
          this.end_ = this.memory.length
        }
      },
    ),
  ],
  [
    'every chunk makes the search begin again',
    'linear work',
    delimited(
      class extends Delimited {
        override seen(): number {
          return 0
        }
      },
    ),
  ],
  [
    'every frame moves the bytes behind it',
    'linear work',
    lengthPrefixed(
      class extends LengthPrefixed {
        override consume(end: number): void {
          super.consume(end)
          this.memory = this.memory.slice(this.start)
          this.end_ -= this.start
          this.start = 0
        }
      },
    ),
  ],
  [
    'bytes without a delimiter are kept without limit',
    'memory follows bytes received',
    delimited(
      class extends Delimited {
        override checkUnfinished(): void {}
      },
    ),
  ],
  [
    'a length over the limit is found out when its bytes are there',
    'memory follows bytes received',
    lengthPrefixed(
      class extends LengthPrefixed {
        override check(length: number): void {
          if (this.bufferedLength >= length + 2) super.check(length)
        }
      },
    ),
  ],
  [
    'a header makes the decoder ask for all the memory it promises',
    'memory follows bytes received',
    lengthPrefixed(
      class extends LengthPrefixed {
        override check(length: number): void {
          super.check(length)
          if (this.memory.length - this.start >= length + 2) return
          const larger = new Uint8Array(this.start + length + 2)
          larger.set(this.memory.subarray(0, this.end_))
          this.memory = larger
        }
      },
    ),
  ],
  [
    'the length is read as a signed number',
    'only FrameErrors',
    lengthPrefixed(
      class extends LengthPrefixed {
        override readLength(): number {
          return (super.readLength() << 16) >> 16
        }
      },
    ),
  ],
  [
    'a length that is too long is a RangeError',
    'only FrameErrors',
    lengthPrefixed(
      class extends LengthPrefixed {
        override check(length: number): void {
          if (length + 2 > LIMIT) throw new RangeError('too long')
        }
      },
    ),
  ],
  [
    'chunks are put in lower case where they lie',
    'chunks stay as they are',
    delimited(
      class extends Delimited {
        override accept(chunk: Uint8Array): void {
          for (const [at, byte] of chunk.entries()) if (byte >= 65 && byte <= 90) chunk[at] = byte + 32
          super.accept(chunk)
        }
      },
    ),
  ],
  [
    'chunks are read from the beginning of their memory',
    'round trip',
    lengthPrefixed(
      class extends LengthPrefixed {
        override accept(chunk: Uint8Array): void {
          super.accept(new Uint8Array(chunk.buffer, 0, chunk.length))
        }
      },
    ),
  ],
  [
    'reset forgets how far it had searched, but not its bytes',
    'reset makes new',
    delimited(
      class extends Delimited {
        override reset(): void {
          this.searched = 0
          this.failure = undefined
        }
      },
    ),
  ],
  [
    'reset goes on counting offsets',
    'reset makes new',
    lengthPrefixed(
      class extends LengthPrefixed {
        override reset(): void {
          const { offset } = this
          super.reset()
          this.offset = offset
        }
      },
    ),
  ],
  [
    'takeRemaining is one byte off',
    'takeRemaining is exact',
    lengthPrefixed(
      class extends LengthPrefixed {
        override takeRemaining(): Uint8Array {
          return super.takeRemaining().subarray(1)
        }
      },
    ),
  ],
  [
    'takeRemaining leaves out the length that was read already',
    'takeRemaining is exact',
    lengthPrefixed(
      class extends LengthPrefixed {
        override takeRemaining(): Uint8Array {
          if (this.bufferedLength >= 2) this.start += 2
          return super.takeRemaining()
        }
      },
    ),
  ],
  [
    'scan gives the length with the payload',
    'decode equals scan',
    lengthPrefixed(
      class extends LengthPrefixed {
        override scan(chunk: Uint8Array, visit: FrameVisitor): void {
          for (const frame of this.decode(chunk))
            visit(new Uint8Array([0, frame.length, ...frame]), 0, frame.length + 2)
        }
      },
    ),
  ],
  [
    'encodeParts writes another byte order',
    'encodeParts equals encode',
    lengthPrefixed(LengthPrefixed, {
      encodeParts: (frame) => [new Uint8Array([frame.length & 255, frame.length >> 8]), frame],
    }),
  ],
  [
    'encode masks the payload where it lies',
    'encodeParts equals encode',
    lengthPrefixed(LengthPrefixed, {
      encode(frame) {
        for (const [at, byte] of frame.entries()) frame[at] = byte ^ 0x55
        return Buffer.concat(lengthPrefixed().encodeParts(frame))
      },
    }),
  ],
  [
    'an end right after a header is taken for a clean one',
    'a cut end is reported',
    lengthPrefixed(
      class extends LengthPrefixed {
        override end(): Uint8Array[] {
          return this.bufferedLength === 2 ? [] : super.end()
        }
      },
    ),
  ],
  [
    'an error tells an offset in the chunk',
    'errors do not depend on chunks',
    lengthPrefixed(
      class extends LengthPrefixed {
        override accept(chunk: Uint8Array): void {
          if (this.bufferedLength === 0) this.offset = 0
          super.accept(chunk)
        }
      },
    ),
  ],
  [
    'a loop that is left drops the rest of its chunk',
    'leaving early loses nothing',
    lengthPrefixed(
      class extends LengthPrefixed {
        override *frames(): IterableIterator<Uint8Array> {
          let isLeft = true
          try {
            yield* super.frames()
            isLeft = false
          } finally {
            if (isLeft && this.failure === undefined) this.consume(this.end_)
          }
        }
      },
    ),
  ],
  [
    'unread bytes are kept in a chunk that its owner overwrites',
    'leaving early loses nothing',
    lengthPrefixed(
      class extends LengthPrefixed {
        override accept(chunk: Uint8Array): void {
          if (this.bufferedLength > 0) return super.accept(chunk)
          this.memory = chunk
          this.start = 0
          this.end_ = chunk.length
        }
      },
    ),
  ],
  [
    'frames without content are swallowed',
    'round trip',
    delimited(
      class extends Delimited {
        override *frames(): IterableIterator<Uint8Array> {
          for (const frame of super.frames()) if (frame.length > 0) yield frame
        }
      },
    ),
  ],
  [
    'after an error the decoder goes on behind it',
    'an error is final',
    lengthPrefixed(
      class extends LengthPrefixed {
        override next(): Found | undefined {
          try {
            return super.next()
          } catch (error) {
            this.failure = undefined
            this.consume(this.end_)
            throw error
          }
        }
      },
    ),
  ],
  [
    'the length counts characters instead of bytes',
    'round trip',
    defineCodec({
      name: 'characters',
      maxFrameLength: LIMIT,
      find: (bytes, start, end) => (start < end ? start + 1 + bytes[start]! : start + 1),
      toFrame: (frame) => frame.subarray(1),
      encodeParts: (payload) => [new Uint8Array([new TextDecoder().decode(payload).length]), payload],
    }),
  ],
  [
    'sync bytes that are cut in two are taken for noise',
    'chunking never matters',
    defineCodec({
      name: 'packet',
      maxFrameLength: LIMIT,
      find(bytes, start, end, search) {
        if (end - start < 2 || bytes[start] !== 0xaa || bytes[start + 1] !== 0x55) return gap(search, start + 1)
        if (end - start < 3) return start + 3
        return (search.payloadEnd = start + 3 + bytes[start + 2]!)
      },
      encodeParts: (frame) => [new Uint8Array([0xaa, 0x55, frame.length]), frame],
    }),
  ],
  [
    'what an escape says is forgotten where a chunk ends after it',
    'chunking never matters',
    delimited(
      class extends Delimited {
        override accept(chunk: Uint8Array): void {
          let isEscaped = false
          const plain: number[] = []
          for (const byte of chunk) {
            if (byte === 37 && !isEscaped) isEscaped = true
            else {
              plain.push(isEscaped ? byte ^ 128 : byte)
              isEscaped = false
            }
          }
          super.accept(Uint8Array.from(plain))
        }
      },
      {
        encode: (frame) =>
          Buffer.from(
            [...frame].flatMap((byte) => (byte === 37 || byte > 127 ? [37, byte ^ 128] : [byte])).concat(59, 59),
          ),
      },
    ),
  ],
  [
    'a finder forgets how many brackets are open where a chunk ends',
    'chunking never matters',
    defineCodec({
      name: 'bracketed',
      maxFrameLength: LIMIT,
      find(bytes, start, end, search) {
        let depth = 0
        for (let at = search.resumeAt; at < end; at++) {
          if (bytes[at] === OPENING) depth++
          else if (bytes[at] === CLOSING && --depth === 0) {
            search.payloadStart = start + 1
            search.payloadEnd = at
            return at + 1
          }
        }
        search.resumeAt = end
        return UNKNOWN
      },
      encodeParts(frame) {
        if (frame.includes(OPENING) || frame.includes(CLOSING))
          throw new FrameError('ERR_FRAME_NOT_ENCODABLE', 'a bracket')
        return [Uint8Array.of(OPENING), frame, Uint8Array.of(CLOSING)]
      },
    }),
  ],
]

/** Faults of hand-written decoders. */
export const handMadeFaults: Fault[] = handMade.map(([fault, law, codec]) => planted(fault, law, () => codec))

// Faults of ownership and time: shared memory, callbacks that lose frames, frames that are given out late.

import { defineCodec, mapCodec, type FrameCodec, type FrameVisitor, type Skipped } from '@unstick/core'
import fc from 'fast-check'
import { oracles } from '../../src/index.ts'
import { lineDefinition } from './finder-faults.ts'
import { bytes, planted, type Fault } from './fault.ts'
import { Delimited, delimited, LengthPrefixed, lengthPrefixed, LIMIT, SEMICOLON, type Found } from './home-made.ts'

const lineStream = fc.array(fc.constantFrom(97, 10, 13), { maxLength: 20 }).map((list) => new Uint8Array(list))

const DELIMITER = new Uint8Array([SEMICOLON, SEMICOLON])
const EMPTY = new Uint8Array()

/** A length, then the payload; frames of more than 5 bytes are dropped. */
class Skipping extends LengthPrefixed {
  dropped: Skipped | undefined

  override next(): Found | undefined {
    for (;;) {
      const found = super.next()
      if (found === undefined || found.to - found.from <= 5) return found
      const skipped: Skipped = { offset: this.offset, length: found.end - this.start, reason: 'too-long' }
      this.consume(found.end)
      this.skip(skipped)
    }
  }

  skip(skipped: Skipped): void {
    this.options.onSkip?.(skipped)
  }
}

interface Typed {
  type: number
  payload: Uint8Array
}
const typed = fc.record({ type: fc.nat(255), payload: fc.uint8Array({ maxLength: 8 }) })
const typedOf = (codec: FrameCodec, payloadOf: (frame: Uint8Array) => Uint8Array): FrameCodec<Typed> => ({
  maxFrameLength: codec.maxFrameLength,
  encode: ({ type, payload }) => codec.encode(Uint8Array.of(type, ...payload)),
  encodeParts: ({ type, payload }) => codec.encodeParts(Uint8Array.of(type, ...payload)),
  decoder: (options) => {
    const decoder = codec.decoder(options)
    const decode = decoder.decode.bind(decoder)
    const frames = function* frames(chunk: Uint8Array): Generator<Typed> {
      for (const frame of decode(chunk)) yield { type: frame[0]!, payload: payloadOf(frame) }
    }
    return Object.assign(decoder, { decode: frames }) as never
  },
})

export const ownershipFaults: Fault[] = [
  planted(
    'the delimiter that is handed out is the one that is written next',
    'encoded bytes belong to the caller',
    () =>
      delimited(Delimited, {
        encodeParts: (frame) => [frame, DELIMITER],
        encode: (frame) => Buffer.concat([frame, DELIMITER]),
      }),
  ),
  planted('encode writes into the same memory again', 'encoded bytes belong to the caller', () => {
    const memory = new Uint8Array(2)
    return lengthPrefixed(LengthPrefixed, {
      encode(frame) {
        if (frame.length > 0) return Buffer.concat(lengthPrefixed().encodeParts(frame))
        return memory
      },
    })
  }),
  planted(
    'where nothing remains, all decoders hand over the same empty bytes',
    'unread bytes are handed over for good',
    () =>
      lengthPrefixed(
        class extends LengthPrefixed {
          override takeRemaining(): Uint8Array {
            return this.bufferedLength === 0 ? EMPTY : super.takeRemaining()
          }
        },
      ),
  ),
  planted('an error is kept where the next decoder finds it', 'decoders do not know each other', () => {
    let failure: unknown
    return lengthPrefixed(
      class extends LengthPrefixed {
        override accept(chunk: Uint8Array): void {
          if (failure !== undefined && this.bufferedLength > 0) throw failure
          super.accept(chunk)
        }
        override next(): Found | undefined {
          try {
            return super.next()
          } catch (error) {
            failure = error
            throw error
          }
        }
        override reset(): void {
          super.reset()
          failure = undefined
        }
      },
    )
  }),
  planted('two decoders collect a length that was cut in two in one place', 'decoders do not know each other', () => {
    const shared: number[] = []
    return lengthPrefixed(
      class extends LengthPrefixed {
        override accept(chunk: Uint8Array): void {
          if (this.bufferedLength === 0 && chunk.length === 1) shared[0] = chunk[0]!
          super.accept(chunk)
          if (this.bufferedLength === 2 && chunk.length === 1) this.memory[this.start] = shared[0]!
        }
      },
    )
  }),
  planted('a frame is given when the next chunk comes', 'a frame comes with its last byte', () =>
    delimited(
      class extends Delimited {
        held = 0
        override accept(chunk: Uint8Array): void {
          super.accept(chunk)
          this.held = chunk.length > 0 ? 1 : 0
        }
        override find(): Found | undefined {
          const found = super.find()
          if (found !== undefined && found.end === this.end_ && this.held === 1) {
            this.searched = 0
            return undefined
          }
          return found
        }
        override end(): Uint8Array[] {
          this.held = 0
          return super.end()
        }
      },
    ),
  ),
  planted('a visitor that throws costs the frames after its own', 'callbacks that throw lose nothing', () =>
    lengthPrefixed(
      class extends LengthPrefixed {
        override scan(chunk: Uint8Array, visit: FrameVisitor): void {
          this.accept(chunk)
          for (const frame of Array.from(this.frames())) visit(frame, 0, frame.length)
        }
      },
    ),
  ),
  planted('a visitor that throws is called for the same frame again', 'callbacks that throw lose nothing', () =>
    lengthPrefixed(
      class extends LengthPrefixed {
        override scan(chunk: Uint8Array, visit: FrameVisitor): void {
          this.accept(chunk)
          for (let found = this.next(); found !== undefined; found = this.next()) {
            visit(this.frame(found), 0, found.to - found.from)
            this.consume(found.end)
          }
        }
      },
    ),
  ),
  planted(
    'onSkip that throws is called for the same bytes again',
    'callbacks that throw lose nothing',
    () =>
      lengthPrefixed(
        class extends Skipping {
          override next(): Found | undefined {
            for (;;) {
              const found = LengthPrefixed.prototype.next.call(this)
              if (found === undefined || found.to - found.from <= 5) return found
              this.skip({ offset: this.offset, length: found.end - this.start, reason: 'too-long' })
              this.consume(found.end)
            }
          }
        },
      ),
    { frame: bytes, skips: 'some' },
  ),
  planted(
    'a scan does not report what it skips',
    'skips are reported once',
    () =>
      lengthPrefixed(
        class extends Skipping {
          isScanning = false
          override skip(skipped: Skipped): void {
            if (!this.isScanning) super.skip(skipped)
          }
          override scan(chunk: Uint8Array, visit: FrameVisitor): void {
            this.isScanning = true
            super.scan(chunk, visit)
            this.isScanning = false
          }
        },
      ),
    { frame: bytes, skips: 'some' },
  ),
  planted(
    'the payloads of typed frames are views of memory that is used again',
    'frames stay as they are',
    () => {
      const memory = new Uint8Array(16)
      return typedOf(lengthPrefixed(), (frame) => {
        memory.set(frame.subarray(1, 17))
        return memory.subarray(0, frame.length - 1)
      })
    },
    {
      frame: typed,
      scan: 'slices',
      frameOfLength: (length) => ({ type: 1, payload: new Uint8Array(Math.max(0, length - 1)) }),
    },
  ),
  planted(
    'a CR before the end of the stream is lost',
    'the rules',
    () =>
      defineCodec({
        ...lineDefinition,
        atEnd: 'emit',
        toFrame: (payload) => (payload.at(-1) === 13 ? payload.subarray(0, -1) : payload),
      }),
    {
      stream: lineStream,
      oracle: oracles.lines(),
      atEnd: 'emit',
      scan: 'slices',
    },
  ),
  planted(
    'a batch takes the CR before a line end away, which a single line keeps',
    'chunking never matters',
    () =>
      defineCodec({
        ...lineDefinition,
        findMany(memory, start, end, { bounds }) {
          let count = 0
          for (let at = start, from = start; at < end && 3 * count < bounds.length; at++) {
            if (memory[at] !== 10) continue
            bounds.set([from, at > from && memory[at - 1] === 13 ? at - 1 : at, at + 1], 3 * count++)
            from = at + 1
          }
          return count
        },
      }),
    { stream: lineStream },
  ),
  planted(
    'what a frame is mapped to depends on how many chunks it came in',
    'chunking never matters',
    () => {
      let chunks = 0
      const codec = mapCodec(defineCodec(lineDefinition), {
        decode: (line) => `${String(line)}${chunks > 3 ? '!' : ''}`,
      })
      return {
        maxFrameLength: LIMIT,
        encode: codec.encode.bind(codec),
        encodeParts: codec.encodeParts.bind(codec),
        decoder(options) {
          const decoder = codec.decoder(options)
          chunks = 0
          const decode = decoder.decode.bind(decoder)
          return Object.assign(decoder, {
            decode(chunk: never) {
              chunks++
              return decode(chunk)
            },
          })
        },
      }
    },
    { stream: bytes.map((each) => new Uint8Array([...each, 10])), scan: 'slices' },
  ),
]

// Faults of finders and mappings: forbidden memory, reads out of range, repeated work, lost bits.

import {
  defineCodec,
  FrameError,
  gap,
  mapCodec,
  NO_FRAME,
  UNKNOWN,
  type CodecDefinition,
  type FindFrame,
  type FrameCodec,
} from '@unstick/core'
import fc from 'fast-check'
import { LIMIT } from './home-made.ts'
import { bytes, planted, type Fault } from './fault.ts'

const CR = 13
const LF = 10
const QUOTE = 34

/** Lines, as a definition to plant a fault in. */
export const lineDefinition: CodecDefinition & { find: FindFrame } = {
  name: 'line',
  maxFrameLength: LIMIT,
  overhead: 1,
  find(memory, start, end, search) {
    for (let at = search.resumeAt; at < end; at++) {
      if (memory[at] !== LF) continue
      search.payloadStart = start
      search.payloadEnd = at
      return at + 1
    }
    search.resumeAt = end
    return UNKNOWN
  },
  encodeParts: (frame) => {
    if (frame.includes(LF)) throw new FrameError('ERR_FRAME_NOT_ENCODABLE', 'a line end inside')
    if (frame.length > LIMIT) throw new FrameError('ERR_FRAME_TOO_LONG', 'too long')
    return [frame, new Uint8Array([LF])]
  },
}

/** Lines with their ends, which are CR or LF. */
const lineEnds = (): FrameCodec =>
  defineCodec({
    name: 'line ends',
    maxFrameLength: LIMIT,
    find(memory, _start, end, search) {
      for (let at = search.resumeAt; at < end; at++) if (memory[at] === CR || memory[at] === LF) return at + 1
      search.resumeAt = end
      return UNKNOWN
    },
    encodeParts: (line) => [line],
  })

const lines = (changes: Partial<CodecDefinition> = {}): FrameCodec => defineCodec({ ...lineDefinition, ...changes })
const lineStream = fc.array(fc.constantFrom(97, 98, LF, QUOTE), { maxLength: 40 }).map((list) => new Uint8Array(list))

/** Two bytes of length and the payload; `read` reads the length. */
const prefixed = (read: (high: number, low: number) => number, width = 2, limit = LIMIT): FrameCodec =>
  defineCodec({
    name: 'prefixed',
    maxFrameLength: limit,
    find(memory, start, end, search) {
      if (end - start < width) return start + width
      let length = 0
      for (let at = start; at < start + width; at++) length = read(length, memory[at]!)
      search.payloadStart = start + width
      return (search.payloadEnd = start + width + length)
    },
    encodeParts(frame) {
      const header = new Uint8Array(width)
      for (let at = width - 1, rest = frame.length; at >= 0; at--, rest >>>= 8) header[at] = rest & 255
      return [header, frame]
    },
  })

const announcing =
  (width: number) =>
  (length: bigint): Uint8Array | undefined =>
    length < 2n ** BigInt(8 * width)
      ? Uint8Array.from({ length: width }, (_, at) => Number((length >> BigInt(8 * (width - 1 - at))) & 255n))
      : undefined

/** Chunks of one byte of length each, ended by an empty one, as one frame: `from` is where a search begins. */
const chain = (from: (start: number, resumeAt: number) => number): FrameCodec =>
  defineCodec({
    name: 'chain',
    maxFrameLength: LIMIT,
    find(memory, start, end, search) {
      let at = from(start, search.resumeAt)
      while (at < end && memory[at] !== 0) at += memory[at]! + 1
      search.resumeAt = at
      return at + 1
    },
  })
const chainOf = (parts: number): Uint8Array =>
  Uint8Array.from({ length: 2 * parts + 1 }, (_, at) => (at === 2 * parts ? 0 : at % 2 === 0 ? 1 : 97))

/**
 * The number of elements in digits, then the elements, each after a byte of length; searched from the start each time.
 */
const counted = (): FrameCodec =>
  defineCodec({
    name: 'counted',
    maxFrameLength: LIMIT,
    find(memory, start, end) {
      let count = 0
      let at = start
      for (; at < end && memory[at] !== LF; at++) {
        if (memory[at]! < 48 || memory[at]! > 57 || at - start > 8)
          throw new FrameError('ERR_FRAME_CORRUPT', 'no number')
        count = count * 10 + memory[at]! - 48
      }
      for (at++; count > 0 && at < end; count--) at += 1 + memory[at]!
      return count > 0 || at > end ? Math.max(at, end + 1) : at
    },
  })
const countedOf = (elements: string[]): Uint8Array =>
  new Uint8Array(
    Buffer.from(`${elements.length}\n${elements.map((each) => String.fromCharCode(each.length) + each).join('')}`),
  )

const SYNC = 0x24
const noise = fc.array(fc.constantFrom(SYNC, 0, 1, 2, 97), { maxLength: 30 }).map((list) => new Uint8Array(list))

/** `$`, a byte of length, the payload; everything else is noise. */
function noisy(change: (codec: FrameCodec) => FrameCodec): FrameCodec {
  const codec = defineCodec({
    name: 'noisy',
    maxFrameLength: 250,
    find(memory, start, end, search) {
      let at = start
      while (at < end && memory[at] !== SYNC) at++
      if (at > start) return gap(search, at)
      if (end - start < 2) return start + 2
      search.payloadStart = start + 2
      return (search.payloadEnd = start + 2 + memory[start + 1]!)
    },
    encodeParts: (frame) => [new Uint8Array([SYNC, frame.length]), frame],
  })
  return change({
    maxFrameLength: 250,
    decoder: codec.decoder.bind(codec),
    encode: codec.encode.bind(codec),
    encodeParts: codec.encodeParts.bind(codec),
  })
}

/**
 * `$`, two bytes of length, the payload, and its sum; the rest of a refused frame is summed again for each `$` in it.
 */
const summed = (): FrameCodec =>
  defineCodec({
    name: 'summed',
    maxFrameLength: LIMIT,
    find(memory, start, end, search) {
      // The state is the number of bytes left of a refused frame.
      sumOf(memory, start, Math.min(end, start + search.state))
      const goOn = (at: number): void => void (search.state = Math.max(0, search.state - (at - start)))
      if (memory[start] !== SYNC) {
        goOn(start + 1)
        return gap(search, start + 1)
      }
      if (end - start < 4) return start + 4
      const last = start + 3 + memory[start + 1]! * 256 + memory[start + 2]!
      if (last >= end) return Math.min(last + 1, start + LIMIT + 1)
      if (sumOf(memory, start + 3, last) !== memory[last]) {
        search.state = last - start
        return gap(search, start + 1)
      }
      goOn(last + 1)
      search.payloadStart = start + 3
      search.payloadEnd = last
      return last + 1
    },
    encodeParts: (frame) => [
      new Uint8Array([SYNC, frame.length >> 8, frame.length & 255]),
      frame,
      new Uint8Array([sumOf(frame, 0, frame.length)]),
    ],
  })

function sumOf(memory: Uint8Array, start: number, end: number): number {
  let sum = 0
  for (let at = start; at < end; at++) sum = (sum + memory[at]!) & 255
  return sum
}

export const finderFaults: Fault[] = [
  planted('a finder keeps count in a variable of its codec', 'a finder answers the same again', () => {
    let calls = 0
    return lines({
      find(memory, start, end, search) {
        calls++
        const answer = lineDefinition.find(memory, start, end, search)
        return answer === UNKNOWN && calls % 3 === 0 ? end + 1 : answer
      },
    })
  }),
  planted('a finder looks one byte beyond the bytes it is shown', 'a finder answers the same again', () =>
    lines({
      find(memory, start, end, search) {
        const answer = lineDefinition.find(memory, start, end, search)
        return answer === UNKNOWN && memory[end] === LF ? end + 1 : answer
      },
    }),
  ),
  planted(
    'a mapping numbers the frames of all decoders',
    'decoders do not know each other',
    () => {
      let count = 0
      return mapCodec(lines(), {
        decode: (line) => `${count++ % 2}${String(line)}`,
        encode: (text: string) => new Uint8Array(Buffer.from(text.slice(1))),
      })
    },
    { stream: lineStream, scan: 'slices' },
  ),
  planted(
    'a mapping of all decoders remembers whether the last line ended in CR',
    'decoders do not know each other',
    () => {
      let endedInCr = false
      return mapCodec(lineEnds(), {
        decode(line, index) {
          const isRest = index > 0 && endedInCr && line.length === 1 && line[0] === LF
          endedInCr = line.at(-1) === CR
          return isRest ? NO_FRAME : String(line.subarray(0, -1))
        },
        encode: (text: string) => new Uint8Array(Buffer.from(`${text}\n`)),
      })
    },
    {
      stream: fc.array(fc.constantFrom(97, CR, LF), { maxLength: 30 }).map((list) => new Uint8Array(list)),
      frame: fc.constantFrom('', 'a', 'bb'),
      scan: 'slices',
    },
  ),
  planted(
    'a mapping remembers over reset what came before',
    'reset makes new',
    () => {
      let last = ''
      return mapCodec(lines(), {
        decode(line) {
          const before = last
          last = String(line)
          return before + last
        },
      })
    },
    { stream: lineStream, scan: 'slices' },
  ),
  planted(
    'a codec that only decodes searches each line again with every chunk',
    'linear work',
    () =>
      lines({
        find(memory, start, end, search) {
          search.resumeAt = start
          const answer = lineDefinition.find(memory, start, end, search)
          return answer === UNKNOWN ? end + 1 : answer
        },
        encodeParts: undefined,
      }),
    {
      stream: fc.constantFrom('a'.repeat(300), `${'b'.repeat(200)}\n`).map((text) => new Uint8Array(Buffer.from(text))),
    },
  ),
  planted(
    'the parts of a frame are counted from the first one again with every chunk',
    'linear work',
    () => chain((start) => start),
    {
      stream: fc.constantFrom(chainOf(3), chainOf(1)),
      frameOfParts: chainOf,
    },
  ),
  planted(
    'the parts of a frame are counted from the first one again, and only frames of few parts are given',
    'linear work',
    () => chain((start) => start),
    { stream: fc.constantFrom(chainOf(3), chainOf(1)) },
  ),
  planted(
    'the elements of an array whose head tells their number are counted from the first one again',
    'linear work',
    () => counted(),
    { stream: fc.array(fc.constantFrom('', 'x', 'yy'), { maxLength: 6 }).map(countedOf) },
  ),
  planted('what is left of a refused frame is read again for each small frame in it', 'linear work', summed),
  planted(
    'a length of four bytes is put together in 32 bits',
    'lengths beyond all memory',
    () => prefixed((high, low) => (high << 8) | low, 4),
    {
      frame: bytes,
      announcing: announcing(4),
    },
  ),
  planted(
    'a length of eight bytes is rounded and taken for one that is merely too long',
    'lengths beyond all memory',
    () => prefixed((high, low) => Math.min(high * 256 + low, 2 ** 53 - 64), 8),
    {
      frame: bytes,
      announcing: announcing(8),
    },
  ),
  planted(
    'a limit of 100,000 bytes counts the content in one direction and the frame in the other',
    'one limit',
    () => {
      const codec = prefixed((high, low) => high * 256 + low, 4, 100_000)
      return Object.assign(Object.create(codec) as FrameCodec, {
        encode: (frame: Uint8Array) => {
          if (frame.length > 100_000) throw new FrameError('ERR_FRAME_TOO_LONG', 'too long')
          return Buffer.concat([
            new Uint8Array([0, frame.length >> 16, (frame.length >> 8) & 255, frame.length & 255]),
            frame,
          ])
        },
      })
    },
  ),
  planted(
    'noise before a frame is a gap for each of its bytes when they come alone',
    'skips are reported once',
    () =>
      noisy((codec) => ({
        ...codec,
        decoder({ onSkip, ...options } = {}) {
          const decoder = codec.decoder({
            ...options,
            onSkip(skip) {
              const half = skip.length >> 1
              const parts =
                lastChunk > 1 || half === 0
                  ? [skip]
                  : [
                      { ...skip, length: half },
                      { ...skip, offset: skip.offset + half, length: skip.length - half },
                    ]
              for (const part of parts) onSkip?.(part)
            },
          })
          let lastChunk = 0
          const decode = decoder.decode.bind(decoder)
          return Object.assign(decoder, {
            decode(chunk: never) {
              lastChunk = (chunk as Uint8Array).length
              return decode(chunk)
            },
          })
        },
      })),
    { frame: bytes, stream: noise },
  ),
  planted(
    'a gap is reported twice',
    'skips are reported once',
    () =>
      noisy((codec) => ({
        ...codec,
        decoder: ({ onSkip, ...options } = {}) =>
          codec.decoder({
            ...options,
            onSkip(skip) {
              onSkip?.(skip)
              if (skip.length > 2) onSkip?.(skip)
            },
          }),
      })),
    { frame: bytes, stream: noise },
  ),
  planted(
    'why bytes were skipped depends on what came with them',
    'skips are reported once',
    () =>
      noisy((codec) => ({
        ...codec,
        decoder({ onSkip, ...options } = {}) {
          const decoder = codec.decoder({
            ...options,
            onSkip: (skip) => onSkip?.(decoder.bufferedLength > 4 ? { ...skip, reason: 'corrupt' } : skip),
          })
          return decoder
        },
      })),
    { frame: bytes, stream: noise },
  ),
]

// A codec that uses everything a finder can do, under random cuts, methods and interruptions.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  defineCodec,
  drop,
  ENDLESS,
  FrameError,
  gap,
  isFrameError,
  UNKNOWN,
  type FindFrame,
  type FrameCodec,
  type FrameSearch,
} from '../src/index.ts'

const END = 255

// The state is the number of frames before, modulo 4, plus what kind of frame is not complete yet: its first byte may be
// gone, if it is skipped.
const IN_PARTS = 4
const UP_TO_END = 8

/** The kind of a frame depends on its first byte, and on the state. */
const find: FindFrame = (bytes, start, end, search) => {
  if (start === end) return start + 1
  const first = bytes[start]!
  const count = first % 5
  const frames = search.state & 3
  if ((search.state & IN_PARTS) !== 0) return findParts(bytes, end, search)
  if ((search.state & UP_TO_END) !== 0) return findEnd(bytes, start, end, search)
  if (first < 20) return drop(search, start + 1 + count)
  if (first < 40) return gap(search, start + 1 + count, count === 0 ? 'corrupt' : 'garbage')
  if (first < 50) throw new FrameError('ERR_FRAME_CORRUPT', 'bad', { frameLength: 1 + count })
  if (first < 60) throw new FrameError('ERR_FRAME_TOO_LONG', 'long', { frameLength: 1 + count })
  if (first === 60) throw new FrameError('ERR_FRAME_LENGTH_INVALID', 'no')
  if (first < 100) {
    // As many bytes as there were frames before, known at once.
    search.payloadStart = start + 1
    search.payloadEnd = start + 1 + frames
    search.state = (frames + 1) & 3
    return search.payloadEnd + count
  }
  if (first < 130) {
    // A length that is sometimes too long.
    search.payloadEnd = start + 1 + 4 * count
    return search.payloadEnd
  }
  if (first < 170) {
    search.resumeAt = start + 1
    search.state = frames + IN_PARTS
    return findParts(bytes, end, search)
  }
  if (first >= 250) return start + 1
  search.state = frames + UP_TO_END
  return findEnd(bytes, start, end, search)
}

/** Parts: each begins with its length; one of length 0 is the last. */
function findParts(bytes: Uint8Array, end: number, search: FrameSearch): number {
  for (let at = search.resumeAt; ; at += bytes[at]! % 3) {
    search.resumeAt = at
    if (at >= end) return at + 1
    if (bytes[at]! % 3 > 0) continue
    search.state = (search.state + 1) & 3
    return at + 1
  }
}

/** Up to the byte END. */
function findEnd(bytes: Uint8Array, start: number, end: number, search: FrameSearch): number {
  const at = bytes.subarray(0, end).indexOf(END, search.resumeAt)
  search.resumeAt = at < 0 ? end : at
  const isLong = search.resumeAt - start > 12
  if (at < 0 || isLong) return isLong ? ENDLESS : UNKNOWN
  search.state &= 3
  search.payloadEnd = at
  return at + 1
}

function everything(
  oversize: 'error' | 'skip',
  corrupt: 'error' | 'skip',
  atEnd: 'error' | 'emit' | 'drop',
): FrameCodec {
  return defineCodec({
    name: 'everything',
    maxFrameLength: 12,
    overhead: 1,
    find,
    oversize,
    corrupt,
    atEnd,
    isFrame: (bytes, start, end) => start === end || bytes[start] !== 254,
  })
}

type Method = 'decode' | 'scan' | 'takeAll' | 'leave early'

function eventsOf(codec: FrameCodec, chunks: Uint8Array[], method: Method): unknown[] {
  const events: unknown[] = []
  const take = (frame: Uint8Array): void => void events.push([...frame].join(' '))
  const decoder = codec.decoder({
    onSkip: ({ offset, length, reason, error }) => events.push({ offset, length, reason, code: error?.code }),
  })
  try {
    for (const chunk of chunks) {
      if (method === 'scan') decoder.scan(chunk, (bytes, start, end) => take(bytes.subarray(start, end)))
      else if (method === 'takeAll') {
        decoder.decode(chunk)
        const frames: Uint8Array[] = []
        try {
          decoder.takeAll(frames)
        } finally {
          frames.forEach(take)
        }
      } else {
        for (const frame of decoder.decode(chunk)) {
          take(frame)
          if (method === 'leave early') break
        }
      }
      // The owner may overwrite it now.
      chunk.fill(END)
    }
    decoder.end().forEach(take)
  } catch (error) {
    if (!isFrameError(error)) throw error
    for (const frame of error.frames ?? []) take(frame as Uint8Array)
    const { code, offset, frameLength, maxFrameLength } = error
    events.push({ code, offset, frameLength, maxFrameLength })
  }
  return events
}

/** Gaps are reported once the next frame is found, which is later if frames are taken one by one. */
const sorted = (events: unknown[]): unknown[] => [
  ...events.filter((event) => typeof event === 'string'),
  ...events.filter((event) => typeof event !== 'string'),
]

describe('a codec that uses everything a finder can do', () => {
  const streams = fc.array(
    fc.oneof(
      { weight: 6, arbitrary: fc.integer({ min: 60, max: 255 }) },
      { weight: 3, arbitrary: fc.nat(255) },
      { weight: 1, arbitrary: fc.constantFrom(END, 254, 3, 6) },
    ),
    { maxLength: 120, size: 'max' },
  )

  it.each<Method>(['decode', 'scan', 'takeAll', 'leave early'])(
    'gives the same frames, skips, error and details by %s, wherever the stream is cut',
    (method) => {
      fc.assert(
        fc.property(
          streams,
          fc.array(fc.nat(9), { maxLength: 60, size: 'max' }),
          fc.constantFrom('error', 'skip'),
          fc.constantFrom('error', 'skip'),
          fc.constantFrom('error', 'emit', 'drop'),
          (list, cuts, oversize, corrupt, atEnd) => {
            const codec = everything(oversize, corrupt, atEnd)
            const chunks: Uint8Array[] = []
            let at = 0
            for (const size of [...cuts, list.length]) chunks.push(new Uint8Array(list.slice(at, (at += size))))
            const whole = eventsOf(codec, [new Uint8Array(list)], 'decode')
            const events = eventsOf(codec, chunks, method)
            expect(method === 'decode' || method === 'scan' ? events : sorted(events)).toEqual(
              method === 'decode' || method === 'scan' ? whole : sorted(whole),
            )
          },
        ),
        { numRuns: 300 },
      )
    },
  )
})

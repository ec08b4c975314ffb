import { Transform } from 'node:stream'
import { FrameError } from '@unstick/core'
import { describe, expect, it } from 'vitest'
import { decodeWith, type Framer } from '../src/index.ts'
import { delimited } from './faults/home-made.ts'

const chunks = ['a', 'b;', ';;', ';x'].map((text) => new Uint8Array(Buffer.from(text)))
const text = (frames: readonly unknown[]): string[] =>
  frames.map((frame) => Buffer.from(frame as Uint8Array).toString())

/** The frames of one chunk, decoded by a codec. */
function decoding(): (chunk: Uint8Array) => Uint8Array[] {
  const decoder = delimited().decoder()
  return (chunk) => [...decoder.decode(chunk)]
}

const framers: Record<string, Framer> = {
  'a codec': { ...delimited(), decoder: () => Object.assign(delimited().decoder(), { end: () => [] }) } as never,
  'a Node Transform': () => {
    const decode = decoding()
    return new Transform({
      readableObjectMode: true,
      transform(chunk: Uint8Array, _encoding, done) {
        for (const frame of decode(chunk)) this.push(frame)
        done()
      },
    })
  },
  'a Web TransformStream': () => {
    const decode = decoding()
    return new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        for (const frame of decode(chunk)) controller.enqueue(frame)
      },
    })
  },
  'a generator': function* frames(given) {
    const decode = decoding()
    for (const chunk of given) yield* decode(chunk)
  },
  'an async generator': async function* frames(given) {
    const decode = decoding()
    for (const chunk of given) yield* await Promise.resolve(decode(chunk))
  },
  'a function that returns the frames': (given) => given.flatMap(decoding()),
  'a function that promises the frames': async (given) => given.flatMap(decoding()),
}

describe('decodeWith', () => {
  it.each(Object.entries(framers))('accepts %s', async (_name, framer) => {
    const { frames, error } = await decodeWith(framer, chunks)
    expect(text(frames)).toEqual(['ab', ''])
    expect(error).toBeUndefined()
  })

  it.each<[string, Framer]>([
    [
      'a Node Transform',
      () =>
        new Transform({
          readableObjectMode: true,
          transform(chunk, _encoding, done) {
            this.push(chunk)
            done(new FrameError('ERR_FRAME_CORRUPT', 'no', { offset: 3 }))
          },
        }),
    ],
    [
      'a generator',
      function* frames(given) {
        yield given[0]
        throw new FrameError('ERR_FRAME_CORRUPT', 'no', { offset: 3 })
      },
    ],
  ])('tells the error of %s behind its frames', async (_name, framer) => {
    const outcome = await decodeWith(framer, chunks)
    expect(text(outcome.frames)).toEqual(['a'])
    expect(outcome.error).toEqual({ code: 'ERR_FRAME_CORRUPT', offset: 3 })
  })

  it('reports the error of a Web TransformStream, by its name if it has no code', async () => {
    const broken = new TransformStream({
      transform() {
        throw new RangeError('no')
      },
    })
    expect(await decodeWith(() => broken, chunks)).toEqual({
      frames: [],
      skipped: [],
      error: { code: 'RangeError', offset: undefined },
    })
  })

  it.each([null, undefined, 'text', 7])('reports what a framer throws, even %j', async (thrown) => {
    const outcome = await decodeWith(() => {
      // oxlint-disable-next-line typescript/only-throw-error -- the framer is the caller's
      throw thrown
    }, chunks)
    expect(outcome).toEqual({ frames: [], skipped: [], error: { code: String(thrown), offset: undefined } })
  })

  it('copies frames as they arrive', async () => {
    const { frames } = await decodeWith(function* reusing() {
      const frame = new Uint8Array(1)
      for (const byte of [1, 2]) {
        frame[0] = byte
        yield frame
      }
    }, [])
    expect(frames).toEqual([new Uint8Array([1]), new Uint8Array([2])])
  })
})

import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { codecLaws, framerLaws, LawError, testLaws } from '../src/index.ts'
import { Delimited, delimited, lengthPrefixed } from './faults/home-made.ts'

const bytes = fc.uint8Array({ maxLength: 12 })
const lossy = delimited(
  class extends Delimited {
    override seen(): number {
      return this.bufferedLength
    }
  },
)

async function errorOf(run: Promise<void>): Promise<LawError> {
  const error: unknown = await run.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (error instanceof LawError) return error
  throw new Error('no law was broken')
}

describe('a broken law', () => {
  const law = codecLaws(lossy, { frame: bytes, name: 'lossy' })[0]!

  it('shows the codec, the bytes with their cuts, what came, what should have come, and how to replay it', async () => {
    const error = await errorOf(law.run({ seed: 5 }))
    expect(error).toMatchObject({ name: 'LawError', law: 'chunking never matters', subject: 'lossy', seed: 5 })
    expect(error.message.split('\n')).toEqual([
      'lossy breaks a law: chunking never matters',
      '  the same bytes give the same frames, wherever they are cut',
      '  bytes     3b | 3b',
      '  expected  frames (empty); a clean end',
      '  came      no frame; a clean end',
      expect.stringMatching(
        /^ {2}replay {4}law\.run\(\{ seed: 5, path: '[\d:]+' \}\), found in run \d+, shrunk \d+ times$/,
      ),
    ])
  })

  it('is broken again by the same input when its seed and path are given', async () => {
    const first = await errorOf(law.run({ seed: 5 }))
    const again = await errorOf(law.run({ seed: first.seed, path: first.path }))
    const withoutReplay = ({ message }: Error): string[] => message.split('\n').slice(0, -1)
    expect(withoutReplay(again)).toEqual(withoutReplay(first))
  })

  it('tells an error that is no FrameError as what came', async () => {
    const laws = codecLaws(lengthPrefixed(undefined, { decoder: () => ({}) as never }), { frame: bytes })
    const error = await errorOf(laws[0]!.run())
    expect(error.message).toContain('expected  no error but a FrameError')
    expect(error.message).toMatch(/came {6}TypeError: /)
  })
})

describe('codecLaws', () => {
  it('needs something to try the laws with', () => {
    expect(() => codecLaws(delimited(), {})).toThrow('codecLaws needs frame or stream, received neither')
    const empty = fc.constant(new Uint8Array(5000))
    expect(() => codecLaws(delimited(), { frame: empty })).toThrow('received none in 50 tries')
  })

  it('without frames leaves out the laws of encoding', () => {
    const names = codecLaws(delimited(), { stream: bytes }).map(({ name }) => name)
    expect(names).toContain('chunking never matters')
    expect(names).not.toContain('round trip')
  })

  describe('of a codec that only decodes', () => {
    testLaws(codecLaws(delimited(), { stream: fc.uint8Array({ min: 58, max: 60 }) }), it)
  })

  it('and framerLaws: every law is in docs/testing.md, by name and sentence', () => {
    const docs = readFileSync(new URL('../../../docs/testing.md', import.meta.url), 'utf8')
    const oracle = (): never => ({}) as never
    for (const { name, sentence } of [
      ...codecLaws(delimited(), { frame: bytes, oracle }),
      ...framerLaws(delimited() as never, { frame: bytes, encode: (frame) => frame, oracle }),
    ]) {
      expect(docs).toContain(`| ${name} | ${sentence} |`)
    }
  })
})

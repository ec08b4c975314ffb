import { readFileSync } from 'node:fs'
import { runInNewContext } from 'node:vm'
import { defineCodec, mapCodec, type CodecDefinition } from '@unstick/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { codecLaws, framerLaws, LawError, testLaws, type Law } from '../src/index.ts'
import { lineDefinition } from './faults/finder-faults.ts'
import { Delimited, delimited, LengthPrefixed, lengthPrefixed, type Found } from './faults/home-made.ts'

const bytes = fc.uint8Array({ maxLength: 12 })
const lossy = delimited(
  class extends Delimited {
    override seen(): number {
      return this.bufferedLength
    }
  },
)

const delimiterCodec = defineCodec(lineDefinition)
const recordDefinition: CodecDefinition = {
  name: 'record',
  maxFrameLength: 1,
  find: (_bytes, start) => start + 1,
  encodeParts: (frame) => [frame],
}
const prefixedCodec = defineCodec({
  name: 'prefixed',
  maxFrameLength: 4000,
  find(memory, start, end, search) {
    if (end - start < 2) return start + 2
    search.payloadStart = start + 2
    return (search.payloadEnd = start + 2 + memory[start]! * 256 + memory[start + 1]!)
  },
  encodeParts: (frame) => [new Uint8Array([frame.length >> 8, frame.length & 255]), frame],
})

function lawNamed(name: string, laws: readonly Law[]): Law {
  const law = laws.find((each) => each.name === name)
  if (law === undefined) throw new Error(`there is no law "${name}"`)
  return law
}

async function errorOf(run: Promise<void>): Promise<LawError> {
  const error: unknown = await run.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (error instanceof LawError) return error
  throw new Error('no law was broken')
}

describe('a broken law', () => {
  const chunking = (): Law => lawNamed('chunking never matters', codecLaws(lossy, { frame: bytes, name: 'lossy' }))

  it('shows the codec, the bytes with their cuts, what was expected and received, and how to replay it', async () => {
    const error = await errorOf(chunking().run({ seed: 5 }))
    expect(error).toMatchObject({ name: 'LawError', law: 'chunking never matters', subject: 'lossy', seed: 5 })
    expect(error.message.split('\n')).toEqual([
      'lossy breaks a law: chunking never matters',
      '  the same bytes give the same frames, wherever they are cut',
      '  Bytes:     3b | 3b',
      '  Expected:  frames (empty); a clean end',
      '  Received:  no frame; a clean end',
      expect.stringMatching(
        /^ {2}Replay: {4}law\.run\(\{ seed: 5, path: '[\d:]+' \}\), found in run \d+, shrunk \d+ times$/,
      ),
    ])
  })

  it('is broken by the same input again if its seed and path are given', async () => {
    const first = await errorOf(chunking().run({ seed: 5 }))
    const again = await errorOf(chunking().run({ seed: first.seed, path: first.path }))
    const withoutReplay = ({ message }: Error): string[] => message.split('\n').slice(0, -1)
    expect(withoutReplay(again)).toEqual(withoutReplay(first))
  })

  it('shows an error that is not a FrameError as received', async () => {
    const laws = codecLaws(lengthPrefixed(undefined, { decoder: () => ({}) as never }), { frame: bytes })
    const error = await errorOf(laws[0]!.run())
    expect(error.message).toContain('  Expected:  no error but a FrameError')
    expect(error.message).toMatch(/Received: {2}TypeError: /)
  })

  it('keeps the stack trace of an error that the codec throws', async () => {
    function throwsInside(): never {
      throw new TypeError('thrown by the codec')
    }
    const laws = codecLaws(lengthPrefixed(undefined, { decoder: throwsInside }), { frame: bytes })
    const error = await errorOf(laws[0]!.run())
    expect((error.cause as Error).stack).toContain('throwsInside')
  })

  it('shows an error of another realm by its name and message', async () => {
    const { TypeError: Foreign } = runInNewContext('({ TypeError })') as { TypeError: typeof TypeError }
    const codec = lengthPrefixed(undefined, {
      decoder: () => {
        throw new Foreign('of another realm')
      },
    })
    const error = await errorOf(codecLaws(codec, { frame: bytes })[0]!.run())
    expect(error.message).toContain('  Received:  TypeError: of another realm')
  })

  it('reports each cause once: other laws that it breaks name the law that reports it', async () => {
    const laws = codecLaws(lengthPrefixed(undefined, { decoder: () => ({}) as never }), { frame: bytes })
    const messages: string[] = []
    for (const law of laws) await law.run({ seed: 1 }).catch((error: Error) => messages.push(error.message))
    expect(messages.length).toBeGreaterThan(15)
    const whole = messages.filter((message) => message.includes('  Received:  TypeError'))
    expect(whole.length).toBeLessThanOrEqual(3)
    expect(messages.filter((message) => / {2}Cause: {5}that of "[^"]+", which shows it/.test(message)).length).toBe(
      messages.length - whole.length,
    )
  })

  it('is reported in full by each law that is run alone', async () => {
    const round = lawNamed('round trip', codecLaws(lossy, { frame: bytes }))
    expect((await errorOf(round.run({ seed: 5 }))).message).toContain('  Received:  ')
  })

  it('has a message of at most 2 KB, however long the frames, that shows where they differ', async () => {
    const changing = lengthPrefixed(
      class extends LengthPrefixed {
        override frame(found: Found): Uint8Array {
          const frame = super.frame(found)
          if (frame.length > 1500) frame[1400]! ^= 0xff
          return frame
        }
      },
    )
    const long = fc.constant(new Uint8Array(1600).fill(97))
    const error = await errorOf(lawNamed('round trip', codecLaws(changing, { frame: long })).run({ seed: 1 }))
    expect(error.message.length).toBeLessThan(2048)
    expect(error.message).toMatch(/Expected: {2}frames 1,388 bytes \.\.\. (61){24} \.\.\. 188 more bytes/)
    expect(error.message).toMatch(/Received: {2}frames 1,388 bytes \.\.\. (61){12}9e(61){11} \.\.\. 188 more bytes/)
  })

  it('names the option that may be missing', async () => {
    const text = mapCodec(delimiterCodec, { decode: String, encode: (frame: string) => Buffer.from(frame) })
    const laws = codecLaws(text, { frame: fc.constantFrom('a', 'bc') })
    expect((await errorOf(lawNamed('decode equals scan', laws).run())).message).toContain("scan: 'slices'")
    const emitting = codecLaws(defineCodec({ ...lineDefinition, atEnd: 'emit' }), {
      frame: fc.constant(Buffer.from('ab')),
    })
    expect((await errorOf(lawNamed('a cut end is reported', emitting).run())).message).toContain("atEnd: 'emit'")
  })
})

describe('a law that no input can test', () => {
  it.each([
    ['one limit', "give frameOfLength, or say frameOfLength: 'none'", { frame: fc.constant('b') }],
    ['skips are reported once', "else say skips: 'none'", { frame: fc.constant('b'), skips: 'some' as const }],
    ['frames before an error', "say errors: 'none'", { frame: fc.constant('b'), errors: 'some' as const }],
  ])('says so, says what to give, and fails: "%s"', async (name, needs, options) => {
    const codec = mapCodec(defineCodec({ ...lineDefinition, maxFrameLength: 5000, atEnd: 'emit' }), {
      decode: () => 'b',
      encode: (frame: string) => {
        if (frame !== 'b') throw new Error('only b')
        return new Uint8Array([98])
      },
    })
    const never = {
      ...codec,
      maxFrameLength: 2 ** 40,
      decoder: codec.decoder.bind(codec),
      encode: codec.encode.bind(codec),
    }
    const laws = codecLaws(name === 'frames before an error' ? (never as typeof codec) : codec, {
      ...options,
      scan: 'slices',
      atEnd: 'emit',
    })
    const error = await errorOf(lawNamed(name, laws).run({ seed: 1 }))
    expect(error.message).toContain('an input to try the law with')
    expect(error.message).toContain(needs)
  })

  it('is replaced if samples show that a codec refuses nothing', () => {
    const names = codecLaws(defineCodec({ ...recordDefinition }), { frame: fc.constant(new Uint8Array(1)) }).map(
      ({ name }) => name,
    )
    expect(names).toContain('nothing is refused')
    expect(names).not.toContain('an error is final')
  })
})

describe('codecs whose frames are not bytes keep every law', () => {
  const pairs = mapCodec(prefixedCodec, {
    decode: (frame) => ({ type: frame[0], payload: frame.subarray(1) }),
    encode: ({ type, payload }: { type: number | undefined; payload: Uint8Array }) => Uint8Array.of(type!, ...payload),
  })
  describe('objects that hold a view of the chunk', () => {
    testLaws(
      codecLaws(pairs, {
        frame: fc.record({ type: fc.nat(255), payload: fc.uint8Array({ maxLength: 8 }) }),
        scan: 'slices',
        frameOfLength: (length) => ({ type: 1, payload: new Uint8Array(Math.max(0, length - 1)) }),
      }),
      it,
    )
  })

  class Message {
    readonly #text: string
    constructor(text: string) {
      this.#text = text
    }
    get text(): string {
      return this.#text
    }
  }
  const messages = mapCodec(prefixedCodec, {
    decode: (frame) => new Message(Buffer.from(frame).toString('latin1')),
    encode: (message: Message) => Buffer.from(message.text, 'latin1'),
  })
  describe('instances of a class with getters', () => {
    testLaws(
      codecLaws(messages, {
        frame: fc.string({ unit: 'binary-ascii', maxLength: 8 }).map((text) => new Message(text)),
        scan: 'slices',
        frameOfLength: (length) => new Message('a'.repeat(length)),
      }),
      it,
    )
  })

  it('differ if only a getter differs', async () => {
    const wrong = {
      ...messages,
      maxFrameLength: messages.maxFrameLength,
      encode: messages.encode.bind(messages),
      encodeParts: messages.encodeParts.bind(messages),
      decoder: mapCodec(prefixedCodec, { decode: () => new Message('?') }).decoder.bind(
        mapCodec(prefixedCodec, { decode: () => new Message('?') }),
      ),
    }
    const laws = codecLaws(wrong, { frame: fc.constant(new Message('a')), scan: 'slices' })
    expect((await errorOf(lawNamed('round trip', laws).run())).message).toContain('Received:  frames { text: "?" }')
  })
})

describe('codecLaws', () => {
  it('requires frames or streams to try the laws with', () => {
    expect(() => codecLaws(delimited(), {})).toThrow('codecLaws needs frame or stream, received neither')
    const empty = fc.constant(new Uint8Array(5000))
    expect(() => codecLaws(delimited(), { frame: empty })).toThrow('received none in 50 tries')
  })

  it('leaves out the laws of encoding without frames', () => {
    const names = codecLaws(delimited(), { stream: bytes }).map(({ name }) => name)
    expect(names).toContain('chunking never matters')
    expect(names).not.toContain('round trip')
  })

  describe('of a codec that only decodes', () => {
    testLaws(codecLaws(delimited(), { stream: fc.uint8Array({ min: 58, max: 60 }) }), it)
  })

  it('and framerLaws have every law in docs/testing.md, by name and sentence', () => {
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

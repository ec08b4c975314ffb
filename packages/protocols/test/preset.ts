// The test of every preset: the laws, examples from its specification in bytes, and bytes that it refuses.

import { codecName, isFrameError, type FrameCodec, type FrameErrorCode } from '@unstick/core'
import { codecLaws, outcomeOf } from '@unstick/testing'
import { inspect, isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

export interface PresetTest<Frame> {
  /** Frames for the laws. If left out, only the laws of decoding are checked. */
  frame?: fc.Arbitrary<Frame>
  /** More streams for the laws, such as for a codec whose first frame differs from the others. */
  stream?: fc.Arbitrary<Uint8Array>
  /** Makes a frame from a payload, for the laws about long frames. */
  frameOf?: (payload: Uint8Array) => Frame
  /** The `maxFrameLength` for the laws, where the default is too small for the protocol. */
  limit?: number
  /** Leaves out the law of linear work, the slowest: `headed` presets share one finder, so one of them is enough. */
  isHeaded?: true
  /** Names of laws that do not hold; each test says why. */
  without?: readonly string[]
  /** Frames are what `JSON.stringify` makes of a value, which is not always the same value. */
  isJson?: true
  /** What happens to an incomplete frame at the end of the stream. Default: 'error'. */
  atEnd?: 'drop'
  /** Bytes and their frames, in both directions; with `isRead`, `encode` writes other bytes. */
  examples: { title: string; bytes: Uint8Array; frames: Frame[]; isRead?: true }[]
  /** Streams that are refused. `offset` is that of the faulty frame, by default 0. */
  refused?: { title: string; bytes: Uint8Array; code: FrameErrorCode; offset?: number }[]
  /** Frames that cannot be encoded. */
  unencodable?: { title: string; frame: Frame }[]
}

/** A message: the codec's name, and what is wrong. */
const WHAT_IS_WRONG = /^\w+: \w.{9,}/

/** Short, so that laws about long frames cost little. */
const LIMIT = 1024

/** Few, since there are many presets, and their building blocks have their own tests. */
const RUNS = 4

/** Codecs are made inside the tests, so that mutation testing attributes their code to the tests that cover it. */
export function testPreset<Frame>(
  title: string,
  codecOf: (limits: { maxFrameLength?: number }) => FrameCodec<Frame>,
  test: PresetTest<Frame>,
): void {
  const {
    frame,
    stream,
    frameOf,
    limit = LIMIT,
    isHeaded = false,
    without = [],
    atEnd = 'error',
    isJson = false,
    examples,
    refused = [],
    unencodable = [],
  } = test

  const [name] = /^\w+/.exec(title)!
  /** A message: the preset's name, and what is wrong. */
  const whatIsWrong = new RegExp(`^${name}: \\w.{9,}`)

  describe(`${title}:`, () => {
    it('is shown under its own name', () => {
      const codec = codecOf({})
      expect(codecName(codec)).toBe(name)
      expect(inspect(codec)).toContain(`{ name: '${name}',`)
    })

    it('begins each message about wrong bytes with its own name', () => {
      const codec = codecOf({})
      const messages = new Set<string>()
      const streams = [bytesOf('ff'), ...examples.map(({ bytes }) => bytes), ...refused.map(({ bytes }) => bytes)]
      for (const [index, bytes] of streams.entries()) {
        const wrong = Array.from(bytes.subarray(0, 60), (_, at) => [
          bytes.slice(0, at),
          bytes.with(at, WRONG_BYTES[(index + at) % WRONG_BYTES.length]!),
        ])
        for (const each of [...wrong.flat(), bytes]) {
          const decoder = codec.decoder({ onSkip: ({ error }) => error && messages.add(error.message) })
          try {
            for (const _frame of decoder.decode(each));
            decoder.end()
          } catch (error) {
            if (!isFrameError(error)) throw error
            messages.add(error.message)
          }
        }
      }
      expect([...messages].filter((message) => !whatIsWrong.test(message))).toEqual([])
      expect(() => codec.decoder().decode('bytes' as never)).toThrow(whatIsWrong)
    })

    it.each(examples)('$title', ({ bytes, frames, isRead }) => {
      const codec = codecOf({})
      expect(outcomeOf(codec, [bytes])).toEqual({ frames, skipped: [] })
      expect(outcomeOf(codec, bytewise(bytes))).toEqual({ frames, skipped: [] })
      if (isRead === undefined && frame !== undefined)
        expect(joined(frames.map((each) => codec.encode(each)))).toEqual(bytes)
    })

    if (refused.length > 0) {
      it.each(refused)('refuses $title', ({ bytes, code, offset = 0 }) => {
        const codec = codecOf({})
        for (const chunks of [[bytes], bytewise(bytes)]) {
          expect(outcomeOf(codec, chunks).error).toEqual({ code, offset })
        }
        const decoder = codec.decoder()
        expect(() => [...decoder.decode(bytes), ...decoder.end()]).toThrow(whatIsWrong)
      })
    }

    if (unencodable.length > 0) {
      it.each(unencodable)('does not encode $title', ({ frame: each }) => {
        const codec = codecOf({})
        expect(() => codec.encode(each)).toThrow(expect.objectContaining({ code: 'ERR_FRAME_NOT_ENCODABLE' }))
        expect(() => codec.encode(each)).toThrow(whatIsWrong)
      })
    }

    if (!isJson) {
      it('writes each member as it is, or refuses it', () => {
        const codec = codecOf({})
        const messages = new Set<string>()
        for (const each of examples.flatMap(({ frames }) => frames).filter((own) => comesBack(codec, own))) {
          for (const wrong of withWrongMembers(each) as Generator<Frame>) {
            const message = refusalOf(codec, wrong)
            if (message !== undefined) messages.add(message)
            else expect(outcomeOf(codec, [codec.encode(wrong)])).toEqual({ frames: [wrong], skipped: [] })
          }
        }
        expect([...messages].filter((message) => !whatIsWrong.test(message))).toEqual([])
      })
    }

    it('names the member of a frame that is missing or no value of its kind', () => {
      const codec = codecOf({})
      for (const right of examples.flatMap(({ frames }) => frames).filter((own) => comesBack(codec, own))) {
        for (const each of NEVER_RIGHT) {
          const message = refusalOf(codec, each as Frame)
          if (message !== undefined || !isJson) expect(message).toMatch(whatIsWrong)
        }
        if (isJson || typeof right !== 'object' || right === null || ArrayBuffer.isView(right)) continue
        for (const member of Object.keys(right)) {
          const { [member as keyof Frame]: _, ...missing } = right
          for (const wrong of [missing, ...NEVER_RIGHT.map((each) => ({ ...right, [member]: each }))] as Frame[]) {
            const message = refusalOf(codec, wrong)
            if (message === undefined) expect(outcomeOf(codec, [codec.encode(wrong)]).frames).toEqual([wrong])
            else expect(message).toMatch(new RegExp(`^${name}: .*\\b${member}`))
          }
        }
      }
    })

    if (frame !== undefined && !isJson) {
      it('writes a frame with anything for a member as it is, or says what is wrong', () => {
        const codec = codecOf({})
        const property = fc.property(frame, fc.nat(), ANYTHING, (right, index, anything) => {
          const isObject = typeof right === 'object' && right !== null && !ArrayBuffer.isView(right)
          const members = isObject ? Object.keys(right) : []
          const member = members[index % (members.length + 1)]
          const wrong = (member === undefined ? anything : { ...right, [member]: anything }) as Frame
          const message = refusalOf(codec, wrong)
          if (message === undefined) expect(outcomeOf(codec, [codec.encode(wrong)]).frames).toEqual([wrong])
          else expect(message).toMatch(whatIsWrong)
        })
        fc.assert(property, { numRuns: 30 })
      })
    }

    it('keeps the laws of codecs', async () => {
      const laws = codecLaws(codecOf({ maxFrameLength: limit }), {
        name: title,
        scan: 'slices',
        atEnd,
        ...(frame === undefined ? {} : { frame }),
        ...(stream === undefined ? {} : { stream }),
        ...(frameOf === undefined ? {} : { frameOfLength: (length) => frameOf(new Uint8Array(length).fill(97)) }),
      })
      for (const law of laws) {
        const isLeftOut = OF_SKIPS.has(law.name) || (isHeaded && law.name === 'linear work')
        if (isLeftOut || without.includes(law.name)) continue
        await expect(law.run({ numRuns: RUNS })).resolves.toBeUndefined()
      }
    })
  })
}

/** What a stream comes to, which must not depend on where it is cut in two. */
export function outcomeOfAnyCut<Frame>(
  codec: FrameCodec<Frame>,
  bytes: Uint8Array,
): ReturnType<typeof outcomeOf<Frame>> {
  const whole = outcomeOf(codec, [bytes])
  for (const at of bytes.keys()) {
    expect(outcomeOf(codec, [bytes.slice(0, at), bytes.slice(at)])).toEqual(whole)
  }
  return whole
}

/** Nothing is skipped here. Skipping is tested in limits.test.ts. */
const OF_SKIPS = new Set(['skips are reported once', 'callbacks that throw lose nothing'])

/** Matches an error with this code, whose message says what is wrong. */
export function withCode(code: FrameErrorCode): Error {
  return expect.objectContaining({ code, message: expect.stringMatching(WHAT_IS_WRONG) as string }) as Error
}

/** Whether a frame can be written, and read without another one before it. */
function comesBack<Frame>(codec: FrameCodec<Frame>, frame: Frame): boolean {
  try {
    return isDeepStrictEqual(outcomeOf(codec, [codec.encode(frame)]).frames, [frame])
  } catch {
    return false
  }
}

/** Digits and letters for text, a length and its continuation for binary protocols, line ends. */
const WRONG_BYTES = [0, 1, 10, 13, 48, 57, 65, 127, 128, 255]

/** What no member of a frame may be, whatever its kind; null may stand for nothing. */
const NEVER_RIGHT: readonly unknown[] = [null, Symbol('symbol'), () => 1, new Date(0), new Map()]

/** -0 is written as 0. */
const ANYTHING = fc
  .anything({ withDate: true, withMap: true, withNullPrototype: true, withTypedArray: true })
  .filter((value) => !Object.is(value, -0))

/** The message with which a frame is refused; undefined if it is encoded. */
function refusalOf<Frame>(codec: FrameCodec<Frame>, frame: Frame): string | undefined {
  try {
    codec.encode(frame)
    return undefined
  } catch (error) {
    if (!isFrameError(error, 'ERR_FRAME_NOT_ENCODABLE')) expect(error).toBeInstanceOf(TypeError)
    const { message } = error as Error
    // An expectation for each of many thousand messages would take seconds.
    if (OF_THE_ENGINE.test(message)) expect(message).not.toMatch(OF_THE_ENGINE)
    return message
  }
}

/** Of the JavaScript engine, for a member of nothing, a value that is no function, or one that cannot be converted. */
const OF_THE_ENGINE = /Cannot |undefined \(|null \(|not a function|not iterable|is not defined|Invalid |not an object/

/** What callers without types may give. */
const WRONG: readonly unknown[] = [
  undefined,
  null,
  NaN,
  -1,
  1.5,
  true,
  '5',
  'x',
  'ab',
  '\n',
  {},
  [],
  ['x'],
  ['x', 'y', 'z'],
  [0, 0, 0, 0],
  new Int8Array(3),
  () => 1,
]

/** The frame with one member, or a member of one, replaced by something of a wrong kind. */
function* withWrongMembers(frame: unknown): Generator {
  yield* WRONG
  if (typeof frame !== 'object' || frame === null || ArrayBuffer.isView(frame)) return
  for (const [name, member] of Object.entries(frame)) {
    for (const wrong of withWrongMembers(member)) {
      yield Array.isArray(frame) ? frame.with(Number(name), wrong) : { ...frame, [name]: wrong }
    }
  }
}

/** Bytes in hexadecimal, optionally separated by spaces, and text in quotes: `00 05 "hello"`. */
export function bytesOf(text: string): Uint8Array {
  const parts = text.match(/"[^"]*"|[0-9a-f]{2}/g) ?? []
  return joined(parts.map((part) => (part.startsWith('"') ? ascii(part.slice(1, -1)) : hex(part))))
}

function hex(digits: string): Uint8Array {
  return new Uint8Array([Number.parseInt(digits, 16)])
}

/** Encodes a string as Latin-1. */
export function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0))
}

export function joined(parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts))
}

function bytewise(bytes: Uint8Array): Uint8Array[] {
  return Array.from(bytes, (byte) => new Uint8Array([byte]))
}

/** Objects with the prototype of literals. */
export function record<Model extends object>(model: {
  [Key in keyof Model]: fc.Arbitrary<Model[Key]>
}): fc.Arbitrary<Model> {
  return fc.record(model, { noNullPrototype: true }) as fc.Arbitrary<unknown> as fc.Arbitrary<Model>
}

export const payloads: fc.Arbitrary<Uint8Array> = fc.uint8Array({ maxLength: 12 })
export const byte: fc.Arbitrary<number> = fc.nat(0xff)
export const uint16: fc.Arbitrary<number> = fc.nat(0xffff)
export const uint32: fc.Arbitrary<number> = fc.nat(0xffffffff)

/**
 * Any code point but surrogates: fast-check's `unit: 'binary'` builds a map of all of them, which takes half a second.
 */
export const codePoint: fc.Arbitrary<string> = fc
  .oneof(fc.nat(0xd7ff), fc.integer({ min: 0xe000, max: 0x10ffff }))
  .map((code) => String.fromCodePoint(code))

/** Streams of one encoded first frame and others, for codecs whose first frame is special. */
export function streamsAfter<Frame>(
  codecOf: () => FrameCodec<Frame>,
  first: Frame,
  frame: fc.Arbitrary<Frame>,
): fc.Arbitrary<Uint8Array> {
  return fc.array(frame, { maxLength: 4 }).map((frames) => {
    const codec = codecOf()
    return joined([first, ...frames].map((each) => codec.encode(each)))
  })
}

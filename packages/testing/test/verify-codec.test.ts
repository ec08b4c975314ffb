import { describe, expect, it } from 'vitest'
import { VerificationError, verifyCodec, type CodecExample } from '../src/index.ts'
import { Delimited, delimited, LengthPrefixed, lengthPrefixed, type Found } from './faults/home-made.ts'

const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'latin1'))
const examples: CodecExample<Uint8Array>[] = [
  { bytes: bytes('ab;;'), frames: [bytes('ab')] },
  { bytes: bytes(';;a;;;;'), frames: [bytes(''), bytes('a'), bytes('')] },
  { bytes: bytes('x;;y;'), frames: [bytes('x')], error: 'ERR_FRAME_TRUNCATED' },
]

function failure(run: () => void): string {
  try {
    run()
  } catch (error) {
    if (error instanceof VerificationError) return error.message
    throw error
  }
  return 'verified'
}

describe('verifyCodec', () => {
  it('accepts a sound codec, its errors included', () => {
    expect(failure(() => verifyCodec(delimited(), examples))).toBe('verified')
  })

  it('shows the chunks of the first example that fails, what was expected and what was received', () => {
    const lossy = delimited(
      class extends Delimited {
        override seen(): number {
          return this.bufferedLength
        }
      },
    )
    expect(failure(() => verifyCodec(lossy, examples)).split('\n')).toEqual([
      'the codec fails example 1',
      '  Bytes:     61 | 62 | 3b | 3b',
      '  Expected:  frames 6162; a clean end',
      '  Received:  no frame; ERR_FRAME_TRUNCATED at 0',
    ])
  })

  it.each<[string, () => void]>([
    ['a wrong frame', () => verifyCodec(delimited(), [{ bytes: bytes('a;;'), frames: [bytes('b')] }])],
    ['a wrong error', () => verifyCodec(delimited(), [{ bytes: bytes('a;;b'), frames: [bytes('a')] }])],
    [
      'left-overs that are not handed over',
      () =>
        verifyCodec(
          lengthPrefixed(
            class extends LengthPrefixed {
              override takeRemaining(): Uint8Array {
                return super.takeRemaining().subarray(1)
              }
            },
          ),
          [{ bytes: bytes('\0\u0001a'), frames: [bytes('a')] }],
        ),
    ],
    [
      'bytes that do not decode to what was encoded',
      () =>
        verifyCodec(lengthPrefixed(LengthPrefixed, { encode: (frame) => Buffer.from([frame.length, 0, ...frame]) }), [
          { bytes: bytes('\0\u0001a'), frames: [bytes('a')] },
        ]),
    ],
    [
      'an error that is no FrameError',
      () =>
        verifyCodec(
          lengthPrefixed(
            class extends LengthPrefixed {
              override find(): Found | undefined {
                throw new RangeError('mine')
              }
            },
          ),
          [{ bytes: bytes('\0\u0001a'), frames: [bytes('a')] }],
        ),
    ],
  ])('finds %s', (_what, run) => {
    expect(failure(run)).not.toBe('verified')
  })

  it('names the codec', () => {
    const wrong = [{ bytes: bytes('a;;'), frames: [bytes('b')] }]
    expect(failure(() => verifyCodec(delimited(), wrong, { name: 'mine' }))).toMatch(/^mine fails example 1\n/)
  })

  it.each<[string, unknown, string]>([
    ['no array', new Map(), 'verifyCodec takes an array of examples, received an instance of Map'],
    ['an unknown member', [{ byte: bytes('a;;'), frames: [] }], 'example 1 has no option "byte": did you mean bytes?'],
    [
      'text for bytes',
      [...examples, { bytes: 'a;;', frames: [] }],
      'example 4: bytes must be a Uint8Array, received "a;;"',
    ],
    ['a lone frame', [{ bytes: bytes('a;;'), frames: 'a' }], 'example 1: frames must be an array, received "a"'],
    [
      'a flag for a code',
      [{ bytes: bytes('a;;'), frames: [], error: true }],
      'example 1: error must be a string of at least 1 character, received true',
    ],
    ['nothing', [undefined], 'example 1: bytes must be a Uint8Array, received undefined'],
  ])('refuses examples that are %s', (_what, wrong, message) => {
    expect(() => verifyCodec(delimited(), wrong as typeof examples)).toThrow(new TypeError(message))
  })

  it('requires an example with a frame', () => {
    expect(() => verifyCodec(delimited(), [{ bytes: bytes('a'), frames: [] }])).toThrow(TypeError)
  })
})

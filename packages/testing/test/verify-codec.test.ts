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
      'example 1',
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

  it('needs an example with a frame', () => {
    expect(() => verifyCodec(delimited(), [{ bytes: bytes('a'), frames: [] }])).toThrow(TypeError)
  })
})

import type { FrameCodec } from '@unstick/core'
import { describe, expect, it } from 'vitest'
import { lengthField, textLength, varintLength } from '../src/index.ts'

const text = (content: string): Uint8Array => new Uint8Array(Buffer.from(content, 'latin1'))
const zeros = (length: number): Uint8Array => new Uint8Array(length)
const hex = (digits: string): Uint8Array => new Uint8Array(Buffer.from(digits, 'hex'))

describe('an error of decoding says what was wrong with the length', () => {
  it.each<[FrameCodec, Uint8Array, string]>([
    [
      lengthField({ lengthFieldLength: 8 }),
      hex('0020000000000000'),
      'lengthField: the length is not an integer from 0 to 2^53-1',
    ],
    [
      lengthField({ lengthFieldLength: 8 }),
      hex('001ffffffffffff8'),
      'lengthField: the length is not an integer from 0 to 2^53-1',
    ],
    [
      lengthField({ lengthIncludes: 'frame' }),
      hex('00000003'),
      'lengthField: a frame of 3 bytes is shorter than the 4 bytes it must have',
    ],
    [
      lengthField({ maxFrameLength: 5 }),
      hex('00000002'),
      'lengthField: a frame of 6 bytes at offset 0 exceeds 5 bytes',
    ],
    [varintLength({ maxBytes: 2 }), hex('8080'), 'varintLength: the varint has more than 2 bytes'],
    [varintLength({ minimal: true }), hex('8000'), 'varintLength: the varint is longer than it need be'],
    [
      varintLength({ maxBytes: 8 }),
      hex('f8ffffffffffff0f'),
      'varintLength: the length is not an integer from 0 to 2^53-1',
    ],
    [varintLength({ maxFrameLength: 2 }), hex('02'), 'varintLength: a frame of 3 bytes at offset 0 exceeds 2 bytes'],
    [textLength(), text('01'), 'textLength: a leading zero'],
    [textLength(), text('x'), 'textLength: no digit where one must stand'],
    [textLength(), text('1;'), 'textLength: no terminator behind the digits'],
    [
      textLength({ lengthIncludes: 'frame' }),
      text('1:'),
      'textLength: a frame of 1 bytes, shorter than what stands around its payload',
    ],
    [textLength({ digits: 16 }), text('9007199254740992'), 'textLength: a length beyond 2^53-1'],
    [textLength({ digits: 16 }), text('9007199254740991'), 'textLength: a length beyond 2^53-1'],
    [textLength({ trailer: ',' }), text('1:a;'), 'textLength: a wrong trailer'],
    [textLength({ maxFrameLength: 3 }), text('2:'), 'textLength: a frame of 4 bytes at offset 0 exceeds 3 bytes'],
  ])('%#: %s', (codec, stream, message) => {
    expect(() => [...codec.decoder().decode(stream)]).toThrow(expect.objectContaining({ message }))
  })

  it('the largest length there is, is too long, not invalid', () => {
    for (const [codec, stream] of [
      [lengthField({ lengthFieldLength: 8 }), hex('001ffffffffffff7')],
      [lengthField({ lengthFieldLength: 8, lengthIncludes: 'frame' }), hex('001fffffffffffff')],
      [varintLength({ maxBytes: 8 }), hex('f7ffffffffffff0f')],
      [textLength({ digits: 16 }), text('9007199254740975')],
      [textLength({ digits: 16, lengthIncludes: 'frame' }), text('9007199254740991')],
    ] as const) {
      expect(() => [...codec.decoder().decode(stream)]).toThrow(expect.objectContaining({ code: 'ERR_FRAME_TOO_LONG' }))
    }
  })
})

describe('an error of encoding says what does not fit', () => {
  it.each<[FrameCodec, Uint8Array, string, number]>([
    [lengthField({ maxFrameLength: 5 }), zeros(2), 'lengthField: a frame of 6 bytes exceeds 5 bytes', 6],
    [lengthField({ lengthFieldLength: 1 }), zeros(256), 'lengthField: the length 256 does not fit into 1 bytes', 257],
    [lengthField({ lengthAdjustment: 2 }), zeros(1), 'lengthField: the length -1 does not fit into 4 bytes', 5],
    [lengthField({ lengthFieldOffset: 1 }), zeros(4), 'lengthField: a frame must have 5 bytes at least, received 4', 4],
    [varintLength({ maxFrameLength: 3 }), zeros(3), 'varintLength: a frame of 4 bytes exceeds 3 bytes', 4],
    [varintLength({ maxBytes: 1 }), zeros(128), 'varintLength: the length 128 does not fit into 1 bytes', 130],
    [
      varintLength({ lengthFieldOffset: 1 }),
      hex('3002'),
      'varintLength: a frame must have what stands around its payload, with its length',
      2,
    ],
    [textLength({ maxFrameLength: 3 }), zeros(2), 'textLength: a frame of 4 bytes exceeds 3 bytes', 4],
    [textLength({ digits: 1 }), zeros(10), 'textLength: the length of 10 bytes does not fit into 1 digits', 12],
    [
      textLength({ stripHeader: false }),
      text('2:a'),
      'textLength: a frame must have what stands around its payload, with its length',
      3,
    ],
  ])('%#: %s', (codec, frame, message, frameLength) => {
    expect(() => codec.encode(frame)).toThrow(expect.objectContaining({ message, frameLength }))
  })

  it('a whole frame whose header is malformed has what is wrong with it as the cause', () => {
    expect(() => textLength({ stripHeader: false }).encode(text('x:a'))).toThrow(
      expect.objectContaining({
        code: 'ERR_FRAME_NOT_ENCODABLE',
        cause: expect.objectContaining({ code: 'ERR_FRAME_LENGTH_INVALID' }),
      }),
    )
  })
})

describe('lengths are written', () => {
  it.each<[FrameCodec, number, string]>([
    [lengthField({ lengthFieldLength: 3 }), 0x0102, '000102'],
    [lengthField({ lengthFieldLength: 8, byteOrder: 'little' }), 0x010203, '0302010000000000'],
    [lengthField({ lengthFieldLength: 1, lengthAdjustment: 3 }), 3, '00'],
    [varintLength({ maxBytes: 2 }), 300, 'ac02'],
  ])('%#: a payload of %o bytes behind %s', (codec, length, header) => {
    const encoded = codec.encode(zeros(length))
    expect(Buffer.from(encoded.subarray(0, encoded.length - length)).toString('hex')).toBe(header)
  })

  it('a frame that is its header alone can be encoded', () => {
    expect(lengthField({ lengthFieldOffset: 1 }).encode(zeros(5))).toEqual(zeros(5))
  })
})

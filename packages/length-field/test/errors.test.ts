import type { FrameCodec } from '@unstick/core'
import { describe, expect, it } from 'vitest'
import { contentLength, lengthField, textLength, varintLength } from '../src/index.ts'

const text = (content: string): Uint8Array => new Uint8Array(Buffer.from(content, 'latin1'))
const zeros = (length: number): Uint8Array => new Uint8Array(length)
const hex = (digits: string): Uint8Array => new Uint8Array(Buffer.from(digits, 'hex'))

describe('an error of decoding states what is wrong with the length', () => {
  it.each<[string, () => FrameCodec, Uint8Array]>([
    [
      'lengthField: the length is not an integer from 0 to 2^53-1',
      () => lengthField({ lengthFieldLength: 8 }),
      hex('0020000000000020'),
    ],
    [
      'lengthField: the length is not an integer from 0 to 2^53-1',
      () => lengthField({ lengthFieldLength: 8 }),
      hex('001ffffffffffff8'),
    ],
    [
      'lengthField: a frame of 3 bytes is shorter than the 4 bytes it must have',
      () => lengthField({ lengthIncludes: 'frame' }),
      hex('00000003'),
    ],
    [
      'lengthField: the frame of 6 bytes at offset 0 exceeds maxFrameLength (5 bytes)',
      () => lengthField({ maxFrameLength: 5 }),
      hex('00000002'),
    ],
    [
      'lengthField: the length is not an integer from 0 to 2^53-1',
      () => lengthField({ lengthFieldLength: 8, lengthAdjustment: -100 }),
      hex('0020000000000020'),
    ],
    [
      'lengthField: a frame of 8 bytes is shorter than the 9 bytes it must have',
      () => lengthField({ lengthFieldLength: 8, lengthAdjustment: Number.MIN_SAFE_INTEGER, initialBytesToStrip: 9 }),
      hex('001fffffffffffff'),
    ],
    ['varintLength: the varint has more than 2 bytes', () => varintLength({ maxBytes: 2 }), hex('8080')],
    ['varintLength: the length is of the indefinite form', () => varintLength({ encoding: 'ber' }), hex('80')],
    ['varintLength: the varint must have its shortest form', () => varintLength({ minimal: true }), hex('8000')],
    [
      'varintLength: the length is not an integer from 0 to 2^53-1',
      () => varintLength({ maxBytes: 8 }),
      hex('f8ffffffffffff0f'),
    ],
    [
      'varintLength: the frame of 3 bytes exceeds maxFrameLength (2 bytes)',
      () => varintLength({ maxFrameLength: 2 }),
      hex('02'),
    ],
    ['textLength: a leading zero', () => textLength(), text('01')],
    ['textLength: no digit where one must stand', () => textLength(), text('x')],
    ['textLength: no terminator after the digits', () => textLength(), text('1;')],
    [
      'textLength: a frame of 1 bytes, shorter than what stands around its payload',
      () => textLength({ lengthIncludes: 'frame' }),
      text('1:'),
    ],
    ['textLength: a length beyond 2^53-1', () => textLength({ digits: 16 }), text('9007199254740992')],
    ['textLength: a length beyond 2^53-1', () => textLength({ digits: 16 }), text('9007199254740991')],
    ['textLength: a wrong trailer', () => textLength({ trailer: ',' }), text('1:a;')],
    ['textLength: a wrong trailer', () => textLength({ trailer: ',', maxFrameLength: 4 }), text('1:a;')],
    [
      'textLength: the frame of 4 bytes exceeds maxFrameLength (3 bytes)',
      () => textLength({ maxFrameLength: 3 }),
      text('2:'),
    ],
  ])('%#: %s', (message, codec, stream) => {
    expect(() => [...codec().decoder().decode(stream)]).toThrow(expect.objectContaining({ message }))
  })

  it.each<[string, () => FrameCodec, Uint8Array, number]>([
    ['ERR_FRAME_TRUNCATED', () => lengthField(), hex('000000106162'), 20],
    ['ERR_FRAME_TRUNCATED', () => varintLength(), hex('106162'), 17],
    [
      'ERR_FRAME_TRUNCATED',
      () => varintLength({ encoding: 'quic', maxFrameLength: 1, oversize: 'skip' }),
      hex('10'),
      17,
    ],
    ['ERR_FRAME_TRUNCATED', () => textLength(), text('5:he'), 7],
    ['ERR_FRAME_TRUNCATED', () => contentLength(), text('Content-Length: 5\r\n\r\nhe'), 26],
    ['ERR_FRAME_CORRUPT', () => textLength({ trailer: ',' }), text('5:hello!'), 8],
    ['ERR_FRAME_LENGTH_INVALID', () => lengthField({ lengthIncludes: 'frame' }), hex('00000003'), 3],
    ['ERR_FRAME_LENGTH_INVALID', () => lengthField({ minFrameLength: 16 }), hex('00000003'), 7],
    ['ERR_FRAME_LENGTH_INVALID', () => textLength({ lengthIncludes: 'frame' }), text('1:'), 1],
    ['ERR_FRAME_TOO_LONG', () => contentLength({ maxFrameLength: 25 }), text('Content-Length: 5\r\n\r\n'), 26],
  ])('%#: %s tells the length that the header told, whatever the cut', (code, codec, stream, frameLength) => {
    for (const size of [1, 2, stream.length]) {
      const decoder = codec().decoder()
      expect(() => {
        for (let at = 0; at < stream.length; at += size) Array.from(decoder.decode(stream.subarray(at, at + size)))
        decoder.end()
      }).toThrow(expect.objectContaining({ code, offset: 0, frameLength }))
    }
  })

  it('reports no negative frame length', () => {
    const decoder = lengthField({ lengthAdjustment: -9 }).decoder()
    expect(() => [...decoder.decode(hex('00000003'))]).toThrow(
      expect.not.objectContaining({ frameLength: expect.anything() }),
    )
  })

  it('reports the largest possible length as too long, not as invalid, even after other frames', () => {
    for (const [codec, stream] of [
      [lengthField({ lengthFieldLength: 8 }), hex('001ffffffffffff7')],
      [lengthField({ lengthFieldLength: 8, lengthIncludes: 'frame' }), hex('001fffffffffffff')],
      [varintLength({ maxBytes: 8 }), hex('f7ffffffffffff0f')],
      [textLength({ digits: 16 }), text('9007199254740975')],
      [textLength({ digits: 16, lengthIncludes: 'frame' }), text('9007199254740991')],
    ] as const) {
      for (const before of [zeros(0), codec.encode(zeros(9))]) {
        const chunk = new Uint8Array([...before, ...stream])
        expect(() => [...codec.decoder().decode(chunk)]).toThrow(
          expect.objectContaining({ code: 'ERR_FRAME_TOO_LONG', offset: before.length }),
        )
      }
    }
  })
})

describe('an error of encoding states what does not fit', () => {
  it.each<[string, () => FrameCodec, Uint8Array, number]>([
    [
      'lengthField: the frame of 6 bytes exceeds maxFrameLength (5 bytes)',
      () => lengthField({ maxFrameLength: 5 }),
      zeros(2),
      6,
    ],
    [
      'lengthField: the length 256 does not fit into 1 bytes',
      () => lengthField({ lengthFieldLength: 1 }),
      zeros(256),
      257,
    ],
    ['lengthField: the length -1 does not fit into 4 bytes', () => lengthField({ lengthAdjustment: 2 }), zeros(1), 5],
    [
      'lengthField: the length 9007199254740992 does not fit into 8 bytes',
      () => lengthField({ lengthFieldLength: 8, lengthAdjustment: Number.MIN_SAFE_INTEGER }),
      zeros(1),
      9,
    ],
    [
      'lengthField: a frame must have 5 bytes at least, received 4',
      () => lengthField({ lengthFieldOffset: 1 }),
      zeros(4),
      4,
    ],
    [
      'varintLength: the frame of 4 bytes exceeds maxFrameLength (3 bytes)',
      () => varintLength({ maxFrameLength: 3 }),
      zeros(3),
      4,
    ],
    ['varintLength: the length 128 does not fit into 1 bytes', () => varintLength({ maxBytes: 1 }), zeros(128), 130],
    [
      'varintLength: a frame must have 1 bytes and a varint before its payload',
      () => varintLength({ lengthFieldOffset: 1 }),
      hex('3082'),
      2,
    ],
    [
      'lengthField: a frame must have 6 bytes at least, received 5',
      () => lengthField({ minFrameLength: 6 }),
      zeros(1),
      5,
    ],
    [
      'lengthField: the length 9 reads back as another one',
      () => lengthField({ readLength: () => 8, writeLength: () => {} }),
      zeros(9),
      13,
    ],
    [
      'lengthField: the frame has wrong magic bytes',
      () => lengthField({ magic: { bytes: 'x', offset: 4 } }),
      zeros(1),
      5,
    ],
    [
      'textLength: the frame of 4 bytes exceeds maxFrameLength (3 bytes)',
      () => textLength({ maxFrameLength: 3 }),
      zeros(2),
      4,
    ],
    ['textLength: the length of 10 bytes does not fit into 1 digits', () => textLength({ digits: 1 }), zeros(10), 12],
    [
      'textLength: a frame must have what stands around its payload, with its length',
      () => textLength({ stripHeader: false }),
      text('2:a'),
      3,
    ],
  ])('%#: %s', (message, codec, frame, frameLength) => {
    expect(() => codec().encode(frame)).toThrow(expect.objectContaining({ message, frameLength }))
  })

  it('gives the fault in the header of a whole frame as the cause', () => {
    expect(() => textLength({ stripHeader: false }).encode(text('x:a'))).toThrow(
      expect.objectContaining({
        code: 'ERR_FRAME_NOT_ENCODABLE',
        cause: expect.objectContaining({ code: 'ERR_FRAME_LENGTH_INVALID' }),
      }),
    )
  })
})

describe('the length written', () => {
  it.each<[number, string, () => FrameCodec]>([
    [0x0102, '000102', () => lengthField({ lengthFieldLength: 3 })],
    [0x010203, '0302010000000000', () => lengthField({ lengthFieldLength: 8, byteOrder: 'little' })],
    [3, '00', () => lengthField({ lengthFieldLength: 1, lengthAdjustment: 3 })],
    [0, '001fffffffffffff', () => lengthField({ lengthFieldLength: 8, lengthAdjustment: Number.MIN_SAFE_INTEGER })],
    [300, 'ac02', () => varintLength({ maxBytes: 2 })],
  ])('%#: a payload of %i bytes after %s', (length, header, codec) => {
    const encoded = codec().encode(zeros(length))
    expect(Buffer.from(encoded.subarray(0, encoded.length - length)).toString('hex')).toBe(header)
  })

  it('encodes a frame that consists of its header alone', () => {
    expect(lengthField({ lengthFieldOffset: 1 }).encode(zeros(5))).toEqual(zeros(5))
  })
})

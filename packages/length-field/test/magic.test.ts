import { describe, expect, it } from 'vitest'
import { lengthField } from '../src/index.ts'

const hex = (digits: string): Uint8Array => new Uint8Array(Buffer.from(digits.replaceAll(' ', ''), 'hex'))
const corrupt = (offset: number): unknown =>
  expect.objectContaining({
    code: 'ERR_FRAME_CORRUPT',
    offset,
    message: 'lengthField: the frame does not have its magic bytes',
  })

describe('magic', () => {
  it('refuses the frame after one that lost a byte at its first byte, instead of swallowing later frames', () => {
    const codec = lengthField({
      lengthFieldOffset: 1,
      lengthFieldLength: 2,
      byteOrder: 'little',
      magic: { bytes: hex('3c') },
    })
    const decoder = codec.decoder()
    const frames: Uint8Array[] = []
    expect(() => {
      for (const frame of decoder.decode(hex('3c0400010204 3c02'))) frames.push(frame)
    }).toThrow(corrupt(7))
    expect(frames).toEqual([hex('3c0400010204 3c')])
    expect(decoder.takeRemaining()).toEqual(hex('02'))
  })

  it('is checked byte by byte, as soon as each has arrived', () => {
    const decoder = lengthField({ lengthFieldOffset: 4, magic: { bytes: hex('cafebabe') } }).decoder()
    for (const byte of ['ca', 'fe']) expect([...decoder.decode(hex(byte))]).toEqual([])
    expect(() => [...decoder.decode(hex('bb'))]).toThrow(corrupt(0))
  })

  it('is checked before the length is trusted', () => {
    const decoder = lengthField({ magic: { bytes: hex('8001'), offset: 4 } }).decoder()
    expect([...decoder.decode(hex('ffffffff'))]).toEqual([])
    expect([...decoder.decode(hex('80'))]).toEqual([])
    expect(() => [...decoder.decode(hex('02'))]).toThrow(corrupt(0))
  })

  it('makes the length of a frame too short to hold it invalid', () => {
    const decoder = lengthField({ magic: { bytes: hex('8001'), offset: 4 } }).decoder()
    expect(() => [...decoder.decode(hex('00000001 8001'))]).toThrow(
      expect.objectContaining({ code: 'ERR_FRAME_LENGTH_INVALID', frameLength: 5 }),
    )
  })

  it('compares only the bits of its mask, in both directions', () => {
    const magic = { bytes: hex('4f'), mask: hex('f0') }
    const codec = lengthField({ lengthFieldOffset: 1, lengthFieldLength: 1, magic })
    expect([...codec.decoder().decode(hex('450101 4a00'))]).toEqual([hex('450101'), hex('4a00')])
    expect(() => [...codec.decoder().decode(hex('5f'))]).toThrow(corrupt(0))
    expect(codec.encode(hex('430007'))).toEqual(hex('430107'))
    expect(() => codec.encode(hex('530007'))).toThrow(expect.objectContaining({ code: 'ERR_FRAME_NOT_ENCODABLE' }))
  })

  it('may be in the payload or the length itself; such frames can be encoded if they have it', () => {
    const inPayload = lengthField({ lengthFieldLength: 1, magic: { bytes: hex('aabb'), offset: 1 } })
    expect(inPayload.encode(hex('aabb01'))).toEqual(hex('03aabb01'))
    for (const wrong of ['aabc', 'aa', '']) {
      expect(() => inPayload.encode(hex(wrong))).toThrow(expect.objectContaining({ code: 'ERR_FRAME_NOT_ENCODABLE' }))
    }
    const inLength = lengthField({ lengthFieldLength: 2, magic: { bytes: hex('00') } })
    expect(inLength.encode(hex('ff'))).toEqual(hex('0001ff'))
    expect(() => inLength.encode(new Uint8Array(256))).toThrow('wrong magic bytes')
  })

  it('is copied: the caller may change the bytes later', () => {
    const bytes = hex('3c')
    const codec = lengthField({ lengthFieldOffset: 1, lengthFieldLength: 1, magic: { bytes } })
    bytes[0] = 0
    expect([...codec.decoder().decode(hex('3c00'))]).toEqual([hex('3c00')])
  })

  it('is truncated if the stream ends inside it', () => {
    const decoder = lengthField({ magic: { bytes: hex('cafe') } }).decoder()
    Array.from(decoder.decode(hex('ca')))
    expect(() => decoder.end()).toThrow(expect.objectContaining({ code: 'ERR_FRAME_TRUNCATED', offset: 0 }))
  })
})

describe('minFrameLength', () => {
  it('refuses a shorter frame as soon as its length has arrived', () => {
    // An SMPP command_length of 8; every header has 16 bytes.
    const smpp = lengthField({ lengthIncludes: 'frame', initialBytesToStrip: 0, minFrameLength: 16 })
    const message = 'lengthField: a frame of 8 bytes is shorter than the 16 bytes it must have'
    expect(() => [...smpp.decoder().decode(hex('00000008'))]).toThrow(
      expect.objectContaining({ code: 'ERR_FRAME_LENGTH_INVALID', offset: 0, frameLength: 8, message }),
    )
    expect([...smpp.decoder().decode(hex(`00000010${'00'.repeat(12)}`))]).toHaveLength(1)
    expect(() => smpp.encode(new Uint8Array(15))).toThrow(expect.objectContaining({ code: 'ERR_FRAME_NOT_ENCODABLE' }))
    expect(smpp.encode(new Uint8Array(16))).toHaveLength(16)
  })
})

import { describe, expect, it } from 'vitest'
import { hdlc } from '../src/index.ts'
import { byteByByte, bytesOf, decode, hex } from './outcomes.ts'

describe('hdlc', () => {
  it.each([
    // The check values of CRC-16/IBM-SDLC and CRC-32/ISO-HDLC, which are FCS-16 and FCS-32, over "123456789".
    [16, '7e3132333435363738396e907e'],
    [32, '7e3132333435363738392639f4cb7e'],
    ['none', '7e3132333435363738397e'],
  ] as const)('writes an FCS of %s bits, lowest byte first', (fcs, encoded) => {
    expect(hex(hdlc({ fcs }).encode(Buffer.from('123456789')))).toBe(encoded)
    expect(decode(hdlc({ fcs }), [bytesOf(encoded)]).frames).toEqual([hex(Buffer.from('123456789'))])
  })

  it('has FCS-16 by default, and escapes flags and escapes, in the FCS too', () => {
    expect(hex(hdlc().encode(bytesOf('01 7e 02')))).toBe('7e017d5e02d6d57e')
    const codec = hdlc()
    const contents = Array.from({ length: 4096 }, (_, value) => Uint8Array.of(0x7e, value >> 8, value & 255))
    const escaped = contents.filter((content) => /7d5[de].*7d5[de]7e$/.test(hex(codec.encode(content))))
    expect(escaped.length).toBeGreaterThan(0)
    for (const content of escaped) expect(decode(codec, [codec.encode(content)]).frames).toEqual([hex(content)])
  })

  it('accepts control characters that PPP escapes: a Configure-Request of LCP (RFC 1661)', () => {
    const stream =
      '7e ff 7d23 c0 21 7d21 7d20 7d20 7d34 7d22 7d26 7d20 7d20 7d20 7d20 7d25 7d26 28 e5 4c 21 7d27 7d22 7d28 7d22 e1 93 7e'
    const content = 'ff03c02101000014020600000000050628e54c2107020802'
    expect(decode(hdlc(), [bytesOf(stream)])).toEqual({ frames: [content], skipped: [] })
    expect(decode(hdlc(), byteByByte(bytesOf(stream)))).toEqual({ frames: [content], skipped: [] })
  })

  it('accepts one or more flags between frames', () => {
    const one = hex(hdlc().encode(Buffer.from('a')))
    const shared = one + one.slice(2)
    for (const stream of [shared, `7e7e${one}7e7e${one}7e`, one.slice(2) + one]) {
      expect(decode(hdlc(), byteByByte(bytesOf(stream)))).toEqual({ frames: ['61', '61'], skipped: [] })
    }
  })

  it.each([
    ['a wrong FCS', '6161ffff', 16],
    ['one bit changed', '3132333435363738386e90', 16],
    ['one bit changed, with FCS-32', '3032333435363738392639f4cb', 32],
    ['an abort: an escape before the flag', '3132333435363738396e907d', 16],
    ['an abort alone', '7d', 'none'],
    ['a runt: shorter than its FCS', '61', 16],
    ['a runt, with FCS-32', '616263', 32],
    ['a runt of escapes', '7d5e', 16],
  ] as const)('%s is corrupt, with the length of its frame, and can be skipped', (_what, raw, fcs) => {
    const good = hdlc({ fcs }).encode(Buffer.from('a'))
    const stream = Buffer.concat([good, bytesOf(`${raw}7e`), good])
    const frameLength = raw.length / 2 + 1
    for (const chunks of [[stream], byteByByte(stream)]) {
      expect(decode(hdlc({ fcs }), chunks)).toEqual({
        frames: ['61'],
        skipped: [],
        error: { code: 'ERR_FRAME_CORRUPT', offset: good.length, frameLength },
      })
      expect(decode(hdlc({ fcs, corrupt: 'skip' }), chunks)).toEqual({
        frames: ['61', '61'],
        skipped: [{ offset: good.length, length: frameLength, reason: 'corrupt' }],
      })
    }
  })

  it('states what is wrong with a frame', () => {
    const told = (raw: string): void =>
      void [
        ...hdlc()
          .decoder()
          .decode(bytesOf(`7e${raw}7e`)),
      ]
    expect(() => told('61')).toThrow('hdlc: a runt: a frame shorter than its FCS')
    expect(() => told('617d')).toThrow('hdlc: an abort: an escape before the flag')
    expect(() => told('6161ffff')).toThrow('hdlc: a wrong FCS')
  })

  it('treats bytes before the first flag as a frame', () => {
    expect(decode(hdlc(), [bytesOf('ff7e')]).error).toMatchObject({ code: 'ERR_FRAME_CORRUPT', offset: 0 })
  })

  it('encodes a frame without content if it has an FCS, and refuses it otherwise', () => {
    expect(hex(hdlc().encode(new Uint8Array()))).toBe('7e00007e')
    expect(decode(hdlc(), [bytesOf('7e00007e')])).toEqual({ frames: [''], skipped: [] })
    expect(() => hdlc({ fcs: 'none' }).encode(new Uint8Array())).toThrow(
      expect.objectContaining({ code: 'ERR_FRAME_NOT_ENCODABLE', frameLength: 0 }),
    )
  })

  it.each([
    [{ fcs: 8 }, RangeError, 'fcs must be 16 or 32 or "none", received 8'],
    [{ fcs: '16' }, TypeError, 'fcs must be 16 or 32 or "none", received "16"'],
  ])('misuse is refused when the codec is made: %j', (options, kind, message) => {
    expect(() => hdlc(options as never)).toThrow(kind)
    expect(() => hdlc(options as never)).toThrow(message)
  })
})

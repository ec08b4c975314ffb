import { describe, expect, it } from 'vitest'
import { slip } from '../src/index.ts'
import { byteByByte, bytesOf, decode, hex } from './outcomes.ts'

describe('slip', () => {
  it('writes END on both sides, and END and ESC as pairs (RFC 1055)', () => {
    expect(hex(slip().encode(bytesOf('01 c0 02 db 03')))).toBe('c001dbdc02dbdd03c0')
  })

  it('accepts one or more ENDs between frames', () => {
    const codec = slip()
    for (const stream of ['61c062c0', 'c061c062c0', 'c0c0c061c0c0c062c0c0']) {
      expect(decode(codec, [bytesOf(stream)])).toEqual({ frames: ['61', '62'], skipped: [] })
      expect(decode(codec, byteByByte(bytesOf(stream)))).toEqual({ frames: ['61', '62'], skipped: [] })
    }
  })

  it.each([
    ['an ESC before another byte', 'db61'],
    ['an ESC before ESC', 'dbdbdc'],
    ['an ESC before END', '61db'],
    ['an ESC alone', 'db'],
  ])('%s is corrupt, with the length of its frame, and can be skipped', (_what, raw) => {
    const stream = bytesOf(`c061c0c0${raw}c062c0`)
    const frameLength = raw.length / 2 + 1
    for (const chunks of [[stream], byteByByte(stream)]) {
      expect(decode(slip(), chunks)).toEqual({
        frames: ['61'],
        skipped: [],
        error: { code: 'ERR_FRAME_CORRUPT', offset: 4, frameLength },
      })
      expect(decode(slip({ corrupt: 'skip' }), chunks)).toEqual({
        frames: ['61', '62'],
        skipped: [{ offset: 4, length: frameLength, reason: 'corrupt' }],
      })
    }
  })

  it('reports a corrupt frame at its end', () => {
    const decoder = slip().decoder()
    expect([...decoder.decode(bytesOf('db61'))]).toEqual([])
    expect(() => decoder.end()).toThrow(expect.objectContaining({ code: 'ERR_FRAME_TRUNCATED', offset: 0 }))
  })

  it('refuses to encode a frame without content, which would be two ENDs in a row', () => {
    expect(() => slip().encode(new Uint8Array())).toThrow(
      expect.objectContaining({
        code: 'ERR_FRAME_NOT_ENCODABLE',
        frameLength: 0,
        message: 'slip: a frame without content cannot be distinguished from two flags in a row',
      }),
    )
  })

  it('drops a frame over the limit whole, whatever pairs follow, even wrong ones', () => {
    const codec = slip({ maxFrameLength: 4, oversize: 'skip' })
    const stream = [bytesOf('61616161616161616161'), bytesOf('dbdcdbdcdbdc'), bytesOf('db61c0'), bytesOf('62c0')]
    expect(decode(codec, stream)).toEqual({
      frames: ['62'],
      skipped: [{ offset: 0, length: 19, reason: 'too-long' }],
    })
  })
})

import { describe, expect, it } from 'vitest'
import { dotStuffed } from '../src/index.ts'
import { byteByByte, decode, hex } from './outcomes.ts'

const text = (content: string): Uint8Array => Uint8Array.from(Buffer.from(content, 'latin1'))
const inHex = (content: string): string => hex(text(content))

describe('dotStuffed', () => {
  it.each([
    ['text as it is, with the CRLF of its last line', 'hi\r\n', 'hi\r\n.\r\n'],
    ['no text at all', '', '.\r\n'],
    ['an empty line', '\r\n', '\r\n.\r\n'],
    ['a line of one dot', '.\r\n', '..\r\n.\r\n'],
    ['dots at the beginning of lines', '.a\r\n..b\r\n.\r\n', '..a\r\n...b\r\n..\r\n.\r\n'],
    ['dots elsewhere', 'a.\r\n a.b.\r\n', 'a.\r\n a.b.\r\n.\r\n'],
    ['a bare LF or CR, and a dot after it', 'a\n.\nb\r.\r\r\n', 'a\n.\nb\r.\r\r\n.\r\n'],
    ['a dot after a CR and another byte', 'a\rb.c\r\n', 'a\rb.c\r\n.\r\n'],
    ['bytes beyond ASCII', 'é\u00ff\0\r\n', 'é\u00ff\0\r\n.\r\n'],
  ])('keeps %s', (_what, content, encoded) => {
    expect(hex(dotStuffed().encode(text(content)))).toBe(inHex(encoded))
    expect(decode(dotStuffed(), [text(encoded)])).toEqual({ frames: [inHex(content)], skipped: [] })
    expect(decode(dotStuffed(), byteByByte(text(encoded)))).toEqual({ frames: [inHex(content)], skipped: [] })
  })

  it('removes the first dot of a line, whatever follows it (RFC 5321, 4.5.2)', () => {
    expect(decode(dotStuffed(), [text('.a\r\n.\r\r\n.\n\r\n.\r\n')]).frames).toEqual([inHex('a\r\n\r\r\n\n\r\n')])
  })

  it('ends a frame only at CRLF, dot, CRLF: other line endings cannot smuggle a message', () => {
    for (const almost of ['\n.\n', '\r.\r', '\n.\r\n', '\r\n.\n', '\r.\r\n', '\r\n.\r', '\r\n. \r\n']) {
      const { frames, error } = decode(dotStuffed(), [text(`a${almost}b`)])
      expect([frames, error?.code]).toEqual([[], 'ERR_FRAME_TRUNCATED'])
    }
  })

  it('decodes several frames', () => {
    expect(decode(dotStuffed(), byteByByte(text('a\r\n.\r\n.\r\n..\r\n.\r\n')))).toEqual({
      frames: [inHex('a\r\n'), '', inHex('.\r\n')],
      skipped: [],
    })
  })

  it('encodes without a copy if there is no dot to add', () => {
    const content = text('a\r\n')
    expect(dotStuffed().encodeParts(content)[0]).toBe(content)
    expect(dotStuffed().encodeParts(content).map(hex)).toEqual([inHex('a\r\n'), inHex('.\r\n')])
  })

  it('never hands out memory of the codec', () => {
    dotStuffed().encodeParts(text('a\r\n'))[1]!.fill(0)
    expect(hex(dotStuffed().encode(text('')))).toBe(inHex('.\r\n'))
  })

  it.each(['a', 'a\n', 'a\r', '.', '\n', '\r\n.', 'a\r\n\r'])(
    'cannot encode content that does not end in CRLF: %j',
    (content) => {
      expect(() => dotStuffed().encode(text(content))).toThrow(
        expect.objectContaining({
          code: 'ERR_FRAME_NOT_ENCODABLE',
          frameLength: content.length,
          message: 'dotStuffed: content must end in CRLF',
        }),
      )
    },
  )

  it('drops a frame just over the limit up to its end, and nothing of the next one', () => {
    const codec = dotStuffed({ maxFrameLength: 9, oversize: 'skip' })
    const stream = text('aaaaaaaaaa\r\n.\r\nb\r\n.\r\n')
    for (const chunks of [[stream], byteByByte(stream)]) {
      expect(decode(codec, chunks)).toEqual({
        frames: [inHex('b\r\n')],
        skipped: [{ offset: 0, length: 15, reason: 'too-long' }],
      })
    }
  })

  it('has no corrupt option, since no frame is corrupt', () => {
    expect(() => dotStuffed({ corrupt: 'skip' } as never)).toThrow(TypeError)
  })
})

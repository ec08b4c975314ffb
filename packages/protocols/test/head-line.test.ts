// Lines, some with a body: the rules that the text protocols share, by presets that have them.

import type { FrameCodec, Skipped } from '@unstick/core'
import { describe, expect, it } from 'vitest'
import { ftp, irc, memcached, nats, smtp } from '../src/index.ts'
import { ascii, outcomeOfAnyCut, withCode } from './preset.ts'

const read = <Frame>(codec: FrameCodec<Frame>, text: string) => outcomeOfAnyCut(codec, ascii(text))

const strict = (): FrameCodec<{ verb: string; args: string }> => smtp({ from: 'client' })
const lenient = (): FrameCodec<{ verb: string; args: string }> => ftp({ from: 'client' })
const corrupt = { code: 'ERR_FRAME_CORRUPT', offset: 0 }

describe('the end of a line', () => {
  it.each(['A b\n', '\n', 'A\rb\r\n', 'A\r\r\n', '\r\r\n', '\rA\r\n'])(
    'is CR LF alone where that is strict, not in %j',
    (text) => {
      expect(read(strict(), text)).toMatchObject({ frames: [], error: corrupt })
    },
  )

  it('may be LF where that is not strict, and then a CR inside is text', () => {
    expect(read(lenient(), 'A b\nC d\r\n\n\r\nE\rf\n').frames).toEqual([
      { verb: 'A', args: 'b' },
      { verb: 'C', args: 'd' },
      { verb: '', args: '' },
      { verb: '', args: '' },
      { verb: 'E\rF', args: '' },
    ])
  })
})

describe('maxLineLength', () => {
  const limited = (maxLineLength: number, more = {}): FrameCodec<{ op: string }> => nats({ maxLineLength, ...more })

  it('does not count the ending', () => {
    for (const end of ['\r\n', '\n']) {
      const codec = irc({ maxLineLength: 4 })
      expect(read(codec, `ABCD${end}`)).toMatchObject({ frames: [{ command: 'ABCD' }] })
      expect(read(codec, `ABCDE${end}`)).toMatchObject({ error: { code: 'ERR_FRAME_TOO_LONG', offset: 0 } })
    }
  })

  it.each([
    ['ABCDE\n', { maxFrameLength: 4, frameLength: 6 }],
    ['ABCDE\r\n', { maxFrameLength: 4 }],
  ])('is told, with the length of a frame whose end has been seen: %j', (text, lengths) => {
    const decode = () => [...irc({ maxLineLength: 4 }).decoder().decode(ascii(text))]
    const message = 'irc: the line exceeds maxLineLength (4 bytes)'
    expect(decode).toThrow(expect.objectContaining({ message, ...lengths }))
    if (!('frameLength' in lengths))
      expect(decode).not.toThrow(expect.objectContaining({ frameLength: expect.any(Number) }))
  })

  it('refuses a line without an end as soon as it must be longer', () => {
    const decoder = limited(4).decoder()
    expect([...decoder.decode(ascii('ABCDE'))]).toEqual([])
    expect(() => [...decoder.decode(ascii('F'))]).toThrow('nats: the line exceeds maxLineLength (4 bytes)')
  })

  it('is at least 1, and leaves room for CR LF in maxFrameLength', () => {
    expect(() => limited(0)).toThrow(RangeError)
    expect(read(irc({ maxLineLength: 1 }), 'A\r\n')).toMatchObject({ frames: [{ command: 'A' }] })
    expect(() => [...nats({ maxFrameLength: 8 }).decoder().decode(ascii('PINGPING'))]).toThrow('(6 bytes)')
    expect([...nats({ maxFrameLength: 8 }).decoder().decode(ascii('ABCDEF\r\n'))]).toHaveLength(1)
  })

  it('holds for lines that are written', () => {
    const message = (command: string) => ({ tags: undefined, source: undefined, command, params: [] })
    expect(irc({ maxLineLength: 4 }).encode(message('ABCD'))).toEqual(ascii('ABCD\r\n'))
    expect(() => irc({ maxLineLength: 4 }).encode(message('ABCDE'))).toThrow(withCode('ERR_FRAME_NOT_ENCODABLE'))
  })

  it('skips exactly the line, whatever it seems to announce', () => {
    const line = 'MSG abcdef 1 3\r\n'
    const stream = ascii(`PING\r\n${line}PONG\r\n`)
    for (let size = 1; size <= stream.length; size++) {
      const skipped: Pick<Skipped, 'offset' | 'length' | 'reason'>[] = []
      const decoder = limited(9, { oversize: 'skip' }).decoder({
        onSkip: ({ offset, length, reason }) => skipped.push({ offset, length, reason }),
      })
      const ops: string[] = []
      for (let at = 0; at < stream.length; at += size) {
        for (const { op } of decoder.decode(stream.slice(at, at + size))) ops.push(op)
      }
      expect(ops).toEqual(['PING', 'PONG'])
      expect(skipped).toEqual([{ offset: 6, length: line.length, reason: 'too-long' }])
    }
  })
})

describe('a body', () => {
  it.each([
    ['BDAT 3\r\nabcNOOP\r\n', ['BDAT', 'NOOP']],
    ['bdat 0 LAST\r\nNOOP\r\n', ['BDAT', 'NOOP']],
    ['BDAT 000000000000003\r\na\r\nNOOP\r\n', ['BDAT', 'NOOP']],
    ['BDATA 3\r\nNOOP\r\n', ['BDATA', 'NOOP']],
    ['B 3\r\nNOOP\r\n', ['B', 'NOOP']],
  ])('follows a line that says how long it is: %j', (text, verbs) => {
    expect((read(strict(), text).frames as { verb: string }[]).map(({ verb }) => verb)).toEqual(verbs)
  })

  it.each(['BDAT', 'BDAT ', 'BDAT x', 'BDAT 3x', 'BDAT -1', 'BDAT  3', 'BDAT 1000000000000000'])(
    'has a length of 1 to 15 digits, not that of %j',
    (line) => {
      expect(read(strict(), `${line}\r\n`)).toMatchObject({ error: { code: 'ERR_FRAME_LENGTH_INVALID', offset: 0 } })
    },
  )

  it.each(['set a 0 0 0\r\nab', 'set a 0 0 2\r\nabc\n', 'set a 0 0 2\r\nab\rc', 'set a 0 0 2\r\nab\n\r'])(
    'ends with CR LF where that is its rule, not in %j',
    (text) => {
      const codec = memcached({ from: 'client' })
      expect(read(codec, `quit\r\n${text}`).error).toEqual({ code: 'ERR_FRAME_CORRUPT', offset: 6 })
      const frameLength = text.length
      expect(() => [...codec.decoder().decode(ascii(text))]).toThrow(expect.objectContaining({ frameLength }))
    },
  )

  it('is written only where the line tells its length', () => {
    const payload = ascii('abc')
    const smtpCodec = smtp({ from: 'client' })
    expect(smtpCodec.encode({ verb: 'BDAT', args: '3', payload })).toEqual(ascii('BDAT 3\r\nabc'))
    for (const [args, body] of [
      ['2', payload],
      ['3', undefined],
      ['x', payload],
      ['', undefined],
    ] as const) {
      expect(() => smtpCodec.encode({ verb: 'BDAT', args, payload: body })).toThrow(withCode('ERR_FRAME_NOT_ENCODABLE'))
    }
    expect(() => smtpCodec.encode({ verb: 'NOOP', args: '', payload })).toThrow(withCode('ERR_FRAME_NOT_ENCODABLE'))
  })
})

describe('a command', () => {
  it.each([
    ['retr a', { verb: 'RETR', args: 'a' }],
    ['RETR  a ', { verb: 'RETR', args: ' a ' }],
    ['RETR ', { verb: 'RETR', args: '' }],
    ['RETR', { verb: 'RETR', args: '' }],
    [' a', { verb: '', args: 'a' }],
  ])('is a verb and its arguments: %j', (line, frame) => {
    expect(read(lenient(), `${line}\r\n`).frames).toEqual([frame])
  })

  it.each(['retr', 'RETR A', 'RETR ', ' RETR'])('is not written with the verb %j', (verb) => {
    expect(() => lenient().encode({ verb, args: 'a' })).toThrow(withCode('ERR_FRAME_NOT_ENCODABLE'))
  })

  it.each(['a\rb', 'a\nb'])('is not written with the arguments %j', (args) => {
    expect(() => lenient().encode({ verb: 'RETR', args })).toThrow(withCode('ERR_FRAME_NOT_ENCODABLE'))
  })

  it.each([
    ['ftp', lenient, 8192],
    ['smtp', strict, 12_286],
  ])('of %s has a line of up to its limit', (_name, codec, most) => {
    const commandOf = (length: number) => ({ verb: 'RETR', args: 'a'.repeat(length - 5) })
    expect(codec().encode(commandOf(most))).toHaveLength(most + 2)
    expect(() => codec().encode(commandOf(most + 1))).toThrow(withCode('ERR_FRAME_NOT_ENCODABLE'))
  })
})

import type { FrameCodec } from '@unstick/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { postgres, type PostgresMessage } from '../src/postgres.ts'
import { bytesOf, payloads, record, testPreset } from './preset.ts'

const startup = fc.uint8Array({ minLength: 4, maxLength: 12 }).map((payload) => ({ type: '', payload }))
const typed = (types: string) => record({ type: fc.constantFrom(...types.split('')), payload: payloads })

testPreset('postgres from the client', (limits) => postgres({ from: 'client', ...limits }), {
  frame: fc.oneof(startup, typed('QpPBDESXc')),
  frameOf: (payload) => ({ type: 'Q', payload }),
  examples: [
    {
      title: 'SSLRequest, StartupMessage and Query',
      bytes: bytesOf('00 00 00 08 04 d2 16 2f   00 00 00 10 00 03 00 00 "user" 00 "a" 00 00   51 00 00 00 06 ";" 00'),
      frames: [
        { type: '', payload: bytesOf('04 d2 16 2f') },
        { type: '', payload: bytesOf('00 03 00 00 "user" 00 "a" 00 00') },
        { type: 'Q', payload: bytesOf('";" 00') },
      ],
    },
  ],
  refused: [
    {
      title: 'a length that does not count itself',
      bytes: bytesOf('51 00 00 00 03'),
      code: 'ERR_FRAME_LENGTH_INVALID',
    },
    { title: 'a first message of 7 bytes', bytes: bytesOf('00 00 00 07'), code: 'ERR_FRAME_LENGTH_INVALID' },
    {
      title: 'a first message of more than 10,000 bytes without its length',
      bytes: bytesOf('00 00 27 15'),
      code: 'ERR_FRAME_LENGTH_INVALID',
    },
    { title: 'a type that is not a letter', bytes: bytesOf('16 03 01 00 a5'), code: 'ERR_FRAME_CORRUPT' },
    { title: 'a message of 1 GiB', bytes: bytesOf('51 40 00 00 00'), code: 'ERR_FRAME_TOO_LONG' },
    { title: 'an end inside a message', bytes: bytesOf('51 00 00 00 06'), code: 'ERR_FRAME_TRUNCATED' },
  ],
  unencodable: [
    { title: 'a type of two characters', frame: { type: 'QQ', payload: bytesOf('') } },
    { title: 'a type beyond ASCII', frame: { type: '\u0151', payload: bytesOf('') } },
    { title: 'a first message of three bytes', frame: { type: '', payload: bytesOf('00 03 00') } },
    { title: 'a first message of 10,001 bytes', frame: { type: '', payload: new Uint8Array(10_001) } },
  ],
})

it('takes the longest first message that the server takes', () => {
  const codec = postgres({ from: 'client' })
  const message = { type: '', payload: new Uint8Array(10_000) }
  expect([...codec.decoder().decode(codec.encode(message))]).toEqual([message])
})

testPreset('postgres from the server', (limits) => postgres({ from: 'server', ...limits }), {
  frame: typed('RKZTDCE'),
  stream: typed('RKZTDCESN').chain(({ type, payload }) =>
    fc
      .constantFrom('"N"', '"S"', '', '"NN"')
      .map(
        (answers) => new Uint8Array([...bytesOf(answers), ...postgres({ from: 'client' }).encode({ type, payload })]),
      ),
  ),
  frameOf: (payload) => ({ type: 'D', payload }),
  examples: [
    {
      title: 'an answer of one byte to SSLRequest, then AuthenticationOk and ParameterStatus',
      bytes: bytesOf('"N" 52 00 00 00 08 00 00 00 00   53 00 00 00 08 "a" 00 "b" 00'),
      frames: [
        { type: '', payload: bytesOf('"N"') },
        { type: 'R', payload: bytesOf('00 00 00 00') },
        { type: 'S', payload: bytesOf('"a" 00 "b" 00') },
      ],
    },
  ],
  refused: [
    { title: 'a message without type', bytes: bytesOf('00 00 00 08 04 d2 16 2f'), code: 'ERR_FRAME_CORRUPT' },
    {
      title: 'a length of 0 after an answer',
      bytes: bytesOf('"N" 52 00 00 00 00'),
      code: 'ERR_FRAME_LENGTH_INVALID',
      offset: 1,
    },
  ],
  unencodable: [
    { title: 'an unknown answer', frame: { type: '', payload: bytesOf('"X"') } },
    { title: 'an answer of two bytes', frame: { type: '', payload: bytesOf('"SN"') } },
  ],
})

const client = (): FrameCodec<PostgresMessage> => postgres({ from: 'client' })
const server = (): FrameCodec<PostgresMessage> => postgres({ from: 'server' })
const refusal = (code: string): Error => expect.objectContaining({ code, offset: 0 }) as Error
const unencodable = expect.objectContaining({ code: 'ERR_FRAME_NOT_ENCODABLE' })

describe('a type', () => {
  it.each(['0', '9', 'A', 'Z', 'a', 'z'])('may be %s', (type) => {
    const frame = { type, payload: bytesOf('01') }
    expect([...client().decoder().decode(client().encode(frame))]).toEqual([frame])
  })

  it.each(['/', ':', '@', '[', '`', '{'])('must not be %s', (type) => {
    const bytes = new Uint8Array([type.charCodeAt(0), 0, 0, 0, 4])
    expect(() => [...client().decoder().decode(bytes)]).toThrow(refusal('ERR_FRAME_CORRUPT'))
    expect(() => client().encode({ type, payload: bytesOf('') })).toThrow(unencodable)
  })
})

describe('a length', () => {
  it.each([
    ['51 00 00 00 03', 'ERR_FRAME_LENGTH_INVALID'],
    ['51 7f ff ff ff', 'ERR_FRAME_TOO_LONG'],
    ['51 80 00 00 00', 'ERR_FRAME_LENGTH_INVALID'],
    ['00 00 00 07', 'ERR_FRAME_LENGTH_INVALID'],
    ['00 00 27 15', 'ERR_FRAME_LENGTH_INVALID'],
  ])('of %s is refused', (text, code) => {
    expect(() => [...client().decoder().decode(bytesOf(text))]).toThrow(refusal(code))
  })

  it('of a first message is from 8 to 10,004', () => {
    for (const length of [4, 10_000]) {
      const bytes = client().encode({ type: '', payload: new Uint8Array(length) })
      expect([...client().decoder().decode(bytes)]).toHaveLength(1)
    }
    for (const length of [3, 10_001]) {
      expect(() => client().encode({ type: '', payload: new Uint8Array(length) })).toThrow(unencodable)
    }
  })
})

describe('an answer without type', () => {
  it.each(['S', 'N', 'G'])('may be %s, again and again before anything else', (letter) => {
    const frame = { type: '', payload: bytesOf(`"${letter}"`) }
    expect(server().encode(frame)).toEqual(frame.payload)
    expect([
      ...server()
        .decoder()
        .decode(bytesOf(`"${letter}${letter}"`)),
    ]).toEqual([frame, frame])
  })

  it.each(['', '"E"', '"SS"', '00'])('must not be [%s]', (text) => {
    expect(() => server().encode({ type: '', payload: bytesOf(text) })).toThrow(unencodable)
  })

  it('does not come after a message', () => {
    const decoder = server().decoder()
    void [...decoder.decode(bytesOf('"E" 00 00 00 04 "S"'))]
    expect(decoder.bufferedLength).toBe(1)
  })
})

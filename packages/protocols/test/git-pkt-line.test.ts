import type { FrameCodec } from '@unstick/core'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { gitPktLine, type GitPktLine, type GitSideBandLine } from '../src/git-pkt-line.ts'
import { ascii, byte, bytesOf, joined, payloads, record, testPreset } from './preset.ts'

const special = fc.constantFrom<{ type: 'flush' | 'delim' | 'end' }>(
  { type: 'flush' },
  { type: 'delim' },
  { type: 'end' },
)
const type = fc.constant('data' as const)

testPreset<GitPktLine>('gitPktLine', (limits) => gitPktLine(limits), {
  frame: fc.oneof(special, record({ type, payload: payloads })),
  frameOf: (payload) => ({ type: 'data', payload }),
  examples: [
    {
      title: 'the examples of protocol-common',
      bytes: ascii('0006a\n0005a000bfoobar\n0004'),
      frames: ['a\n', 'a', 'foobar\n', ''].map((text) => ({ type: 'data', payload: ascii(text) })),
    },
    {
      title: 'the special packets of protocol 2',
      bytes: ascii('000100000002'),
      frames: [{ type: 'delim' }, { type: 'flush' }, { type: 'end' }],
    },
    {
      title: 'digits in upper case',
      bytes: ascii('000Eversion 1\n'),
      frames: [{ type: 'data', payload: ascii('version 1\n') }],
      isRead: true,
    },
  ],
  refused: [
    { title: 'a length of 3', bytes: ascii('0003'), code: 'ERR_FRAME_LENGTH_INVALID' },
    { title: 'a pack', bytes: ascii('PACK'), code: 'ERR_FRAME_LENGTH_INVALID' },
    { title: 'a line of more than 65,520 bytes', bytes: ascii('fff1'), code: 'ERR_FRAME_TOO_LONG' },
  ],
  unencodable: [
    { title: 'data with a band', frame: { type: 'data', band: 1, payload: bytesOf('') } as GitPktLine },
    { title: 'an unknown type', frame: { type: 'pack' as never } },
    { title: 'a line of 65,521 bytes', frame: { type: 'data', payload: new Uint8Array(65_517) } },
  ],
})

testPreset<GitSideBandLine>('gitPktLine with side-band', (limits) => gitPktLine({ sideBand: true, ...limits }), {
  frame: fc.oneof(special, record({ type, band: byte, payload: payloads })),
  frameOf: (payload) => ({ type: 'data', band: 1, payload }),
  examples: [
    { title: 'progress', bytes: bytesOf('"0007" 02 "hi"'), frames: [{ type: 'data', band: 2, payload: ascii('hi') }] },
  ],
  refused: [{ title: 'data without band', bytes: ascii('0004'), code: 'ERR_FRAME_CORRUPT' }],
  unencodable: [
    { title: 'half a band', frame: { type: 'data', band: 1.5, payload: bytesOf('') } },
    { title: 'no band', frame: { type: 'data', payload: bytesOf('') } as GitPktLine as GitSideBandLine },
  ],
})

it.each(['000g', '000G', '000/', '000:', '000@', '000`', '00-1', ' 004', '0003'])('knows no length %j', (text) => {
  expect(() => [...gitPktLine().decoder().decode(ascii(text))]).toThrow(
    expect.objectContaining({ code: 'ERR_FRAME_LENGTH_INVALID', offset: 0 }),
  )
})

it.each([
  ['0009abcde', 5],
  ['000aabcdef', 6],
  ['000fabcdefghijk', 11],
  ['000Fabcdefghijk', 11],
  ['0010abcdefghijkl', 12],
  ['0109', 261],
])('reads the length of %j', (text, length) => {
  const bytes = joined([ascii(text), new Uint8Array(length + 4 - text.length)])
  const [line, ...others] = [...gitPktLine().decoder().decode(bytes)]
  expect(line).toMatchObject({ type: 'data', payload: { length } })
  expect(others).toEqual([])
})

it('writes lines of up to 65,520 bytes, with a band or without', () => {
  const unencodable = expect.objectContaining({ code: 'ERR_FRAME_NOT_ENCODABLE' })
  for (const [codec, head, band] of [
    [gitPktLine() as FrameCodec<unknown>, 4, {}],
    [gitPktLine({ sideBand: true }) as FrameCodec<unknown>, 5, { band: 1 }],
  ] as const) {
    const line = (length: number): unknown => ({ type: 'data', ...band, payload: new Uint8Array(length) })
    const bytes = codec.encode(line(65_520 - head))
    expect(bytes.subarray(0, 4)).toEqual(ascii('fff0'))
    expect([...codec.decoder().decode(bytes)]).toHaveLength(1)
    expect(() => codec.encode(line(65_521 - head))).toThrow(unencodable)
  }
})

it.each([-1, 256, 0.5])('writes no band %d', (band) => {
  expect(() => gitPktLine({ sideBand: true }).encode({ type: 'data', band, payload: bytesOf('') })).toThrow(
    expect.objectContaining({ code: 'ERR_FRAME_NOT_ENCODABLE' }),
  )
})

it('has a band in each line of data, or in none', () => {
  const unencodable = expect.objectContaining({ code: 'ERR_FRAME_NOT_ENCODABLE' })
  const withoutBand = { type: 'data', payload: bytesOf('') } as never
  expect(() => gitPktLine({ sideBand: true }).encode(withoutBand)).toThrow(unencodable)
  for (const each of ['flush', 'delim', 'end'] as const) {
    const bytes = gitPktLine({ sideBand: true }).encode({ type: each })
    expect([...gitPktLine({ sideBand: true }).decoder().decode(bytes)]).toEqual([{ type: each }])
  }
  expect(() => gitPktLine({ sideBand: 1 as never })).toThrow(TypeError)
})

it('says in the type of its frames that data has a band', () => {
  const bands: number[] = []
  for (const line of gitPktLine({ sideBand: true }).decoder().decode(ascii('0007\x02hi0005\x010000'))) {
    if (line.type === 'data') bands.push(line.band)
  }
  expect(bands).toEqual([2, 1])
})

import fc from 'fast-check'
import { expect, it } from 'vitest'
import { ssh, type SshFrame } from '../src/ssh.ts'
import { bytesOf, record, streamsAfter, testPreset, joined, outcomeOfAnyCut, withCode } from './preset.ts'

const packet = record({ type: fc.constant('packet' as const), payload: fc.uint8Array({ minLength: 1, maxLength: 12 }) })

testPreset<SshFrame>('ssh', ssh, {
  limit: 8_192,
  stream: streamsAfter<SshFrame>(ssh, { type: 'banner', line: 'SSH-2.0-a' }, packet),
  examples: [
    {
      title: 'a line before the banner, the banner, and a packet',
      bytes: bytesOf('"hello" 0d 0a "SSH-2.0-OpenSSH_9.9" 0d 0a   00 00 00 0c 0a 15 00 00 00 00 00 00 00 00 00 00'),
      frames: [
        { type: 'banner', line: 'hello' },
        { type: 'banner', line: 'SSH-2.0-OpenSSH_9.9' },
        { type: 'packet', payload: bytesOf('15') },
      ],
    },
  ],
  refused: [
    {
      title: 'a packet whose length is not a multiple of 8',
      bytes: bytesOf('"SSH-" 0a 00 00 00 0d 0a'),
      code: 'ERR_FRAME_LENGTH_INVALID',
      offset: 5,
    },
    {
      title: 'a padding of 3 bytes',
      bytes: bytesOf('"SSH-" 0a 00 00 00 0c 03'),
      code: 'ERR_FRAME_LENGTH_INVALID',
      offset: 5,
    },
    {
      title: 'padding without payload',
      bytes: bytesOf('"SSH-" 0a 00 00 00 0c 0b'),
      code: 'ERR_FRAME_LENGTH_INVALID',
      offset: 5,
    },
    {
      title: 'a packet of 16 MiB',
      bytes: bytesOf('"SSH-" 0a 01 00 00 04 04'),
      code: 'ERR_FRAME_LENGTH_INVALID',
      offset: 5,
    },
    {
      title: 'a packet before the banner',
      bytes: bytesOf('00 00 00 0c 0a 15 00 0a "SSH-" 0a'),
      code: 'ERR_FRAME_CORRUPT',
    },
    { title: 'a bare CR in the banner', bytes: bytesOf('"SSH-2.0-a" 0d "b" 0d 0a'), code: 'ERR_FRAME_CORRUPT' },
    { title: 'a line of more than 8192 bytes', bytes: new Uint8Array(8192).fill(97), code: 'ERR_FRAME_CORRUPT' },
  ],
  unencodable: [
    { title: 'an empty payload', frame: { type: 'packet', payload: bytesOf('') } },
    { title: 'another type', frame: { type: 'line', line: 'a' } as never },
    { title: 'a line that is no text', frame: { type: 'banner', line: undefined as never } },
    { title: 'a banner with a line break', frame: { type: 'banner', line: 'a\nb' } },
  ],
})

it('pads packets to a multiple of 8 bytes, with at least 4', () => {
  for (let length = 1; length <= 20; length++) {
    const bytes = ssh().encode({ type: 'packet', payload: new Uint8Array(length) })
    expect(bytes.length % 8).toBe(0)
    expect(bytes[4]).toBeGreaterThanOrEqual(4)
    expect(bytes[4]).toBeLessThan(12)
  }
})

it.each([
  ['"SSH-" 0a', 'SSH-'],
  ['"SSH-" 0d 0a', 'SSH-'],
])('reads the banner %s, after which packets come', (text, line) => {
  const bytes = joined([bytesOf(text), bytesOf('00 00 00 0c 0a 15 00 00 00 00 00 00 00 00 00 00')])
  expect(outcomeOfAnyCut(ssh(), bytes).frames).toEqual([
    { type: 'banner', line },
    { type: 'packet', payload: bytesOf('15') },
  ])
})

it.each(['0a', '0d 0a', '"SSH" 0a', '"SSH" 0d 0a', '"ssh-" 0a', '" SSH-" 0a'])(
  'reads lines before the banner: %s',
  (text) => {
    const bytes = joined([bytesOf(text), bytesOf('"SSH-" 0a')])
    expect(outcomeOfAnyCut(ssh(), bytes)).toMatchObject({
      frames: [{ type: 'banner' }, { type: 'banner', line: 'SSH-' }],
    })
  },
)

it('has lines of up to 8192 bytes, CR LF included, both ways', () => {
  const banner = (length: number) => ({ type: 'banner' as const, line: 'a'.repeat(length - 2) })
  expect([
    ...ssh()
      .decoder()
      .decode(ssh().encode(banner(8192))),
  ]).toEqual([banner(8192)])
  expect(() => ssh().encode(banner(8193))).toThrow(withCode('ERR_FRAME_NOT_ENCODABLE'))
  expect([...ssh().decoder().decode(new Uint8Array(8191).fill(97))]).toEqual([])
})

it.each(['a\0', 'a\r', 'a\n', 'Ā'])('does not write the line %j', (line) => {
  expect(() => ssh().encode({ type: 'banner', line })).toThrow(withCode('ERR_FRAME_NOT_ENCODABLE'))
})

it.each([
  ['00 00 00 0c 04', true],
  ['00 00 00 0c 0a', true],
  ['00 00 00 0c 03', false],
  ['00 00 00 0c 0b', false],
  ['00 00 00 0b 04', false],
  ['00 00 00 00 04', false],
])('takes a packet that begins with %s: %s', (text, isTaken) => {
  const decoder = ssh().decoder()
  void [...decoder.decode(bytesOf('"SSH-" 0a'))]
  const decode = () => [...decoder.decode(bytesOf(text))]
  if (isTaken) expect(decode()).toEqual([])
  else expect(decode).toThrow(withCode('ERR_FRAME_LENGTH_INVALID'))
})

it.each([
  [1, 16, 10],
  [6, 16, 5],
  [7, 16, 4],
  [8, 24, 11],
])('pads a payload of %i bytes to %i bytes, with %i', (length, total, padding) => {
  const bytes = ssh().encode({ type: 'packet', payload: new Uint8Array(length).fill(9) })
  expect([bytes.length, bytes[3], bytes[4]]).toEqual([total, total - 4, padding])
})

import fc from 'fast-check'
import { expect, it } from 'vitest'
import { fix, type FixMessage } from '../src/fix.ts'
import { ascii, bytesOf, payloads, record, testPreset, outcomeOfAnyCut, withCode } from './preset.ts'

/** The last byte of a field. */
const withSoh = (body: Uint8Array): Uint8Array => (body.length === 0 ? body : body.with(body.length - 1, 1))

testPreset<FixMessage>('fix', fix, {
  frame: record({ beginString: fc.constantFrom('FIX.4.2', 'FIXT.1.1'), body: payloads.map(withSoh) }),
  frameOf: (body) => ({ beginString: 'FIX.4.4', body: withSoh(body) }),
  examples: [
    {
      title: 'a heartbeat',
      bytes: ascii('8=FIX.4.4\x019=5\x0135=0\x0110=163\x01'),
      frames: [{ beginString: 'FIX.4.4', body: ascii('35=0\x01') }],
    },
  ],
  refused: [
    {
      title: 'a body without SOH at its end',
      bytes: ascii('8=FIX.4.4\x019=4\x0135=010=161\x01'),
      code: 'ERR_FRAME_CORRUPT',
    },
    { title: 'NUL in BeginString', bytes: ascii('8=FIX\0\x019=0\x0110=004\x01'), code: 'ERR_FRAME_CORRUPT' },
    { title: 'a wrong checksum', bytes: ascii('8=FIX.4.4\x019=5\x0135=0\x0110=162\x01'), code: 'ERR_FRAME_CORRUPT' },
    { title: 'what does not begin with BeginString', bytes: ascii('35=0\x01'), code: 'ERR_FRAME_CORRUPT' },
    { title: 'a length with a sign', bytes: ascii('8=FIX.4.4\x019=-5\x01'), code: 'ERR_FRAME_LENGTH_INVALID' },
    { title: 'a length without digits', bytes: ascii('8=FIX.4.4\x019=\x01'), code: 'ERR_FRAME_LENGTH_INVALID' },
    { title: 'a missing length', bytes: ascii('8=FIX.4.4\x0135=0\x01'), code: 'ERR_FRAME_LENGTH_INVALID' },
  ],
  unencodable: [
    { title: 'a BeginString with SOH', frame: { beginString: 'FIX\x01', body: bytesOf('') } },
    { title: 'a body without SOH at its end', frame: { beginString: 'FIX.4.4', body: ascii('35=0') } },
  ],
})

it("skips a message with a wrong checksum if corrupt is 'skip'", () => {
  const decoder = fix({ corrupt: 'skip' }).decoder()
  const stream = ascii('8=FIX.4.4\x019=5\x0135=0\x0110=162\x018=FIX.4.4\x019=5\x0135=0\x0110=163\x01')
  expect([...decoder.decode(stream)]).toHaveLength(1)
})

/** A message with the right length and checksum. */
const message = (beginString: string, body: string, digits = String(body.length)): string => {
  const checked = `8=${beginString}\x019=${digits}\x01${body}`
  const sum = [...Buffer.from(checked, 'latin1')].reduce((total, byte) => total + byte, 0)
  return `${checked}10=${String(sum % 256).padStart(3, '0')}\x01`
}

it.each([
  ['FIX', ''],
  ['FIX.4.4', '35=0\x01'],
  ['FIXT.1.1', '58=10=000\x01'],
  ['FIX0123456789abc', `58=${'x'.repeat(300)}\x01`],
])('reads and writes %j', (beginString, body) => {
  const bytes = ascii(message(beginString, body))
  const frame = { beginString, body: ascii(body) }
  expect(outcomeOfAnyCut(fix(), bytes).frames).toEqual([frame])
  expect(fix().encode(frame)).toEqual(bytes)
})

it('reads leading zeros in up to 9 digits', () => {
  expect(outcomeOfAnyCut(fix(), ascii(message('FIX.4.2', '35=0\x01', '000000005'))).frames).toHaveLength(1)
})

it.each(['9=FIX', '8:FIX', '8=FXX', '8=FIT', 'x', '8=FIX0123456789abcd\x01'])('begins no message with %j', (text) => {
  expect(outcomeOfAnyCut(fix(), ascii(`${text}${'1'.repeat(20)}`))).toMatchObject({
    frames: [],
    error: { code: 'ERR_FRAME_CORRUPT', offset: 0 },
  })
})

it.each(['9=\x01', '9=x\x01', '9=1x\x01', '9=x1\x01', '8=1\x01', '9:1\x01', '9=0000000001\x01', '\x01'])(
  'has no length like %j',
  (text) => {
    expect(outcomeOfAnyCut(fix(), ascii(`8=FIX.4.4\x01${text}`))).toMatchObject({
      frames: [],
      error: { code: 'ERR_FRAME_LENGTH_INVALID', offset: 0 },
    })
  },
)

it('tells the length of a message without its checksum', () => {
  const text = message('FIX.4.4', '35=0\x01')
  for (let at = text.length - 7; at < text.length; at++) {
    const bytes = ascii(text)
    bytes[at]! ^= 1
    expect(() => [...fix().decoder().decode(bytes)]).toThrow(
      expect.objectContaining({ code: 'ERR_FRAME_CORRUPT', frameLength: text.length }),
    )
  }
})

it.each(['', 'FIT', 'xFIX', 'FIX\n', 'FIXé', 'FIX0123456789abcd'])(
  'does not write the BeginString %j',
  (beginString) => {
    expect(() => fix().encode({ beginString, body: bytesOf('') })).toThrow(withCode('ERR_FRAME_NOT_ENCODABLE'))
  },
)

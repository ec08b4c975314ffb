import fc from 'fast-check'
import { expect, it } from 'vitest'
import { fix, type FixMessage } from '../src/fix.ts'
import { ascii, bytesOf, payloads, record, testPreset } from './preset.ts'

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

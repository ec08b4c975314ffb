import fc from 'fast-check'
import { expect, it } from 'vitest'
import { minecraft } from '../src/minecraft.ts'
import { bytesOf, payloads, record, testPreset, withCode } from './preset.ts'

testPreset('minecraft', minecraft, {
  frame: record({ id: fc.oneof(fc.nat(300), fc.integer()).filter((id) => !Object.is(id, -0)), payload: payloads }),
  frameOf: (payload) => ({ id: 1, payload }),
  examples: [
    {
      title: 'a status request, and a packet with an id of -1',
      bytes: bytesOf('01 00   06 ff ff ff ff 0f 07'),
      frames: [
        { id: 0, payload: bytesOf('') },
        { id: -1, payload: bytesOf('07') },
      ],
    },
  ],
  refused: [
    { title: 'a packet without id', bytes: bytesOf('00'), code: 'ERR_FRAME_CORRUPT' },
    { title: 'a length of four bytes', bytes: bytesOf('80 80 80 01'), code: 'ERR_FRAME_LENGTH_INVALID' },
  ],
})

it.each([
  [0, '01 00'],
  [127, '01 7f'],
  [128, '02 80 01'],
  [2 ** 31 - 1, '05 ff ff ff ff 07'],
  [-(2 ** 31), '05 80 80 80 80 08'],
])('writes the id %i as %s', (id, text) => {
  const packet = { id, payload: bytesOf('') }
  expect(minecraft().encode(packet)).toEqual(bytesOf(text))
  expect([...minecraft().decoder().decode(bytesOf(text))]).toEqual([packet])
})

it.each([2 ** 31, -(2 ** 31) - 1, 0.5, NaN])('does not write the id %d', (id) => {
  expect(() => minecraft().encode({ id, payload: bytesOf('') })).toThrow(withCode('ERR_FRAME_NOT_ENCODABLE'))
})

it.each(['00', '01 80', '04 80 80 80 80', '06 80 80 80 80 80 00'])('finds no id in %s', (text) => {
  expect(() => [...minecraft().decoder().decode(bytesOf(text))]).toThrow(withCode('ERR_FRAME_CORRUPT'))
})

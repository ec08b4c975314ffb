import fc from 'fast-check'
import { expect, it } from 'vitest'
import { nullJson } from '../src/null-json.ts'
import { bytesOf, testPreset, withCode } from './preset.ts'

testPreset<unknown>('nullJson', nullJson, {
  frame: fc.jsonValue({ maxDepth: 2 }).map((value) => JSON.parse(JSON.stringify(value)) as unknown),
  frameOf: (payload) => 'a'.repeat(payload.length),
  isJson: true,
  examples: [
    {
      title: 'a request of the DevTools protocol',
      bytes: bytesOf('"{" 22 "id" 22 ":1}" 00'),
      frames: [{ id: 1 }],
    },
  ],
  refused: [
    { title: 'a payload that is not JSON', bytes: bytesOf('"{" 00'), code: 'ERR_FRAME_CORRUPT' },
    { title: 'malformed UTF-8', bytes: bytesOf('22 ff 22 00'), code: 'ERR_FRAME_CORRUPT' },
    { title: 'an end without zero byte', bytes: bytesOf('"{}"'), code: 'ERR_FRAME_TRUNCATED' },
  ],
  unencodable: [
    { title: 'undefined', frame: undefined },
    { title: 'Infinity', frame: Infinity },
  ],
})

it("skips a frame that is not JSON if corrupt is 'skip'", () => {
  const decoder = nullJson({ corrupt: 'skip' }).decoder()
  expect([...decoder.decode(bytesOf('"{" 00 "1" 00'))]).toEqual([1])
})

it.each([undefined, NaN, Infinity, -Infinity, () => 1, Symbol('a')])('does not write %s', (value) => {
  expect(() => nullJson().encode(value)).toThrow(withCode('ERR_FRAME_NOT_ENCODABLE'))
})

it.each([null, 0, -1.5, '', [], {}, false])('writes %j', (value) => {
  expect([...nullJson().decoder().decode(nullJson().encode(value))]).toEqual([value])
})

it('never quotes what is not JSON', () => {
  expect(() => [...nullJson().decoder().decode(bytesOf('"secret" 00'))]).toThrow(
    expect.not.objectContaining({ message: expect.stringContaining('secret') }),
  )
})

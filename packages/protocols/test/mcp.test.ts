import fc from 'fast-check'
import { expect, it } from 'vitest'
import { mcp, type McpMessage } from '../src/mcp.ts'
import { ascii, record, testPreset, withCode } from './preset.ts'

const message = record({ jsonrpc: fc.constant('2.0' as const), id: fc.nat(9), method: fc.string({ maxLength: 5 }) })

testPreset<McpMessage>('mcp', mcp, {
  frame: fc.oneof(message, fc.array(message, { minLength: 1, maxLength: 2 })),
  frameOf: (payload) => ({ jsonrpc: '2.0', method: 'a'.repeat(payload.length) }),
  isJson: true,
  examples: [
    {
      title: 'a ping and its answer, a line each',
      bytes: ascii('{"jsonrpc":"2.0","id":"123","method":"ping"}\n{"jsonrpc":"2.0","id":"123","result":{}}\n'),
      frames: [
        { jsonrpc: '2.0', id: '123', method: 'ping' },
        { jsonrpc: '2.0', id: '123', result: {} },
      ],
    },
  ],
  unencodable: [{ title: 'a value that is not a message', frame: { id: 1 } as never }],
})

it('skips and reports each stray line, even one that is JSON', () => {
  const skipped: number[] = []
  const decoder = mcp().decoder({ onSkip: ({ offset, length }) => skipped.push(offset, length) })
  const stream = 'Server running\n42\n\n{"jsonrpc":"2.0","id":1}\n{"id":1}\n[]\n'
  expect([...decoder.decode(ascii(stream))]).toEqual([{ jsonrpc: '2.0', id: 1 }])
  decoder.end()
  expect(skipped).toEqual([0, 15, 15, 3, 44, 9, 53, 3])
})

it("refuses stray lines if corrupt is 'error'", () => {
  const decoder = mcp({ corrupt: 'error' }).decoder()
  expect(() => decoder.decode(ascii('Server running\n')).next()).toThrow(
    expect.objectContaining({ code: 'ERR_FRAME_CORRUPT' }),
  )
})

it.each([
  null,
  1,
  'a',
  {},
  { jsonrpc: 2 },
  { jsonrpc: '1.0' },
  [],
  [[]],
  [{ jsonrpc: '2.0' }, 1],
  [[{ jsonrpc: '2.0' }]],
])('takes no message in %j, and writes none', (value) => {
  const codec = mcp({ corrupt: 'error' })
  expect(() => [...codec.decoder().decode(ascii(`${JSON.stringify(value)}\n`))]).toThrow(withCode('ERR_FRAME_CORRUPT'))
  expect(() => codec.encode(value as never)).toThrow(withCode('ERR_FRAME_NOT_ENCODABLE'))
  expect(() => codec.encode(value as never)).toThrow('mcp: a message must be an object with jsonrpc "2.0"')
})

it('takes a batch, and no last line without an ending', () => {
  const batch = [
    { jsonrpc: '2.0' as const, id: 1 },
    { jsonrpc: '2.0' as const, id: 2 },
  ]
  const decoder = mcp().decoder()
  expect([...decoder.decode(mcp().encode(batch)), ...decoder.decode(ascii('{"jsonrpc":"2.0"}'))]).toEqual([batch])
  expect(() => decoder.end()).toThrow(withCode('ERR_FRAME_TRUNCATED'))
})

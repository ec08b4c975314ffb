// The tests of presets whose JSON messages follow a Content-Length header.

import fc from 'fast-check'
import type { lsp } from '../src/lsp.ts'
import { ascii, testPreset } from './preset.ts'

export function testContentLengthJson(name: string, codecOf: typeof lsp): void {
  testPreset<unknown>(name, codecOf, {
    frame: fc.jsonValue({ maxDepth: 2 }).map((value) => JSON.parse(JSON.stringify(value)) as unknown),
    frameOf: (payload) => 'a'.repeat(payload.length),
    isJson: true,
    examples: [
      {
        title: 'a message, whose length counts bytes',
        bytes: ascii('Content-Length: 23\r\n\r\n{"method":"a","b":"\xc3\xa9"}'),
        frames: [{ method: 'a', b: 'é' }],
      },
      {
        title: 'another header before the length',
        bytes: ascii('Content-Type: application/vscode-jsonrpc; charset=utf-8\r\nContent-Length: 2\r\n\r\n{}'),
        frames: [{}],
        isRead: true,
      },
    ],
    refused: [
      { title: 'a header without length', bytes: ascii('Content-Type: a\r\n\r\n'), code: 'ERR_FRAME_CORRUPT' },
      { title: 'a payload that is not JSON', bytes: ascii('Content-Length: 1\r\n\r\n{'), code: 'ERR_FRAME_CORRUPT' },
      { title: 'an end inside a message', bytes: ascii('Content-Length: 2\r\n\r\n{'), code: 'ERR_FRAME_TRUNCATED' },
    ],
    unencodable: [
      { title: 'undefined', frame: undefined },
      { title: 'NaN', frame: NaN },
    ],
  })
}

// The laws against @serialport/parser-readline 13.0.0: lines of text, a Transform of bytes.

import { ReadlineParser } from '@serialport/parser-readline'
import fc from 'fast-check'
import { framerLaws, type Law } from '../src/index.ts'

export const laws: Law[] = framerLaws(() => new ReadlineParser({ delimiter: '\r\n' }), {
  name: "new ReadlineParser({ delimiter: '\\r\\n' })",
  frame: fc.string({ maxLength: 6 }).filter((line) => !/[\r\n]/.test(line)),
  encode: (line) => Buffer.from(`${line}\r\n`),
})

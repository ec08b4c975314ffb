// The laws against length-prefixed-stream 2.0.0: a varint, then that many bytes; a Transform of bytes.

import fc from 'fast-check'
import lengthPrefixedStream from 'length-prefixed-stream'
import { framerLaws, oracles, type Law } from '../src/index.ts'

export const laws: Law[] = framerLaws(() => lengthPrefixedStream.decode(), {
  name: 'lengthPrefixedStream.decode()',
  frame: fc.uint8Array({ maxLength: 6 }),
  encode: (payload) => Uint8Array.from([payload.length, ...payload]),
  stream: fc.uint8Array({ maxLength: 12, max: 6 }),
  oracle: oracles.varintLength(),
})

/** With the option for empty messages. */
export const lawsAllowingEmpty: Law[] = framerLaws(() => lengthPrefixedStream.decode({ allowEmpty: true }), {
  name: 'lengthPrefixedStream.decode({ allowEmpty: true })',
  frame: fc.uint8Array({ maxLength: 6 }),
  encode: (payload) => Uint8Array.from([payload.length, ...payload]),
  stream: fc.uint8Array({ maxLength: 12, max: 6 }),
  oracle: oracles.varintLength(),
})

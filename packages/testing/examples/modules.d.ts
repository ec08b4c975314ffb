// Types of packages that have none.

declare module 'split2' {
  import type { Transform } from 'node:stream'
  export default function split2(options?: { maxLength?: number }): Transform
}

declare module 'length-prefixed-stream' {
  import type { Transform } from 'node:stream'
  const lengthPrefixedStream: { decode: (options?: { allowEmpty?: boolean }) => Transform }
  export default lengthPrefixedStream
}

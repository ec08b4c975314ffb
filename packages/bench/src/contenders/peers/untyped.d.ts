// The packages that come without types: what is used of them.

declare module 'split2' {
  import type { Transform } from 'node:stream'
  const split2: (matcher?: string | RegExp) => Transform
  export default split2
}

declare module 'byline' {
  import type { Transform } from 'node:stream'
  const byline: { createStream: () => Transform }
  export default byline
}

declare module 'binary-split' {
  const split: (splitOn: string) => NodeJS.ReadWriteStream
  export default split
}

declare module 'length-prefixed-stream' {
  const lpstream: { decode: () => NodeJS.ReadWriteStream; encode: () => NodeJS.ReadWriteStream }
  export default lpstream
}

declare module 'redis-parser' {
  interface Options {
    returnReply: (reply: string) => void
    returnError: (error: Error) => void
  }
  export default class Parser {
    constructor(options: Options)
    execute(bytes: Buffer): void
  }
}

// Types of the packages that have none, as far as they are used.

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

declare module 'JSONStream' {
  const JSONStream: { parse: (path?: string) => NodeJS.ReadWriteStream }
  export default JSONStream
}

declare module 'jsonparse' {
  export default class Parser {
    /** The containers around the value passed to `onValue`. */
    stack: unknown[]
    onValue: (value: unknown) => void
    onError: (error: Error) => void
    write(bytes: Buffer): void
  }
}

declare module 'slip' {
  class Decoder {
    constructor(onMessage: (frame: Uint8Array) => void)
    decode(bytes: Uint8Array): void
  }
  const slip: { Decoder: typeof Decoder }
  export default slip
}

declare module 'cobs' {
  const cobs: { decodeStream: () => NodeJS.ReadWriteStream }
  export default cobs
}

// What the iterator protocol costs: frames of 4 + 64 B as views that a loop makes itself, and as views that `for...of`
// takes from the smallest iterators that can exist, beside `decode`. Run by another Node, Bun or Deno, it measures that
// one.

import { lengthField } from '@unstick/length-field'
import { alternatives } from './alternatives.js'

const PAYLOAD = 64
const FRAME = 4 + PAYLOAD
const COUNT = Math.floor((64 << 10) / FRAME)
const stream = new Uint8Array(COUNT * FRAME).fill(7)
for (let at = 0; at < stream.length; at += FRAME) stream.set([0, 0, 0, PAYLOAD], at)

function lengthAt(bytes, at) {
  return ((bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3]) >>> 0
}

/** Knows nothing but complete frames with a length of 4 bytes. */
class LengthIterator {
  position = 0
  constructor(bytes) {
    this.bytes = bytes
    this.buffer = bytes.buffer
    this.offset = bytes.byteOffset
    this.limit = bytes.length
  }
  [Symbol.iterator]() {
    return this
  }
  next() {
    const { position, bytes, limit } = this
    const done = position >= limit
    let value
    if (!done) {
      const length = lengthAt(bytes, position)
      this.position = position + 4 + length
      value = new Uint8Array(this.buffer, this.offset + position + 4, length)
    }
    return { value, done }
  }
}

/** The same, for frames that any finder finds. */
class FinderIterator extends LengthIterator {
  payloadStart = 0
  constructor(bytes, find) {
    super(bytes)
    this.find = find
  }
  next() {
    const { position, bytes, limit, find } = this
    const done = position >= limit
    let value
    if (!done) {
      const end = find(bytes, position, limit, this)
      const start = this.payloadStart
      this.position = end
      value = new Uint8Array(this.buffer, this.offset + start, end - start)
    }
    return { value, done }
  }
}

function finder(headerLength) {
  return (bytes, start, end, search) => {
    const payload = start + headerLength
    if (payload > end) return -1
    search.payloadStart = payload
    return payload + lengthAt(bytes, start)
  }
}

function summed(frames) {
  let sum = 0
  for (const frame of frames) sum += frame.length
  return sum
}

const wholeDecoder = lengthField().decoder()
const find = finder(4)
const options = { min_cpu_time: 100e6, statistic: 'min' }

await alternatives(
  'Uint8Arrays of a chunk of 64 KiB',
  COUNT,
  {
    'a bare loop'() {
      const { buffer, byteOffset } = stream
      let sum = 0
      for (let at = 0; at < stream.length;) {
        const length = lengthAt(stream, at)
        sum += new Uint8Array(buffer, byteOffset + at + 4, length).length
        at += 4 + length
      }
      return sum
    },
    'an iterator': () => summed(new LengthIterator(stream)),
    'an iterator that calls a finder': () => summed(new FinderIterator(stream, find)),
    decode: () => summed(wholeDecoder.decode(stream)),
  },
  options,
)

// V8 makes a Buffer by a slow path inside the implicit `try` of `for...of`.
const BufferClass = Buffer[Symbol.species]

class BufferIterator extends LengthIterator {
  next() {
    const { position } = this
    const done = position >= this.limit
    this.position = position + FRAME
    return { value: done ? undefined : new BufferClass(this.buffer, this.offset + position + 4, PAYLOAD), done }
  }
}

await alternatives(
  'Buffers of a chunk of 64 KiB',
  COUNT,
  {
    'a bare loop'() {
      const { buffer, byteOffset } = stream
      let sum = 0
      for (let at = 0; at < stream.length; at += FRAME) {
        sum += new BufferClass(buffer, byteOffset + at + 4, PAYLOAD).length
      }
      return sum
    },
    'an iterator': () => summed(new BufferIterator(stream)),
  },
  options,
)

/** Knows nothing but chunks of one header, one payload, or both. Copies a payload whose header came before. */
class TwoChunkIterator {
  header = Buffer.alloc(4)
  held = 0
  slab = new ArrayBuffer(8192)
  slabBytes = new Uint8Array(this.slab)
  free = 0
  chunk = undefined
  decode(chunk) {
    this.chunk = chunk
    return this
  }
  [Symbol.iterator]() {
    return this
  }
  next() {
    const { chunk } = this
    this.chunk = undefined
    const value = chunk === undefined ? undefined : this.take(chunk)
    return { value, done: value === undefined }
  }
  take(chunk) {
    if (this.held > 0) return this.join(chunk)
    if (chunk.length > 4) return new BufferClass(chunk.buffer, chunk.byteOffset + 4, lengthAt(chunk, 0))
    for (let at = 0; at < 4; at++) this.header[at] = chunk[at]
    this.held = lengthAt(chunk, 0)
    return undefined
  }
  join(chunk) {
    if (this.free + chunk.length > this.slab.byteLength) {
      this.slab = new ArrayBuffer(8192)
      this.slabBytes = new Uint8Array(this.slab)
      this.free = 0
    }
    const at = this.free
    this.slabBytes.set(chunk, at)
    this.free = at + chunk.length
    this.held = 0
    return new BufferClass(this.slab, at, chunk.length)
  }
}

function cut(...lengths) {
  const chunks = []
  for (let at = 0; at < stream.length; at += chunks.at(-1).length) {
    chunks.push(Buffer.from(stream.subarray(at, at + lengths[chunks.length % lengths.length])))
  }
  return chunks
}

function decoding(decoder, chunks) {
  return () => {
    let sum = 0
    for (const chunk of chunks) for (const frame of decoder.decode(chunk)) sum += frame.length
    return sum
  }
}

await alternatives(
  'one Buffer a chunk, then header and payload in two chunks',
  COUNT,
  {
    'an iterator, one chunk': decoding(new TwoChunkIterator(), cut(FRAME)),
    'an iterator, two chunks': decoding(new TwoChunkIterator(), cut(4, PAYLOAD)),
    'decode, one chunk': decoding(lengthField().decoder(), cut(FRAME)),
    'decode, two chunks': decoding(lengthField().decoder(), cut(4, PAYLOAD)),
  },
  options,
)

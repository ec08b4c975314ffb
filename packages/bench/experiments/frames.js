// Short frames in chunks of 64 KiB, which cut them at any place, beside bare loops over the stream as one piece. Run by
// another Node, Bun or Deno, it measures that one. `runtimes.js` shows all of them.

import { fixedSize } from '@unstick/fixed-size'
import { lengthField } from '@unstick/length-field'
import { alternatives } from './alternatives.js'

const COUNT = 16_384
const CHUNK = 65_521
const HEADER = 4

// There are many cases and runtimes, so each is measured for a short time, and its fastest sample counts.
const options = { min_cpu_time: 100e6, statistic: 'min' }

/** The stream cut into chunks: Buffers, or Uint8Arrays of the same memory. */
function cut(stream, toChunk = (part) => part) {
  const chunks = []
  for (let at = 0; at < stream.length; at += CHUNK) chunks.push(toChunk(stream.subarray(at, at + CHUNK)))
  return chunks
}

function scanning(codec, chunks) {
  const decoder = codec.decoder()
  let sum = 0
  const visit = (_bytes, start, end) => {
    sum += end - start
  }
  return () => {
    sum = 0
    for (const chunk of chunks) decoder.scan(chunk, visit)
    return sum
  }
}

function decoding(codec, chunks) {
  const decoder = codec.decoder()
  return () => {
    let sum = 0
    for (const chunk of chunks) for (const frame of decoder.decode(chunk)) sum += frame.length
    return sum
  }
}

/** Visits the payload that follows each length. */
function lengthLoop(stream, visit) {
  let sum = 0
  for (let at = 0; at < stream.length;) {
    const length = (stream[at] << 24) | (stream[at + 1] << 16) | (stream[at + 2] << 8) | stream[at + 3]
    at += HEADER
    sum += visit(at, length)
    at += length
  }
  return sum
}

/** Visits each record. */
function recordLoop(stream, visit, size) {
  let sum = 0
  for (let at = 0; at < stream.length; at += size) sum += visit(at, size)
  return sum
}

for (const [workload, codec, loop, payload] of [
  ['W1', lengthField(), lengthLoop, 64],
  ['W2', lengthField(), lengthLoop, 16],
  ['W8', fixedSize({ size: 64 }), recordLoop, 64],
]) {
  const header = Buffer.alloc(loop === lengthLoop ? HEADER : 0)
  if (header.length > 0) header.writeUInt32BE(payload)
  const frame = Buffer.concat([header, Buffer.alloc(payload, 7)])
  const stream = Buffer.alloc(COUNT * frame.length, frame)
  const { buffer, byteOffset } = stream
  const toArray = (part) => new Uint8Array(part.buffer, part.byteOffset, part.length)
  await alternatives(
    workload,
    COUNT,
    {
      'bare loop': () => loop(stream, (_at, length) => length, payload),
      scan: scanning(codec, cut(stream)),
      'subarray loop': () => loop(stream, (at, length) => stream.subarray(at, at + length).length, payload),
      decode: decoding(codec, cut(stream)),
      'Uint8Array loop': () =>
        loop(stream, (at, length) => new Uint8Array(buffer, byteOffset + at, length).length, payload),
      'decode, Uint8Arrays': decoding(codec, cut(stream, toArray)),
    },
    options,
  )
}

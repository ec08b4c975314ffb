// Making a frame of 64 B from a chunk of 64 KiB.

import { alternatives } from './alternatives.js'

const COUNT = 1024
const chunk = Buffer.alloc(64 << 10, 1)
const plain = new Uint8Array(chunk)
const { buffer, byteOffset } = chunk
const BufferClass = Buffer[Symbol.species]

function each(frameAt) {
  return () => {
    let sum = 0
    for (let at = 0; at < chunk.length; at += 64) sum += frameAt(at).length
    return sum
  }
}

await alternatives('a Buffer', COUNT, {
  subarray: each((at) => chunk.subarray(at, at + 64)),
  "the constructor behind Buffer, the chunk's memory asked for once": each(
    (at) => new BufferClass(buffer, byteOffset + at, 64),
  ),
  'the same, the memory asked for with every frame': each(
    (at) => new BufferClass(chunk.buffer, chunk.byteOffset + at, 64),
  ),
  'a copy': each((at) => Buffer.from(chunk.subarray(at, at + 64))),
})

await alternatives('a Uint8Array', COUNT, {
  subarray: each((at) => plain.subarray(at, at + 64)),
  'the constructor': each((at) => new Uint8Array(plain.buffer, plain.byteOffset + at, 64)),
  'a copy': each((at) => plain.slice(at, at + 64)),
})

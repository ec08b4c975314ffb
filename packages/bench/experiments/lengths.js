// Reading 4-byte lengths from a chunk of 64 KiB: frames of 64 B.

import { alternatives } from './alternatives.js'

const COUNT = Math.floor((64 << 10) / 68)
const chunk = Buffer.alloc(COUNT * 68)
for (let at = 0; at < chunk.length; at += 68) chunk.writeUInt32BE(64, at)

function total(lengthAt) {
  return () => {
    let sum = 0
    for (let at = 0; at < chunk.length;) {
      const length = lengthAt(at)
      sum += length
      at += 4 + length
    }
    return sum
  }
}

const inOne = new DataView(chunk.buffer, chunk.byteOffset, chunk.length)

await alternatives('a length', COUNT, {
  'byte arithmetic': total(
    (at) => ((chunk[at] << 24) | (chunk[at + 1] << 16) | (chunk[at + 2] << 8) | chunk[at + 3]) >>> 0,
  ),
  'a DataView for the chunk': total((at) => inOne.getUint32(at)),
  'a DataView for each length': total((at) => new DataView(chunk.buffer, chunk.byteOffset, chunk.length).getUint32(at)),
  'Buffer#readUInt32BE': total((at) => chunk.readUInt32BE(at)),
})

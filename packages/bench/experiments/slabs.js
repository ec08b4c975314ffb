// Making the memory of a frame that spans chunks, and copying its bytes there. The 16 newest frames are kept, as by a
// program that has not worked on them yet.

import { alternatives } from './alternatives.js'

const COUNT = 1024
const BufferClass = Buffer[Symbol.species]
const chunk = Buffer.alloc(64 << 10, 1)
const kept = new Array(16)

/** Views of pieces of memory of this length, one after the other. */
function sharing(length, make) {
  let memory = make(0)
  let at = 0
  return (frameLength) => {
    if (at + frameLength > memory.byteLength) {
      memory = make(length)
      at = 0
    }
    at += frameLength
    return new BufferClass(memory, at - frameLength, frameLength)
  }
}

for (const length of [256, 1024, 2048, 4096, 8192]) {
  const each = (make) => () => {
    let sum = 0
    for (let index = 0; index < COUNT; index++) {
      const frame = make(length)
      frame.set(chunk.subarray(0, length))
      kept[index & 15] = frame
      sum += frame.length
    }
    return sum
  }
  const cleared = (size) => new ArrayBuffer(size)
  const uncleared = (size) => Buffer.allocUnsafeSlow(size).buffer
  await alternatives(`a frame of ${length} B`, COUNT, {
    'an ArrayBuffer of its own': each((size) => new BufferClass(new ArrayBuffer(size), 0, size)),
    'the same, not cleared': each((size) => Buffer.allocUnsafeSlow(size)),
    'a slab of 8 KiB': each(sharing(8 << 10, cleared)),
    'a slab of 8 frames': each(sharing(8 * length, cleared)),
    'a slab of 64 KiB': each(sharing(64 << 10, cleared)),
    'the same slab, not cleared': each(sharing(64 << 10, uncleared)),
  })
}

// Heap of an idle decoder, in bytes: a fresh one, and one that has decoded. Usage, after a build: node --expose-gc .ci/idle.js

import { lengthField } from '../packages/length-field/dist/index.js'

const COUNT = 100_000
const codec = lengthField()
const bytes = codec.encode(new Uint8Array(100))

function heapOf(make) {
  globalThis.gc()
  const before = process.memoryUsage()
  const kept = Array.from({ length: COUNT }, make)
  globalThis.gc()
  const after = process.memoryUsage()
  if (kept.length !== COUNT) throw new Error('not kept')
  return (after.heapUsed + after.arrayBuffers - before.heapUsed - before.arrayBuffers) / COUNT
}

function used() {
  const decoder = codec.decoder()
  for (const part of [bytes.subarray(0, 50), bytes.subarray(50)]) {
    for (const frame of decoder.decode(part)) if (frame.length !== 100) throw new Error('not decoded')
  }
  return decoder
}

heapOf(() => codec.decoder())
console.log(`fresh ${heapOf(() => codec.decoder()).toFixed(0)}, used ${heapOf(used).toFixed(0)} bytes`)

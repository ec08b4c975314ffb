// Appending a small chunk to an accumulator.

import { alternatives } from './alternatives.js'

for (const length of [1, 4, 8, 16, 32, 64]) {
  const COUNT = 1000
  const chunks = Array.from({ length: COUNT }, () => Buffer.alloc(length, 1))
  const target = new Uint8Array(COUNT * length)
  const append = (copy) => () => {
    let at = 0
    for (const chunk of chunks) {
      copy(chunk, at)
      at += length
    }
    return at
  }
  await alternatives(`a chunk of ${length} B`, COUNT, {
    'a loop over bytes': append((chunk, at) => {
      for (let from = 0; from < chunk.length; from++) target[at + from] = chunk[from]
    }),
    set: append((chunk, at) => target.set(chunk, at)),
    'set of a subarray': append((chunk, at) => target.set(chunk.subarray(0, length), at)),
  })
}

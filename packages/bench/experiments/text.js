// Making strings of the lines in a chunk of 64 KiB.

import { alternatives } from './alternatives.js'

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

for (const [length, ending] of [
  [32, '\n'],
  [128, '\r\n'],
]) {
  const line = `${'x'.repeat(length)}${ending}`
  const count = Math.floor((64 << 10) / line.length)
  const chunk = Buffer.from(line.repeat(count))

  const sliced = (block) => {
    let sum = 0
    for (let at = 0; at < chunk.length;) {
      const end = chunk.lastIndexOf(10, Math.min(chunk.length, at + block) - 1) + 1
      const text = decoder.decode(chunk.subarray(at, end))
      for (let from = 0, lf = text.indexOf('\n'); lf !== -1; from = lf + 1, lf = text.indexOf('\n', from)) {
        sum += text.slice(from, lf - (ending.length - 1)).length
      }
      at = end
    }
    return sum
  }
  const added = (lines) => lines.reduce((sum, { length: more }) => sum + more, 0)

  await alternatives(`lines of ${length} B`, count, {
    'the chunk decoded, lines sliced out': () => sliced(64 << 10),
    'the same by blocks of 32 KiB': () => sliced(32 << 10),
    'the same by blocks of 8 KiB': () => sliced(8 << 10),
    'the chunk decoded and split': () => added(decoder.decode(chunk).split(ending)),
    'the chunk decoded and split by /\\r?\\n/': () => added(decoder.decode(chunk).split(/\r?\n/)),
    'each line decoded': () => {
      let sum = 0
      for (let at = 0, lf = chunk.indexOf(10); lf !== -1; at = lf + 1, lf = chunk.indexOf(10, at)) {
        sum += decoder.decode(chunk.subarray(at, lf - (ending.length - 1))).length
      }
      return sum
    },
  })
}

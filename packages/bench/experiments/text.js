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
  /** With known positions of the lines, as after a search of the whole block. */
  const bounds = Int32Array.from({ length: 2 * count }, (_, at) =>
    at % 2 === 0 ? (at / 2) * line.length : ((at - 1) / 2) * line.length + length,
  )
  const cutTo = (lines, add) => {
    const text = chunk.latin1Slice(0, chunk.length)
    for (let index = 0; index < count; index++) add(lines, index, text.slice(bounds[2 * index], bounds[2 * index + 1]))
    return added(lines)
  }
  const added = (lines) => lines.reduce((sum, { length: more }) => sum + more, 0)

  await alternatives(`lines of ${length} B`, count, {
    'the chunk decoded, lines sliced out': () => sliced(64 << 10),
    'the same by blocks of 32 KiB': () => sliced(32 << 10),
    'the same by blocks of 8 KiB': () => sliced(8 << 10),
    'known to be ASCII and cut, into an array of their number': () =>
      cutTo(new Array(count), (lines, index, each) => (lines[index] = each)),
    'known to be ASCII and cut, pushed to an array': () => cutTo([], (lines, _, each) => lines.push(each)),
    'the chunk decoded and split': () => added(decoder.decode(chunk).split(ending)),
    'the chunk decoded and split by /\\r?\\n/': () => added(decoder.decode(chunk).split(/\r?\n/)),
    'each line, if a loop finds it to be ASCII, as Latin-1': () => {
      let sum = 0
      for (let at = 0, lf = chunk.indexOf(10); lf !== -1; at = lf + 1, lf = chunk.indexOf(10, at)) {
        const end = lf - (ending.length - 1)
        let all = 0
        for (let index = at; index < end; index++) all |= chunk[index]
        sum += (all < 128 ? chunk.latin1Slice(at, end) : decoder.decode(chunk.subarray(at, end))).length
      }
      return sum
    },
    'each line decoded': () => {
      let sum = 0
      for (let at = 0, lf = chunk.indexOf(10); lf !== -1; at = lf + 1, lf = chunk.indexOf(10, at)) {
        sum += decoder.decode(chunk.subarray(at, lf - (ending.length - 1))).length
      }
      return sum
    },
  })
}

// What WebAssembly saves where lines are found by blocks, for lines of several lengths: with it, without it, and a bare
// loop. Run by another Node, Bun or Deno, it measures that one.

import { lines, textLines } from '@unstick/delimiter'
import { alternatives } from './alternatives.js'

const CHUNK = 64 << 10

/** A codec that has not searched yet looks for WebAssembly when it does. */
function without(way) {
  return () => {
    globalThis.WebAssembly = undefined
    return way()
  }
}

function scanning(chunk) {
  const decoder = lines({ ending: 'lf' }).decoder()
  let count = 0
  const visit = () => count++
  return () => {
    count = 0
    decoder.scan(chunk, visit)
    return count
  }
}

function decodingText(chunk) {
  const decoder = textLines().decoder()
  return () => {
    let count = 0
    for (const _line of decoder.decode(chunk)) count++
    return count
  }
}

// There are many cases and runtimes, so each is measured for a short time, and its fastest sample counts.
const options = { min_cpu_time: 100e6, statistic: 'min' }

for (const length of [16, 80, 500, 4096]) {
  const line = `${'x'.repeat(length - 1)}\n`
  const count = Math.floor(CHUNK / length)
  const chunk = Buffer.from(line.repeat(count))
  const ways = {
    'indexOf loop': () => {
      let found = 0
      for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, at + 1)) found++
      return found
    },
    scan: scanning(chunk),
    'scan without WebAssembly': without(scanning(chunk)),
    textLines: decodingText(chunk),
    'textLines without WebAssembly': without(decodingText(chunk)),
  }
  await alternatives(`lines of ${length} B`, count, ways, options)
}

// Finding the ends of lines in a chunk of 64 KiB.

import { readFileSync } from 'node:fs'
import { alternatives } from './alternatives.js'

const LF = 10
const CR = 13

function chunkOf(line) {
  return Buffer.from(line.repeat(Math.floor((64 << 10) / line.length)))
}

/** Sums the positions of the ends, `length` bytes each, that `find` finds. */
function ends(chunk, length, find) {
  return () => {
    let sum = 0
    for (let at = find(chunk, 0); at !== -1; at = find(chunk, at + length)) sum += at
    return sum
  }
}

function byLoop(chunk, from) {
  for (let at = from; at < chunk.length; at++) if (chunk[at] === LF) return at
  return -1
}

const ONES = 0x01010101
const SOUGHT = LF * ONES

function byWords(words) {
  return (chunk, from) => {
    let at = from
    for (; (at & 3) !== 0 && at < chunk.length; at++) if (chunk[at] === LF) return at
    for (; at + 4 <= chunk.length; at += 4) {
      const difference = words[at >> 2] ^ SOUGHT
      if (((difference - ONES) & ~difference & 0x80808080) === 0) continue
      while (chunk[at] !== LF) at++
      return at
    }
    return byLoop(chunk, at)
  }
}

const source = readFileSync(new URL('../../delimiter/src/line-block-wasm.ts', import.meta.url), 'utf8')
const { exports: wasm } = new WebAssembly.Instance(
  new WebAssembly.Module(Buffer.from(/'(.*)'/.exec(source)[1], 'base64')),
)
const STEP = 64
const BLOCK = 64 * 1024
const BOUNDS = STEP + BLOCK + STEP
const bounds = new Int32Array(3 * 1024)

/** Copies a block to the WebAssembly memory, finds all its lines at once, and copies their positions back. */
function byBlocks(chunk) {
  const memory = new Uint8Array(wasm.memory.buffer)
  return () => {
    let sum = 0
    for (let from = 0; ;) {
      const length = Math.min(BLOCK, chunk.length - from)
      memory.set(chunk.subarray(from, from + length), STEP)
      const boundsEnd = BOUNDS + bounds.byteLength
      const count = wasm.findLines(LF, -1, 0, STEP, STEP + length, from - STEP, BLOCK, BOUNDS, boundsEnd) >> 4
      bounds.set(new Int32Array(wasm.memory.buffer, BOUNDS, count))
      for (let at = 1; at < count; at += 3) sum += bounds[at]
      if (count === 0) return sum
      from = bounds[count - 1]
    }
  }
}

for (const length of [8, 32, 128]) {
  const chunk = chunkOf(`${'x'.repeat(length)}\n`)
  const words = new Int32Array(chunk.buffer.slice(chunk.byteOffset, chunk.byteOffset + (chunk.length & ~3)))
  await alternatives(`LF, lines of ${length} B`, chunk.length / (length + 1), {
    'Buffer#indexOf': ends(chunk, 1, (bytes, from) => bytes.indexOf(LF, from)),
    'Uint8Array#indexOf': ends(chunk, 1, (bytes, from) => Uint8Array.prototype.indexOf.call(bytes, LF, from)),
    'a loop over bytes': ends(chunk, 1, byLoop),
    'a loop over words of 32 bits': ends(chunk, 1, byWords(words)),
    'WebAssembly SIMD, blocks of 64 KiB': byBlocks(chunk),
  })
}

const both = Buffer.from('\r\n')
const chunk = chunkOf(`${'x'.repeat(128)}\r\n`)
await alternatives('CRLF, lines of 128 B', chunk.length / 130, {
  'Buffer#indexOf of both bytes': ends(chunk, 2, (bytes, from) => bytes.indexOf(both, from)),
  'Buffer#indexOf of LF, and a look at the byte before': ends(chunk, 2, (bytes, from) => {
    let at = bytes.indexOf(LF, from)
    while (at !== -1 && bytes[at - 1] !== CR) at = bytes.indexOf(LF, at + 1)
    return at === -1 ? -1 : at - 1
  }),
})

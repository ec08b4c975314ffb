// Finding the ends of JSON values in a chunk of 64 KiB, each followed by an LF.

import { readFileSync } from 'node:fs'
import { alternatives } from './alternatives.js'

const QUOTE = 0x22
const BACKSLASH = 0x5c

/** The end of the string that continues at `from`, found byte by byte. */
function byByte(bytes, from) {
  for (let at = from; ; at++) {
    if (bytes[at] === QUOTE) return at + 1
    if (bytes[at] === BACKSLASH) at++
  }
}

function byFour(bytes, from) {
  for (let at = from; ;) {
    while (at + 3 < bytes.length) {
      const first = bytes[at]
      const second = bytes[at + 1]
      const third = bytes[at + 2]
      const fourth = bytes[at + 3]
      if (first === QUOTE || first === BACKSLASH) break
      if (second === QUOTE || second === BACKSLASH) {
        at += 1
        break
      }
      if (third === QUOTE || third === BACKSLASH) {
        at += 2
        break
      }
      if (fourth === QUOTE || fourth === BACKSLASH) {
        at += 3
        break
      }
      at += 4
    }
    const byte = bytes[at++]
    if (byte === QUOTE) return at
    if (byte === BACKSLASH) at++
  }
}

/** By the runtime after 16 bytes. */
function byIndexOf(bytes, from) {
  for (let at = from, near = from + 16; ; at++) {
    if (at >= near) {
      const quote = bytes.indexOf(QUOTE, at)
      let first = quote
      while (first > at && bytes[first - 1] === BACKSLASH) first--
      if ((quote - first) % 2 === 0) return quote + 1
      at = quote
      near = at + 16
    } else if (bytes[at] === QUOTE) return at + 1
    else if (bytes[at] === BACKSLASH) at++
  }
}

/** With a table of the bytes that end the loop. */
const STOPS = new Uint8Array(256)
STOPS[QUOTE] = STOPS[BACKSLASH] = 1
function byTable(bytes, from) {
  for (let at = from; ; at += 2) {
    while (STOPS[bytes[at]] === 0) at++
    if (bytes[at] === QUOTE) return at + 1
  }
}

/** Sums the ends of the values; `closeString` skips strings. */
function ends(chunk, closeString) {
  return () => {
    let sum = 0
    let depth = 0
    for (let at = 0; at < chunk.length;) {
      const byte = chunk[at++]
      if (byte === QUOTE) at = closeString(chunk, at)
      else if (byte > 0x5a) {
        if ((byte | 0x20) === 0x7b) depth++
        else if ((byte | 0x20) === 0x7d && --depth === 0) sum += at++
      }
    }
    return sum
  }
}

const source = readFileSync(new URL('../../json/src/value-block-wasm.ts', import.meta.url), 'utf8')
const { exports: wasm } = new WebAssembly.Instance(
  new WebAssembly.Module(Buffer.from(/'(.*)'/.exec(source)[1], 'base64')),
)
const BLOCK = 16 << 10
const FOUND = BLOCK + 64

/** Finds values in blocks of this length. */
function byBlocks(chunk, blockLength, most) {
  const memory = new Uint8Array(wasm.memory.buffer)
  const found = new Int32Array(wasm.memory.buffer, FOUND)
  return () => {
    let sum = 0
    for (let from = 0; from < chunk.length;) {
      const length = Math.min(blockLength, chunk.length - from)
      memory.set(chunk.subarray(from, from + length), 0)
      const count = wasm.findNested(length, from, 0, 512, FOUND, FOUND + 8 * most) / 8
      for (let index = 0; index < count; index++) sum += found[2 * index + 1]
      from = found[2 * count - 1] + 1
    }
    return sum
  }
}

const samples = {
  'records of 200 B': { id: 12345, name: 'user 12345', tags: ['alpha', 'beta'], active: true, text: 'x'.repeat(126) },
  'records of 180 B, short strings': {
    id: 123,
    user: 'someone@example.com',
    title: 'The quick brown fox',
    tags: ['alpha', 'beta', 'gamma'],
    ok: true,
    n: [12.5, 1, 2, { a: null, b: 'c' }],
    at: '2024-01-01T00:00:00Z',
  },
}

for (const [what, value] of Object.entries(samples)) {
  const text = `${JSON.stringify(value)}\n`
  const count = Math.floor((64 << 10) / text.length)
  const chunk = Buffer.from(text.repeat(count))
  await alternatives(what, count, {
    'byte by byte': ends(chunk, byByte),
    'four bytes at a time': ends(chunk, byFour),
    'a table': ends(chunk, byTable),
    'Buffer#indexOf after 16 bytes': ends(chunk, byIndexOf),
    'WebAssembly SIMD, a call for each value': byBlocks(chunk, 256, 1),
    'WebAssembly SIMD, a call for a block of 16 KiB': byBlocks(chunk, BLOCK, 2000),
  })
}

// Finding the ends of JSON values in a chunk of 64 KiB, each followed by an LF.

import wabt from 'wabt'
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

// The same with 16 bytes per step: a bit for each relevant byte, outside or inside strings; the lowest bit is next.
const SOURCE = `(module
  (memory (export "memory") 3)
  (func (export "findEnds") (param $to i32) (param $ends i32) (result i32)
    (local $at i32) (local $depth i32) (local $inString i32) (local $bits i32) (local $byte i32) (local $next i32)
    (local $bytes v128)
    (local.set $next (local.get $ends))
    (block $done
      (loop $steps
        (br_if $done (i32.ge_u (local.get $at) (local.get $to)))
        (local.set $bytes (v128.load (local.get $at)))
        (local.set $bits
          (i8x16.bitmask
            (v128.or
              (i8x16.eq (local.get $bytes) (i8x16.splat (i32.const 0x22)))
              (if (result v128) (local.get $inString)
                (then (i8x16.eq (local.get $bytes) (i8x16.splat (i32.const 0x5c))))
                (else
                  (v128.or
                    (i8x16.eq (v128.or (local.get $bytes) (i8x16.splat (i32.const 0x20))) (i8x16.splat (i32.const 0x7b)))
                    (i8x16.eq (v128.or (local.get $bytes) (i8x16.splat (i32.const 0x20))) (i8x16.splat (i32.const 0x7d)))))))))
        (if (i32.eqz (local.get $bits))
          (then (local.set $at (i32.add (local.get $at) (i32.const 16))) (br $steps)))
        (local.set $at (i32.add (local.get $at) (i32.ctz (local.get $bits))))
        (br_if $done (i32.ge_u (local.get $at) (local.get $to)))
        (local.set $byte (i32.load8_u (local.get $at)))
        (local.set $at (i32.add (local.get $at) (i32.const 1)))
        (if (i32.eq (local.get $byte) (i32.const 0x22))
          (then (local.set $inString (i32.eqz (local.get $inString))) (br $steps)))
        (if (local.get $inString)
          (then (local.set $at (i32.add (local.get $at) (i32.const 1))) (br $steps)))
        (if (i32.eq (i32.or (local.get $byte) (i32.const 0x20)) (i32.const 0x7b))
          (then (local.set $depth (i32.add (local.get $depth) (i32.const 1))) (br $steps)))
        (local.set $depth (i32.sub (local.get $depth) (i32.const 1)))
        (br_if $steps (local.get $depth))
        (i32.store (local.get $next) (local.get $at))
        (local.set $next (i32.add (local.get $next) (i32.const 4)))
        (br $steps)))
    (i32.shr_u (i32.sub (local.get $next) (local.get $ends)) (i32.const 2))))`

const assembler = await wabt()
const { buffer } = assembler.parseWat('json-ends.wat', SOURCE, { simd: true }).toBinary({})
const { exports: wasm } = new WebAssembly.Instance(new WebAssembly.Module(buffer))
const ENDS = 2 << 16

/** Finds all ends of the chunk in one call, for a codec that finds many values at once. */
function atOnce(chunk) {
  const memory = new Uint8Array(wasm.memory.buffer)
  const found = new Int32Array(wasm.memory.buffer, ENDS)
  return () => {
    memory.set(chunk, 0)
    let sum = 0
    for (let count = wasm.findEnds(chunk.length, ENDS); count > 0; count--) sum += found[count - 1]
    return sum
  }
}

/** Makes a call for each value, like a codec that finds them one by one; copies the first 256 bytes. */
function oneByOne(chunk) {
  const memory = new Uint8Array(wasm.memory.buffer)
  const found = new Int32Array(wasm.memory.buffer, ENDS)
  return () => {
    let sum = 0
    for (let at = 0; at < chunk.length;) {
      const length = Math.min(256, chunk.length - at)
      memory.set(chunk.subarray(at, at + length), 0)
      wasm.findEnds(length, ENDS)
      sum += at + found[0]
      at += found[0] + 1
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
    'WebAssembly SIMD, a call for each value': oneByOne(chunk),
    'WebAssembly SIMD, a call for all': atOnce(chunk),
  })
}

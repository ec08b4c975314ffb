// Compares our decoders, Netty's and tokio-util's, in turn, with the same streams: medians of the CPU time per frame.
//
// It needs `npm run build`, a JDK and a Rust toolchain. On Debian: `apt install openjdk-17-jdk-headless libnetty-java
// librust-tokio-util-dev`, then
//
//   javac -cp "$NETTY" -d reports/netty packages/bench/experiments/platforms/Netty.java
//   cargo build --release --target-dir reports/tokio --manifest-path packages/bench/experiments/platforms/tokio/Cargo.toml
//   node packages/bench/experiments/platforms.js "reports/netty:$NETTY" reports/tokio/release/tokio-util-framing
//
// with the jars netty-buffer, netty-codec, netty-common, netty-resolver and netty-transport in NETTY.

import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const [classPath, tokio] = process.argv.slice(2)
if (tokio === undefined) throw new Error('usage: node platforms.js CLASS_PATH PROGRAM')

const VOLUME = 256 << 10
const PASSES = 1500
const ROUNDS = 5

const lengths = Buffer.alloc(VOLUME - (VOLUME % 68), 'x')
for (let at = 0; at < lengths.length; at += 68) lengths.writeUInt32BE(64, at)
const lines = Buffer.alloc(VOLUME - (VOLUME % 33), 'x')
for (let at = 32; at < lines.length; at += 33) lines[at] = 10

const platforms = {
  unstick: [process.execPath, join(import.meta.dirname, 'platforms/ours.js')],
  Netty: ['java', '-cp', classPath, 'Netty'],
  'tokio-util': [tokio],
}

const folder = mkdtempSync(join(tmpdir(), 'unstick-platforms-'))
try {
  for (const { workload, stream, size } of [
    { workload: 'W1', stream: lengths, size: 68 },
    { workload: 'W5', stream: lines, size: 33 },
  ]) {
    const file = join(folder, workload)
    writeFileSync(file, stream)
    const times = Object.fromEntries(Object.keys(platforms).map((name) => [name, []]))
    for (let round = 0; round < ROUNDS; round++) {
      for (const [name, [command, ...args]] of Object.entries(platforms)) {
        const printed = execFileSync(command, [...args, workload, file, String(PASSES)], { encoding: 'utf8' })
        const [time, frames] = printed.trim().split(' ').map(Number)
        if (frames !== stream.length / size) throw new Error(`${name} found ${frames} frames`)
        times[name].push(time)
      }
    }
    for (const [name, all] of Object.entries(times)) {
      const sorted = all.toSorted((a, b) => a - b)
      const [fastest, median, slowest] = [sorted[0], sorted[ROUNDS >> 1], sorted.at(-1)]
      console.log(`${workload} ${name}: ${median.toFixed(1)} ns (${fastest.toFixed(1)} to ${slowest.toFixed(1)})`)
    }
  }
} finally {
  rmSync(folder, { recursive: true })
}

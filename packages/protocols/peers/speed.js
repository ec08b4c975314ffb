// Measures how fast the npm parser of a protocol finds the frames of a recording, next to ours. The recording is
// repeated to a megabyte, in chunks of 64 KiB and of 1460 bytes (TCP segments). Compares the CPU time of the best
// round; only the ratios are meaningful.
//
// `decode` is compared with their parser plus what completes its frames (`complete` in peers.js); `scan`, which makes
// no objects, with their parser alone.
//
//   npm run speed -- [parser ...]

import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import * as presets from '@unstick/protocols'
import { peers } from './peers.js'
import { streamsOf } from './recording.js'

const LENGTH = 1 << 20
const CHUNKS = [64 * 1024, 1460]
const ROUNDS = 25
/** CPU time, in microseconds: on a busy machine, wall-clock time includes waiting. */
const SHORTEST_ROUND = 5000

/** Holds the last frame, so that making it is not optimised away. */
const kept = { frame: undefined }

const [only, ...others] = process.argv.slice(2)
if (only !== undefined && others.length === 0 && only in peers) await compare(only)
else {
  console.log(
    'Ours, in times the speed of theirs: decode, scan, and MB/s of theirs; in chunks of 64 KiB, and of 1460 bytes.\n',
  )
  // One process each: type feedback from one codec slows down shared code for the next one.
  for (const name of only === undefined ? Object.keys(peers) : [only, ...others]) {
    execFileSync(process.execPath, [fileURLToPath(import.meta.url), name], { stdio: 'inherit' })
  }
}

async function compare(name) {
  const peer = peers[name]
  const stream = longStream(peer)
  const results = []
  for (const length of CHUNKS) results.push(await compared(peer, chunksOf(stream, length)))
  const columns = results.flatMap(({ decode, scan, rate }) => [decode, scan, rate])
  console.log(
    name.padEnd(26),
    String(results[0].count).padEnd(8),
    ...columns.map((each) => each.toFixed(2).padStart(8)),
  )
}

/** From the best round of each, run alternately. */
async function compared(peer, chunks) {
  const codec = peer.codec(presets)
  const counts = new Set()
  const { complete } = peer
  const best = { decode: Infinity, scan: Infinity, theirs: Infinity, completed: Infinity }
  const pass = async (name, make) => {
    let count = 0
    const each = make((frame) => {
      count++
      kept.frame = frame
    })
    for (const chunk of chunks) {
      const promise = each(chunk)
      if (promise instanceof Promise) await promise
    }
    // For joined messages, `scan` visits the fragments.
    if (name !== 'scan') counts.add(count)
  }
  const time = async (name, make) => {
    const start = process.cpuUsage()
    let passes = 0
    let used = 0
    while (used < SHORTEST_ROUND) {
      await pass(name, make)
      passes++
      const { user, system } = process.cpuUsage(start)
      used = user + system
    }
    best[name] = Math.min(best[name], used / passes)
  }
  for (let round = 0; round < ROUNDS; round++) {
    await time('decode', (onFrame) => {
      const decoder = codec.decoder()
      return (chunk) => {
        for (const frame of decoder.decode(chunk)) onFrame(frame)
      }
    })
    await time('scan', (onFrame) => {
      const decoder = codec.decoder()
      return (chunk) => decoder.scan(chunk, onFrame)
    })
    await time('theirs', (onFrame) => peer.make(onFrame, chunks[0]))
    if (complete !== undefined) {
      await time('completed', (onFrame) => peer.make((frame) => onFrame(complete(frame)), chunks[0]))
    }
  }
  if (counts.size > 1) console.error(`not the same number of frames: ${[...counts].join(', ')}`)
  const { decode, scan, theirs, completed } = best
  return {
    decode: (complete === undefined ? theirs : completed) / decode,
    scan: theirs / scan,
    rate: LENGTH / theirs,
    count: [...counts][0],
  }
}

function longStream({ recording, from, skip, until, untilRepeated, isLeftOut }) {
  const streams = streamsOf(recording, from).filter((bytes) => isLeftOut?.(bytes) !== true)
  const parts = streams.map((bytes) => bytes.subarray(skip?.(bytes) ?? 0, (untilRepeated ?? until)?.(bytes)))
  const all = Buffer.concat(recording === 'mqtt' ? parts.slice(0, 1) : parts)
  return Buffer.concat(Array.from({ length: Math.ceil(LENGTH / all.length) }, () => all))
}

function chunksOf(bytes, length) {
  const chunks = []
  for (let at = 0; at < bytes.length; at += length) chunks.push(Buffer.from(bytes.subarray(at, at + length)))
  return chunks
}

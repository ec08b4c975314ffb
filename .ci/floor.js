// `scan` and `decode` beside the bare loops that do the least, in one process, rounds interleaved: nanoseconds a frame.
// Usage, after a build: node .ci/floor.js [W1 W2 W3 W4 W8 W10]

import { fixedSize } from '../packages/fixed-size/dist/index.js'
import { lengthField } from '../packages/length-field/dist/index.js'

const ROUNDS = 60
const TOTAL = 2 << 20
const CHUNK = 64 << 10
const workloads = {
  W1: { payload: 64, codec: lengthField() },
  W2: { payload: 16, codec: lengthField() },
  W3: { payload: 1 << 10, codec: lengthField() },
  W4: { payload: 64 << 10, codec: lengthField() },
  W8: { payload: 64, codec: fixedSize({ size: 64 }) },
}

let sink = 0

function lengthAt(bytes, at) {
  return ((bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3]) >>> 0
}

function measure(runs, count) {
  const times = Object.fromEntries(Object.keys(runs).map((name) => [name, []]))
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, run] of Object.entries(runs)) {
      const start = process.hrtime.bigint()
      const frames = run()
      const elapsed = Number(process.hrtime.bigint() - start)
      if (frames !== count) throw new Error(`${name}: ${frames} frames instead of ${count}`)
      if (round >= ROUNDS / 4) times[name].push(elapsed / count)
    }
  }
  return Object.fromEntries(
    Object.entries(times).map(([name, all]) => [name, all.toSorted((a, b) => a - b)[all.length >> 1]]),
  )
}

function decoding(codec, chunks) {
  return {
    scan() {
      let count = 0
      const decoder = codec.decoder()
      const visit = (_bytes, start, end) => {
        count++
        sink ^= end - start
      }
      for (const chunk of chunks) decoder.scan(chunk, visit)
      decoder.end()
      return count
    },
    decode() {
      let count = 0
      const decoder = codec.decoder()
      for (const chunk of chunks) {
        for (const frame of decoder.decode(chunk)) {
          count++
          sink ^= frame.length
        }
      }
      decoder.end()
      return count
    },
  }
}

function ofFrames(name, ofBuffers) {
  const { payload, codec } = workloads[name]
  const header = name === 'W8' ? 0 : 4
  const frameLength = header + payload
  const count = Math.floor(TOTAL / frameLength)
  const bytes = new Uint8Array(count * frameLength)
  for (let at = 0; header > 0 && at < bytes.length; at += frameLength) new DataView(bytes.buffer).setUint32(at, payload)
  const whole = ofBuffers ? Buffer.from(bytes.buffer) : bytes
  const chunks = []
  for (let at = 0; at < whole.length; at += CHUNK) chunks.push(whole.subarray(at, at + CHUNK))
  const step = header === 0 ? () => payload : (at) => lengthAt(whole, at)
  const times = measure(
    {
      'bare loop'() {
        let frames = 0
        for (let at = 0; at < whole.length; frames++) {
          const length = step(at)
          sink ^= length
          at += header + length
        }
        return frames
      },
      'bare views'() {
        let frames = 0
        for (let at = 0; at < whole.length; frames++) {
          const length = step(at)
          const from = at + header
          const view = ofBuffers
            ? whole.subarray(from, from + length)
            : new Uint8Array(whole.buffer, whole.byteOffset + from, length)
          sink ^= view.length
          at = from + length
        }
        return frames
      },
      ...decoding(codec, chunks),
    },
    count,
  )
  const shown = Object.entries(times).map(([run, time]) => `${run} ${time.toFixed(1)}`)
  const scanRatio = (times.scan / times['bare loop']).toFixed(2)
  const decodeRatio = (times.decode / times['bare views']).toFixed(2)
  console.log(
    `${name} ${ofBuffers ? 'Buffer    ' : 'Uint8Array'}  ${shown.join('  ')}  scan/loop ${scanRatio}  decode/views ${decodeRatio}`,
  )
}

/** One frame of 1 MiB in small chunks, and how its time grows with its length. */
function ofOneFrame(chunkLength) {
  const codec = lengthField()
  const times = [1 << 16, 1 << 20].map((length) => {
    const bytes = codec.encode(new Uint8Array(length - 4))
    const chunks = []
    for (let at = 0; at < length; at += chunkLength) chunks.push(bytes.slice(at, at + chunkLength))
    return measure(decoding(codec, chunks), 1)
  })
  for (const run of ['scan', 'decode']) {
    const [small, large] = times.map((time) => time[run])
    const perByte = (large / (1 << 20)).toFixed(2)
    const exponent = (Math.log(large / small) / Math.log(16)).toFixed(2)
    console.log(
      `W10 chunks of ${chunkLength}  ${run} ${perByte} ns a byte, exponent of time against length ${exponent}`,
    )
  }
}

const wanted = process.argv.slice(2)
for (const name of wanted.length > 0 ? wanted : [...Object.keys(workloads), 'W10']) {
  if (name === 'W10') for (const chunkLength of [1, 16, 64]) ofOneFrame(chunkLength)
  else for (const ofBuffers of [false, true]) ofFrames(name, ofBuffers)
}
if (sink === Infinity) console.log(sink)

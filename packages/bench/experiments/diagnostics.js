// Measures the cost of the diagnostics channels of `@unstick/stream` without subscribers: the least CPU time of its source
// with and without the code that publishes. The unchanged source is measured twice, to show the noise.

import { execFileSync } from 'node:child_process'
import { channel } from 'node:diagnostics_channel'
import { mkdir, rm } from 'node:fs/promises'
import { PassThrough } from 'node:stream'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { debuglog } from 'node:util'
import { lengthField } from '@unstick/length-field'
import { rolldown } from 'rolldown'

const FRAMES = 10_000
const PACKAGE = fileURLToPath(new URL('../../stream/', import.meta.url))
const codec = lengthField()
const payload = Buffer.alloc(60, 7)
const frame = Buffer.concat([Buffer.from([0, 0, 0, 60]), payload])
const all = Buffer.alloc(FRAMES * frame.length, frame)

const MUTE = `
const mute = {
  isListening: false,
  lend: () => mute,
  received() {},
  sent() {},
  error() {},
  stall() {},
  close() {},
  watching: (options) => options,
}
export const Trace = { open: () => mute }
`

/** A bundle of the stream package, with an empty `trace.ts` if `isMute`. */
async function build(name, isMute) {
  const folder = fileURLToPath(new URL('../reports/', import.meta.url))
  await mkdir(folder, { recursive: true })
  const file = `${folder}${name}.js`
  const bundle = await rolldown({
    input: `${PACKAGE}src/index.ts`,
    external: /^(node:|@unstick\/core$)/,
    plugins: [{ name: 'mute', load: (id) => (isMute && id.endsWith('/trace.ts') ? MUTE : undefined) }],
  })
  await bundle.write({ file, format: 'esm' })
  await bundle.close()
  return file
}

function cut(length) {
  const chunks = []
  for (let at = 0; at < all.length; at += length) chunks.push(all.subarray(at, at + length))
  return chunks
}

const loop = (length) => {
  const chunks = cut(length)
  return async ({ frames }) => {
    let count = 0
    for await (const each of frames(chunks, codec)) if (each.length > 0) count++
    return count
  }
}

async function write({ encodeStream }) {
  const stream = encodeStream(codec)
  const sink = stream.pipe(new PassThrough())
  let bytes = 0
  sink.on('data', (chunk) => (bytes += chunk.length))
  for (let count = 0; count < FRAMES; count++) if (!stream.write(payload)) await new Promise(setImmediate)
  stream.end()
  await new Promise((resolve) => sink.on('end', resolve))
  return bytes / frame.length
}

const workloads = {
  'frames(): a frame of 64 B in a chunk of its own': loop(frame.length),
  'frames(): frames of 64 B in chunks of 64 KiB': loop(64 << 10),
  'encodeStream(): frames of 64 B': write,
}

const LAUNCHES = 9
const SAMPLES = 30
const builds = ['without what publishes', 'as it is, nobody listens', 'the same again']

/** The least CPU time of some samples, in nanoseconds per frame. */
async function measured(run, streams) {
  let least = Infinity
  for (let sample = 0; sample < SAMPLES; sample++) {
    const before = process.cpuUsage()
    if ((await run(streams)) !== FRAMES) throw new Error('frames are missing')
    const { user, system } = process.cpuUsage(before)
    least = Math.min(least, ((user + system) * 1000) / FRAMES)
  }
  return least
}

/** The cost for each chunk and each written frame without subscribers, in nanoseconds. */
function checkAlone() {
  const received = channel('unstick:frame:received')
  const debug = debuglog('unstick').enabled ? () => {} : undefined
  const COUNT = 10_000_000
  let least = Infinity
  let heard = 0
  for (let sample = 0; sample < 5; sample++) {
    const before = process.cpuUsage()
    for (let count = 0; count < COUNT; count++) if (received.hasSubscribers || debug !== undefined) heard++
    least = Math.min(least, (process.cpuUsage(before).user * 1000) / COUNT)
  }
  return heard === 0 ? least : NaN
}

const [, self, title, file] = process.argv
if (title === undefined) await compare()
else console.log(await measured(workloads[title], await import(pathToFileURL(file).href)))

/** Each build has its own process in each launch, and they take turns. */
async function compare() {
  const files = await Promise.all(builds.map((name, index) => build(`diagnostics-${index}`, index === 0)))
  for (const name of Object.keys(workloads)) {
    const times = builds.map(() => [])
    for (let launch = 0; launch < LAUNCHES; launch++) {
      for (const [index, path] of files.entries()) {
        times[index].push(Number(execFileSync(process.execPath, [self, name, path], { encoding: 'utf8' })))
      }
    }
    const least = times.map((list) => Math.min(...list))
    console.log(name)
    for (const [index, time] of least.entries()) {
      console.log(`  ${time.toFixed(1).padStart(7)} ns  ${(time / least[0]).toFixed(3)}  ${builds[index]}`)
    }
  }
  for (const path of files) await rm(path)
  console.log(`the check for listeners alone\n  ${checkAlone().toFixed(1).padStart(7)} ns`)
}

// Compares two builds of the packages, sample by sample in turn, and prints the ratios of their times, new to old.
//
//   node packages/bench/experiments/compare-builds.js OLD_DIR NEW_DIR [options]
//
//   OLD_DIR, NEW_DIR   built checkouts: npm ci && npx turbo run build --filter=./packages/*
//   --workloads W1,W2  default: all of `workloads` below
//   --paths scan,decode,u8   `u8` is `decode` of Uint8Arrays; default: all paths of the workload
//   --node BIN         the Node (or Bun) that measures; default: the one that runs this program
//   --launches 3       pairs of processes for each case, since V8 compiles differently in each
//   --rounds 12        samples of each process, taken in turn with the other build's
//   --sample-ms 8
//
// Each case of each build has its own process, since the compiler cannot inline a call site for two codecs. The lower
// quartile of a process's samples counts, so that other programs have less influence; a launch gives the ratio of two
// quartiles. The program prints the median, the smallest and the largest ratio of the launches, and the ratio of the least
// CPU times of all launches. CPU time includes the threads of the collector and the compiler, but no waiting, so read that
// column on a busy machine. Pass the same directory twice to see the noise.

import { execFileSync, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'

const SELF = fileURLToPath(import.meta.url)
/** Fits into the cache of a core. */
const VOLUME = 256 << 10
const CHUNK = 64 << 10
const WARM_UP_MS = 300

// `frame` returns a frame's parts on the wire.
const length = {
  package: 'length-field',
  make: ({ lengthField }) => lengthField(),
  frame: (payload) => [uint32(payload.length), payload],
}
const lf = {
  package: 'delimiter',
  make: ({ lines }) => lines(),
  frame: (payload) => [payload, Buffer.from('\n')],
}
const crlf = { ...lf, frame: (payload) => [payload, Buffer.from('\r\n')] }
const dollar = {
  package: 'delimiter',
  make: ({ delimiter }) => delimiter({ delimiter: '$_' }),
  frame: (payload) => [payload, Buffer.from('$_')],
}
const fixed = {
  package: 'fixed-size',
  make: ({ fixedSize }) => fixedSize({ size: 64 }),
  frame: (payload) => [payload],
}
const varint = {
  package: 'length-field',
  make: ({ varintLength }) => varintLength(),
  frame: (payload) => [Buffer.from([payload.length]), payload],
}
const BATCHES = ['scan', 'decode', 'u8']
const SINGLE = ['scan', 'decode']

/** `cuts`: the lengths of the chunks, repeated to the end of the stream. */
const workloads = {
  W1: { wire: length, payload: 64, cuts: [CHUNK], paths: BATCHES },
  W2: { wire: length, payload: 16, cuts: [CHUNK], paths: BATCHES },
  W3: { wire: length, payload: 1024, cuts: [CHUNK], paths: BATCHES },
  W4: { wire: length, payload: 64 << 10, cuts: [CHUNK], paths: SINGLE },
  W5: { wire: lf, payload: 32, cuts: [CHUNK], paths: BATCHES },
  W6: { wire: crlf, payload: 128, cuts: [CHUNK], paths: BATCHES },
  W7: { wire: dollar, payload: 64, cuts: [CHUNK], paths: BATCHES },
  W8: { wire: fixed, payload: 64, cuts: [CHUNK], paths: BATCHES },
  W9: { wire: varint, payload: 64, cuts: [CHUNK], paths: BATCHES },
  W10: { wire: length, payload: 1 << 20, cuts: [16], frames: 1, paths: SINGLE },
  'W10-lf': { wire: lf, payload: 1 << 20, cuts: [16], frames: 1, paths: SINGLE },
  'small-64': { wire: length, payload: 64, cuts: [64], paths: BATCHES },
  'small-16': { wire: length, payload: 64, cuts: [16], paths: BATCHES },
  'small-lf': { wire: lf, payload: 32, cuts: [16], paths: SINGLE },
  'W11-one': { wire: length, payload: 64, cuts: [68], paths: BATCHES },
  'W11-two': { wire: length, payload: 64, cuts: [4, 64], paths: BATCHES },
}

const [role, ...parameters] = process.argv.slice(2)
if (role === '--measure') await measure(...parameters)
else if (role === '--check') await check(...parameters)
else await main()

// ── The parent ──

async function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      workloads: { type: 'string', default: Object.keys(workloads).join(',') },
      paths: { type: 'string', default: BATCHES.join(',') },
      node: { type: 'string', default: process.execPath },
      launches: { type: 'string', default: '3' },
      rounds: { type: 'string', default: '12' },
      'sample-ms': { type: 'string', default: '8' },
    },
  })
  if (positionals.length !== 2) throw new TypeError('give two directories: OLD_DIR NEW_DIR')
  const folders = positionals.map((folder) => resolve(folder))
  const paths = values.paths.split(',')
  console.log(`${execFileSync(values.node, ['--version']).toString().trim()}, times in ns per frame (W10: per byte)`)
  console.log('workload   path        old       new   new/old   launches           CPU time')
  for (const id of values.workloads.split(',')) {
    if (!(id in workloads)) {
      throw new RangeError(`workloads must be among ${Object.keys(workloads).join(', ')}, received ${id}`)
    }
    for (const path of workloads[id].paths.filter((known) => paths.includes(known))) {
      for (const folder of folders) checked(values.node, folder, id, path)
      const launches = []
      for (let launch = 0; launch < Number(values.launches); launch++) {
        launches.push(await launched({ folders, id, path, launch, ...values }))
      }
      console.log(rowOf(id, path, launches))
    }
  }
}

/** `launches` has the times of both builds for each launch, `{ wall, cpu }`. */
function rowOf(id, path, launches) {
  const ratios = launches.map(([older, newer]) => newer.wall / older.wall).toSorted((a, b) => a - b)
  const least = (side) => Math.min(...launches.map((launch) => launch[side].cpu))
  const times = [0, 1].map((side) =>
    quantile(
      launches.map((launch) => launch[side].wall),
      0.5,
    )
      .toFixed(2)
      .padStart(9),
  )
  const range = `${ratios[0].toFixed(3)} to ${ratios.at(-1).toFixed(3)}`
  const shown = [quantile(ratios, 0.5).toFixed(3).padStart(9), range, (least(1) / least(0)).toFixed(3)]
  return `${id.padEnd(10)} ${path.padEnd(6)}${times.join(' ')} ${shown.join('   ')}`
}

/** Runs in a process that times nothing, so that the check does not influence the measurements. */
function checked(node, folder, id, path) {
  execFileSync(node, [SELF, '--check', folder, id, path], { stdio: ['ignore', 'inherit', 'inherit'] })
}

async function launched({ folders, id, path, launch, node, rounds, 'sample-ms': sampleMs }) {
  const isNode = /node[^/\\]*$/.test(node)
  const children = folders.map((folder) => {
    const child = spawn(node, [...(isNode ? ['--expose-gc'] : []), SELF, '--measure', folder, id, path, sampleMs], {
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    return { child, lines: createInterface({ input: child.stdout })[Symbol.asyncIterator]() }
  })
  const answer = async ({ lines }) => {
    const { value, done } = await lines.next()
    if (done) throw new Error(`${id} ${path}: the measuring process ended`)
    return JSON.parse(value)
  }
  try {
    // The first sample, which is not counted, begins with a warm-up: one build after the other, not in parallel.
    for (const one of launch % 2 === 0 ? children : children.toReversed()) await sampled(one)
    const samples = [[], []]
    for (let round = 0; round < Number(rounds); round++) {
      // The order changes from round to round, since the second one finds other caches.
      const order = (round + launch) % 2 === 0 ? [0, 1] : [1, 0]
      for (const side of order) samples[side].push(await sampled(children[side]))
    }
    return samples.map((side) => ({
      wall: quantile(
        side.map(({ wall }) => wall),
        0.25,
      ),
      cpu: quantile(
        side.map(({ cpu }) => cpu),
        0.25,
      ),
    }))
  } finally {
    for (const { child } of children) child.stdin.end()
  }

  function sampled(one) {
    one.child.stdin.write('sample\n')
    return answer(one)
  }
}

/** Without interpolation between two values. */
function quantile(values, share) {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor(share * sorted.length)]
}

// ── A measuring process ──

async function measure(folder, id, path, sampleMs) {
  const { codec, chunks, payloads } = await load(folder, id, path)
  const { payload, frames } = workloads[id]
  const pass = path === 'scan' ? scanning(codec, chunks) : decoding(codec, chunks)
  const run = (times) => {
    for (let index = 0; index < times; index++) {
      const { count, total } = pass()
      if (count !== payloads.length || total !== count * payload) throw new Error(`${id}: ${count} frames`)
    }
  }
  const units = frames === 1 ? payload : payloads.length
  let passes
  for await (const _ of createInterface({ input: process.stdin })) {
    passes ??= warmedUp(run, sampleMs)
    globalThis.gc?.({ type: 'minor', execution: 'sync' })
    run(1)
    const cpuBefore = process.cpuUsage()
    const start = performance.now()
    run(passes)
    const wall = (performance.now() - start) * 1e6
    const { user, system } = process.cpuUsage(cpuBefore)
    const per = passes * units
    console.log(JSON.stringify({ wall: wall / per, cpu: ((user + system) * 1000) / per }))
  }
}

/** Returns the number of passes per sample. */
function warmedUp(run, sampleMs) {
  const start = performance.now()
  // Any but the fastest pass may have been interrupted.
  let fastest = Infinity
  let now = start
  do {
    const before = now
    run(1)
    now = performance.now()
    fastest = Math.min(fastest, now - before)
  } while (now - start < WARM_UP_MS)
  return Math.max(1, Math.round(sampleMs / fastest))
}

/** Counts in an object: in Node 26 a captured variable costs a third of the frame's time. */
function scanning(codec, chunks) {
  return () => {
    const tally = { count: 0, total: 0 }
    const decoder = codec.decoder()
    const visit = (_bytes, start, end) => {
      tally.count++
      tally.total += end - start
    }
    for (let index = 0; index < chunks.length; index++) decoder.scan(chunks[index], visit)
    decoder.end()
    return tally
  }
}

function decoding(codec, chunks) {
  return () => {
    let count = 0
    let total = 0
    const decoder = codec.decoder()
    for (let index = 0; index < chunks.length; index++) {
      for (const frame of decoder.decode(chunks[index])) {
        count++
        total += frame.length
      }
    }
    decoder.end()
    return { count, total }
  }
}

/** Compares every byte. */
async function check(folder, id, path) {
  const { codec, chunks, payloads } = await load(folder, id, path)
  const decoder = codec.decoder()
  let index = 0
  const compare = (bytes, start, end) => {
    const payload = payloads[index++]
    if (payload === undefined || Buffer.compare(bytes.subarray(start, end), payload) !== 0) {
      throw new Error(`${folder}, ${id}, ${path}: frame ${index - 1} is wrong`)
    }
  }
  for (const chunk of chunks) {
    if (path === 'scan') decoder.scan(chunk, compare)
    else for (const frame of decoder.decode(chunk)) compare(frame, 0, frame.length)
  }
  for (const frame of decoder.end()) compare(frame, 0, frame.length)
  if (index !== payloads.length) throw new Error(`${folder}, ${id}, ${path}: ${index} of ${payloads.length} frames`)
}

async function load(folder, id, path) {
  const { wire, payload, cuts, frames } = workloads[id]
  const entry = resolve(folder, 'packages', wire.package, 'dist/index.js')
  const codec = wire.make(await import(pathToFileURL(entry).href))
  const { payloads, bytes } = streamOf(wire, payload, frames)
  const chunks = chunksOf(bytes, cuts).map((chunk) => (path === 'u8' ? new Uint8Array(chunk) : chunk))
  return { codec, chunks, payloads }
}

function streamOf(wire, size, frames) {
  const count = frames ?? Math.ceil(VOLUME / (size + 4))
  let seed = 1
  const payloads = Array.from({ length: count }, () => {
    seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff
    const first = seed >> 8
    return Buffer.from(Uint8Array.from({ length: size }, (_, index) => 97 + ((first + index) % 26)))
  })
  return { payloads, bytes: Buffer.concat(payloads.flatMap((payload) => wire.frame(payload))) }
}

/** Each chunk has its own memory, like the chunks of a socket. */
function chunksOf(bytes, cuts) {
  const chunks = []
  for (let at = 0; at < bytes.length;) {
    const end = at + cuts[chunks.length % cuts.length]
    chunks.push(Buffer.from(bytes.subarray(at, end)))
    at = end
  }
  return chunks
}

function uint32(value) {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

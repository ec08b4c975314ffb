// Every runtime that the tests of `e2e` use: `frames.js` and `line-blocks.js` as Markdown tables. A time is the fastest of
// some turns, in which the runtimes alternate, so that a busy machine harms it little. Needs `npm run build`, and
// `npm ci --prefix e2e` for all but the Node that runs this.

import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

const TURNS = 5

const modules = join(import.meta.dirname, '../../../e2e/node_modules')
const runtimes = Object.entries({
  [`Node ${process.versions.node.split('.')[0]}`]: [process.execPath],
  'Node 22': [join(modules, 'node22/bin/node')],
  'Node 24': [join(modules, 'node24/bin/node')],
  'Node 26': [join(modules, 'node26/bin/node')],
  Bun: [join(modules, '@oven/bun-linux-x64/bin/bun')],
  Deno: [join(modules, '@deno/linux-x64-glibc/deno'), 'run', '--allow-all', '--no-lock'],
}).filter(([name, [command]]) => {
  if (!existsSync(command)) console.error(`${name}: skipped, there is no ${command}`)
  return existsSync(command)
})
const names = runtimes.map(([name]) => name)

printRow('workload', 'path', 'against', 'at most', ...names)
printRow(...Array(4 + names.length).fill('---'))
for (const workload of ['W1', 'W2', 'W8']) {
  for (const [path, loop, limit] of [
    ['scan', 'bare loop', 3],
    ['decode', 'subarray loop', 1.25],
    ['decode, Uint8Arrays', 'Uint8Array loop', 1.3],
  ]) {
    // A loop over records of one size does nothing: it is compared with that over lengths.
    const against = timesOf('frames.js', path === 'scan' ? 'W1' : workload, loop)
    const ratios = timesOf('frames.js', workload, path).map((time, index) => shown(time / against[index]))
    printRow(workload, path, loop, `${limit} ×`, ...ratios)
  }
}
console.log()

printRow('lines', 'way', ...names)
printRow(...Array(2 + names.length).fill('---'))
for (const length of [16, 80, 500, 4096]) {
  for (const way of [
    'indexOf loop',
    'scan',
    'scan without WebAssembly',
    'textLines',
    'textLines without WebAssembly',
  ]) {
    const times = timesOf('line-blocks.js', `lines of ${length} B`, way)
    printRow(`${length} B`, way, ...times.map((time) => `${shown(time)} ns`))
  }
}

/** The nanoseconds that one way of an experiment takes in each runtime. */
function timesOf(experiment, title, way) {
  const times = runtimes.map(() => Infinity)
  for (let turn = 0; turn < TURNS; turn++) {
    for (const [index, [, [command, ...args]]] of runtimes.entries()) {
      const script = join(import.meta.dirname, experiment)
      const printed = execFileSync(command, [...args, script, title, way], { encoding: 'utf8' })
      times[index] = Math.min(times[index], Number(printed))
    }
  }
  return times
}

function shown(number) {
  return Number(number.toPrecision(2))
}

function printRow(...cells) {
  console.log(`| ${cells.join(' | ')} |`)
}

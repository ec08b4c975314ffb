// Every runtime that the tests of `e2e` use, as two Markdown tables. Needs `npm run build`, and `npm ci --prefix e2e` for
// all but the Node that runs this.
//
// - `node runtimes.js budgets`: the ratios of the budgets of decoding, of the CPU time of the fastest rounds, which a busy
//   machine harms least.
// - `node runtimes.js lines`: what WebAssembly saves, by `line-blocks.js`: the fastest of some turns, in which the runtimes
//   alternate.

import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const repository = join(import.meta.dirname, '../../..')
const modules = join(repository, 'e2e/node_modules')
const runtimes = {
  [`Node ${process.versions.node.split('.')[0]}`]: [process.execPath],
  'Node 22': [join(modules, 'node22/bin/node')],
  'Node 24': [join(modules, 'node24/bin/node')],
  'Node 26': [join(modules, 'node26/bin/node')],
  Bun: [join(modules, '@oven/bun-linux-x64/bin/bun')],
  Deno: [join(modules, '@deno/linux-x64-glibc/deno'), 'run', '--allow-all', '--no-lock'],
}

/** What is compared: the time of a contender, that of another, the most that their ratio may be. */
const PAIRS = [
  ...['W1', 'W2', 'W8', 'W9'].flatMap((workload) => [
    [workload, 'scan', 'length loop', 3],
    [workload, 'decode', 'subarray loop', 1.25],
    [workload, 'decode, Uint8Arrays', 'Uint8Array loop', 1.3],
  ]),
  ['W5', 'scan', 'indexOf loop', 1.3],
  ['W5', 'textLines.decode', 'split2', 0.4],
  ['W6', 'scan', 'indexOf loop', 0.6],
  ['W6', 'textLines.decode', 'split2', 0.25],
  ['W7', 'scan', 'indexOf loop', 0.6],
  ['small-writes', 'decode', 'frame-stream', 0.8],
]

const LENGTHS = [16, 80, 500, 4096]
const WAYS = ['indexOf loop', 'scan', 'scan without WebAssembly', 'textLines', 'textLines without WebAssembly']
const TURNS = 5

const installed = Object.entries(runtimes).filter(([name, [command]]) => {
  if (!existsSync(command)) console.error(`${name}: skipped, there is no ${command}`)
  return existsSync(command)
})
const names = installed.map(([name]) => name)

if (process.argv[2] === 'lines') printLines()
else printBudgets()

function printBudgets() {
  const columns = installed.map(([, runtime]) => blocksOf(runtime))
  printRow('path', 'workload', 'against', 'at most', ...names)
  printRow(...Array(4 + names.length).fill('---'))
  for (const [workload, ours, other, limit] of PAIRS) {
    printRow(ours, workload, other, `${limit} ×`, ...columns.map((blocks) => ratio(blocks, workload, ours, other)))
  }
}

/** What the harness measures in this runtime. */
function blocksOf([command, ...args]) {
  const folder = mkdtempSync(join(tmpdir(), 'unstick-runtimes-'))
  const file = join(folder, 'report.json')
  const contenders = [...new Set(PAIRS.flatMap(([, ours, other]) => [ours, other]))]
  const workloads = [...new Set(PAIRS.map(([workload]) => workload))]
  const flags = ['--contender', `^(${contenders.join('|')})$`, '--workload', workloads.join(), '--json', file]
  const bench = [join(repository, 'packages/cli/dist/bin.js'), 'bench', '--quick', '--patience', '60000', ...flags]
  execFileSync(command, [...args, ...bench], { stdio: ['ignore', 'ignore', 'inherit'] })
  const { blocks } = JSON.parse(readFileSync(file, 'utf8'))
  rmSync(folder, { recursive: true })
  return blocks
}

/** Some workloads are compared with the loop of another one, which is measured beside them. */
function ratio(blocks, workload, ours, other) {
  const { entries } = blocks.find((block) => block.workload.id === workload)
  const [our, their] = [ours, other].map((name) => entries.find(({ contender }) => contender === name)?.cpu)
  return our && their ? (fastest(our) / fastest(their)).toPrecision(2) : 'not measured'
}

function fastest(times) {
  return Math.min(...times.filter((time) => time !== null))
}

function printLines() {
  const script = join(import.meta.dirname, 'line-blocks.js')
  printRow('lines', 'way', ...names)
  printRow(...Array(2 + names.length).fill('---'))
  for (const length of LENGTHS) {
    for (const way of WAYS) {
      const times = installed.map(() => Infinity)
      for (let turn = 0; turn < TURNS; turn++) {
        for (const [index, [, [command, ...args]]] of installed.entries()) {
          const printed = execFileSync(command, [...args, script, `lines of ${length} B`, way], { encoding: 'utf8' })
          times[index] = Math.min(times[index], Number(printed))
        }
      }
      printRow(`${length} B`, way, ...times.map((time) => `${Number(time.toPrecision(2))} ns`))
    }
  }
}

function printRow(...cells) {
  console.log(`| ${cells.join(' | ')} |`)
}

// Measures every budget, and lines with and without WebAssembly, in each runtime that the tests of `e2e` use, and writes
// the tables into docs/runtimes.md. `npm run bench:runtimes` builds the packages and installs the runtimes before.
//
//   node packages/bench/experiments/runtimes.js                     half an hour
//   node packages/bench/experiments/runtimes.js --budgets Bun,Deno  only their budgets; those of others were saved
//   node packages/bench/experiments/runtimes.js --lines             only lines

import { execFileSync } from 'node:child_process'
import { parseArgs } from 'node:util'
import { runtimes } from './runtimes/binaries.js'
import { budgetTable, measureBudgets, reasonsList, savedBudgets } from './runtimes/budgets.js'
import { lineTable } from './runtimes/lines.js'
import { writeSection } from './runtimes/page.js'

const { budgets, lines } = parseArgs({ options: { budgets: { type: 'string' }, lines: { type: 'boolean' } } }).values
const isAll = budgets === undefined && lines === undefined

if (isAll || budgets !== undefined) {
  const names = budgets?.split(',')
  for (const runtime of runtimes) if (names?.includes(runtime.name) ?? true) measureBudgets(runtime)
  const measured = savedBudgets(runtimes)
  writeSection('the run', runOf(measured))
  writeSection('the budgets', `${budgetTable(measured)}\n\n${reasonsList(measured)}`)
}
if (isAll || lines === true) writeSection('the lines', lineTable(runtimes))

function runOf(measured) {
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim()
  const { date, machine, settings } = measured[0].report
  const versions = measured.map(({ report }) => report.machine.runtime.split(',')[0])
  return `Measured on ${date.slice(0, 10)} at commit ${commit} with ${versions.join(', ')}; ${machine.cpu}, ${machine.cores} cores; ${settings.rounds} rounds.`
}

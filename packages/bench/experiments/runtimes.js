// Measures every budget, and lines with and without WebAssembly, in each runtime that the tests of `e2e` use, and writes
// the tables into docs/runtimes.md. `npm run bench:runtimes` builds the packages and installs the runtimes before.
//
//   node packages/bench/experiments/runtimes.js            half an hour
//   node packages/bench/experiments/runtimes.js --quick    wider intervals

import { execFileSync } from 'node:child_process'
import { runtimes } from './runtimes/binaries.js'
import { budgetTable, measureBudgets, reasonsList } from './runtimes/budgets.js'
import { lineTable } from './runtimes/lines.js'
import { writeSection } from './runtimes/page.js'

const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim()

const measured = measureBudgets(runtimes, process.argv.slice(2))
writeSection('the run', runOf(measured))
writeSection('the budgets', `${budgetTable(measured)}\n\n${reasonsList(measured)}`)
writeSection('the lines', lineTable(runtimes))

function runOf(reports) {
  const { date, machine, settings } = reports[0].report
  const versions = reports.map(({ report }) => report.machine.runtime.split(',')[0])
  return `Measured on ${date.slice(0, 10)} at commit ${commit} with ${versions.join(', ')}; ${machine.cpu}, ${machine.cores} cores; ${settings.rounds} rounds.`
}

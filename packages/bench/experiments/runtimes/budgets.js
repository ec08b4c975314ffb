// The budgets in each runtime, as `unstick bench --budgets` measures them.

import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { tableOf } from './page.js'

const program = join(import.meta.dirname, '../../../cli/dist/bin.js')
const folder = join(import.meta.dirname, '../../../../reports/runtimes')

const GROWTH = 'growth, '
const UNITS = { '×': ' ×', ns: ' ns', exponent: '', bytes: ' B' }

const file = (name) => join(folder, `${name.toLowerCase().replace(' ', '-')}.json`)

/** The reports of runtimes that have been measured, the last time that they were. */
export function savedBudgets(runtimes) {
  return runtimes
    .filter(({ name }) => existsSync(file(name)))
    .map(({ name }) => ({ name, report: JSON.parse(readFileSync(file(name), 'utf8')) }))
}

/** Measures all budgets in a runtime, and saves the report in `reports/runtimes`. */
export function measureBudgets({ name, command }) {
  console.error(`${name}:`)
  mkdirSync(folder, { recursive: true })
  // Counts of work are the same in a quick run, which has one length of chunks instead of five.
  const { growth, memory, budgets } = reportOf(name, command, ['--quick', '--contender', '^scan$|^decode$| decoder$'])
  const isCounted = ({ unit }) => unit === 'exponent' || unit === 'bytes'
  const workloads = new Set(budgets.filter((budget) => !isCounted(budget)).map(({ workload }) => workload))
  const timed = reportOf(name, command, ['--workload', [...workloads].join(',')])
  const whole = { ...timed, growth, memory, budgets: [...timed.budgets, ...budgets.filter(isCounted)] }
  writeFileSync(file(name), `${JSON.stringify(whole)}\n`)
}

function reportOf(name, [binary, ...args], flags) {
  const written = `${file(name)}.part`
  rmSync(written, { force: true })
  // A busy machine must not miss a budget, nor make a contender too slow to be measured.
  const measuring = ['bench', '--budgets', '--cpu', '--patience', '60000', ...flags, '--json', written]
  spawnSync(binary, [...args, program, ...measuring], { stdio: ['ignore', 'ignore', 'inherit'] })
  const report = JSON.parse(readFileSync(written, 'utf8'))
  rmSync(written)
  return report
}

/** A row for each budget, and one for the growth of each path. */
export function budgetTable(measured) {
  const all = measured.map(({ report }) => report.budgets)
  const isGrowth = ({ workload }) => workload.startsWith(GROWTH)
  const single = all[0].filter((budget) => !isGrowth(budget))
  const growing = [...new Set(all[0].filter(isGrowth).map(({ path }) => path))]
  return tableOf([
    ['path', 'workload', 'against', 'at most', ...measured.map(({ name }) => name)],
    ...single.map((budget) => [
      ...headOf(budget),
      ...all.map((budgets) => cellOf(budgets.find((other) => isSame(budget, other)))),
    ]),
    ...growing.map((path) => {
      const grown = all.map((budgets) => budgets.filter((budget) => isGrowth(budget) && budget.path === path))
      const workload = `largest growth of ${grown[0].length}`
      return [...headOf({ ...grown[0][0], workload }), ...grown.map((budgets) => cellOf(largest(budgets)))]
    }),
    ['', '', '', 'held', ...all.map((budgets) => countOf(budgets, 'held'))],
    ['', '', '', 'missed', ...all.map((budgets) => countOf(budgets, 'missed'))],
    ['', '', '', 'open', ...all.map((budgets) => countOf(budgets, 'not decidable'))],
    ['', '', '', 'not measured', ...all.map((budgets) => countOf(budgets, 'not measured'))],
  ])
}

/** Why a runtime lacks a value, as a list. */
export function reasonsList(measured) {
  const lines = measured.flatMap(({ name, report: { blocks, growth, memory } }) => {
    const untimed = blocks
      .flatMap(({ entries }) => entries)
      .filter(({ outcome }) => outcome !== 'timed')
      .map(({ contender, workload, outcome, reason }) => `${contender} on ${workload}: ${outcome}, ${reason}`)
    const failed = [...growth.map((entry) => ['growth', entry]), ...memory.map((entry) => ['memory', entry])]
      .filter(([, { reason }]) => reason !== undefined)
      .map(([what, { reason }]) => `${what}: ${reason}`)
    return [...new Set([...untimed, ...failed])].map((text) => `- ${name}: ${text}`)
  })
  return lines.length === 0 ? 'Every budget was measured in every runtime.' : `Not measured:\n\n${lines.join('\n')}`
}

function headOf({ path, workload, against, limit, unit }) {
  const shownLimit = Number(limit.toPrecision(3)).toLocaleString('en')
  return [path, workload, against, `${shownLimit}${UNITS[unit]}`].map((text) => text.replaceAll('_', '\\_'))
}

function isSame(one, other) {
  return ['path', 'workload', 'against', 'unit'].every((key) => one[key] === other[key])
}

function largest(budgets) {
  const measured = budgets.filter(({ result }) => result !== 'not measured')
  return measured.length < budgets.length
    ? budgets.find(({ result }) => result === 'not measured')
    : measured.reduce((most, budget) => (budget.measured.value > most.measured.value ? budget : most))
}

function cellOf({ result, measured }) {
  if (result === 'not measured') return '–'
  const { value, low, high } = measured
  if (result === 'not decidable') return `${shown(low)} to ${shown(high)}`
  return result === 'held' ? `${shown(value)} ✓` : `**${shown(value)} ✗**`
}

function countOf(budgets, wanted) {
  return budgets.filter(({ result }) => result === wanted).length
}

function shown(number) {
  return Number(number.toPrecision(3)).toLocaleString('en')
}

// The changes between two runs, for the terminal.

import Table from 'cli-table3'
import type { Movement } from '../compare.ts'
import { shownInterval, shownNumber } from './rows.ts'

/** The changes between two runs, as text for a terminal. */
export function movementReport(movements: readonly Movement[]): string {
  if (movements.length === 0) return 'Nothing moved by more than the intervals.\n'
  const table = new Table({
    head: ['workload', 'contender', 'measure', 'before', 'after', 'change'],
    style: { head: [], border: [], compact: true },
  })
  for (const { workload, contender, measure, before, after, direction } of movements) {
    const factor = direction === 'faster' ? before.value / after.value : after.value / before.value
    const unit = measure === 'ratio' ? 'ratio to the bare loop' : 'ns'
    table.push([
      workload,
      contender,
      unit,
      shownInterval(before),
      shownInterval(after),
      `${shownNumber(factor)} times ${direction}`,
    ])
  }
  return `Moved by more than the intervals:\n${table.toString()}\n`
}

// The changes between two runs, for the terminal.

import type { Movement } from '../compare.ts'
import { shownInterval, shownNumber } from './rows.ts'
import { drawn } from './terminal.ts'

/** The changes between two runs, as text for a terminal. */
export function movementReport(movements: readonly Movement[]): string {
  if (movements.length === 0) return 'Nothing moved by more than the intervals.\n'
  const head = ['workload', 'contender', 'measure', 'before', 'after', 'change']
  const rows = movements.map(({ workload, contender, measure, before, after, direction }) => {
    const factor = direction === 'faster' ? before.value / after.value : after.value / before.value
    const unit = measure === 'ratio' ? 'ratio to the bare loop' : 'ns'
    const change = `${shownNumber(factor)} times ${direction}`
    return { cells: [workload, contender, unit, shownInterval(before), shownInterval(after), change] }
  })
  return `Moved by more than the intervals:\n${drawn({ head, rows })}\n`
}

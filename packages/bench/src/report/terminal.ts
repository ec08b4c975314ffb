// A report for the terminal.

import Table from 'cli-table3'
import type { Report } from '../report.ts'
import { machineOf } from './method.ts'
import { blockTable, budgetCount, budgetTable, otherTables, type ReportTable } from './tables.ts'

/** The report as text for a terminal. */
export function terminalReport(report: Report): string {
  const parts = [machineOf(report)]
  for (const block of report.blocks) {
    parts.push(`${block.workload.id}  ${block.workload.title}\n${drawn(blockTable(block))}`)
  }
  for (const { title, table } of otherTables(report)) parts.push(`${title}\n${drawn(table)}`)
  const measured = report.budgets.filter(({ result }) => result !== 'not measured')
  if (measured.length > 0) {
    const budgets = { ...report, budgets: measured }
    parts.push(`Budgets: ${budgetCount(budgets)}\n${drawn(budgetTable(budgets))}`)
  }
  return `${parts.join('\n\n')}\n`
}

export function drawn({ head, rows }: ReportTable): string {
  const table = new Table({ head, style: { head: [], border: [], compact: true } })
  table.push(...rows.map(({ cells }) => cells))
  return table.toString()
}

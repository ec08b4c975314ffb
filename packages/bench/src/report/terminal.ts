// A report for the terminal.

import Table from 'cli-table3'
import type { Report } from '../report.ts'
import { machineOf } from './method.ts'
import {
  blockTable,
  budgetCount,
  budgetTable,
  GROWTH_TITLE,
  growthTable,
  memoryTable,
  type ReportTable,
} from './tables.ts'

/** The report as text for a terminal. */
export function terminalReport(report: Report): string {
  const parts = [machineOf(report)]
  for (const block of report.blocks) {
    parts.push(`${block.workload.id}  ${block.workload.title}\n${drawn(blockTable(block))}`)
  }
  if (report.growth.length > 0) parts.push(`${GROWTH_TITLE}\n${drawn(growthTable(report))}`)
  if (report.memory.length > 0) parts.push(`Memory of a connection\n${drawn(memoryTable(report))}`)
  const measured = report.budgets.filter(({ result }) => result !== 'not measured')
  if (measured.length > 0) {
    const budgets = { ...report, budgets: measured }
    parts.push(`Budgets: ${budgetCount(budgets)}\n${drawn(budgetTable(budgets))}`)
  }
  return `${parts.join('\n\n')}\n`
}

function drawn({ head, rows }: ReportTable): string {
  const table = new Table({ head, style: { head: [], border: [], compact: true } })
  table.push(...rows.map(({ cells }) => cells))
  return table.toString()
}

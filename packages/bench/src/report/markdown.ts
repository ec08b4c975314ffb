// A report as Markdown, for docs/benchmarks.md.

import type { Report } from '../report.ts'
import { machineOf, methodOf } from './method.ts'
import { blockTable, budgetCount, budgetTable, otherTables, type ReportTable } from './tables.ts'

const RUNTIMES =
  '[Runtimes](https://github.com/unstick-js/unstick/blob/main/docs/runtimes.md) has the budgets on Node 20, 22, 24 and 26, Bun and Deno.'

/** The report as Markdown, as in docs/benchmarks.md. */
export function markdownReport(report: Report): string {
  const { blocks, budgets, command, versions } = report
  const parts = [
    '# Benchmarks',
    `Written by \`${command}\` (with \`--markdown\`); do not edit. ${RUNTIMES}`,
    '## Machine',
    escaped(machineOf(report)),
    '## Method',
    methodOf(report)
      .map((line) => `- ${line}`)
      .join('\n'),
  ]
  if (budgets.length > 0) parts.push('## Budgets', `${budgetCount(report)}.`, drawn(budgetTable(report)))
  parts.push('## Workloads')
  for (const block of blocks) {
    parts.push(`### ${block.workload.id}: ${escaped(block.workload.title)}`, drawn(blockTable(block)))
  }
  for (const { title, table } of otherTables(report)) parts.push(`## ${title}`, drawn(table))
  parts.push('## Who takes part', drawn(contenderTable(report)))
  parts.push(
    '## Versions',
    Object.entries(versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(', '),
  )
  return `${parts.join('\n\n')}\n`
}

function contenderTable({ blocks }: Report): ReportTable {
  const entries = blocks.flatMap((block) => block.entries)
  const unique = new Map(entries.map((entry) => [entry.contender, entry]))
  return {
    head: ['contender', '', 'what it does'],
    rows: [...unique.values()].map(({ contender, group, how }) => ({ cells: [contender, group, how] })),
  }
}

function drawn({ head, rows }: ReportTable): string {
  const lines = [head, head.map(() => '---'), ...rows.map(({ cells }) => cells.map(escaped))]
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

function escaped(text: string): string {
  return text.replaceAll(/[|<*_]/g, '\\$&')
}

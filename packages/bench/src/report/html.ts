// A report as one HTML file without external resources, in the light or dark scheme of the reader's system.

import type { Report, ReportBlock } from '../report.ts'
import { chartOf } from './chart.ts'
import { machineOf, methodOf } from './method.ts'
import { blockTable, budgetCount, budgetTable, otherTables, type ReportTable } from './tables.ts'

/** The report as one HTML file with charts. */
export function htmlReport(report: Report): string {
  const { blocks, budgets, command, versions } = report
  const sections = [
    section(
      'method',
      'Method',
      `<ul>${methodOf(report)
        .map((line) => `<li>${escaped(line)}</li>`)
        .join('')}</ul>`,
    ),
  ]
  if (budgets.length > 0) {
    sections.unshift(section('budgets', 'Budgets', `<p>${budgetCount(report)}.</p>${drawn(budgetTable(report))}`))
  }
  sections.push(...blocks.map(blockSection))
  sections.push(...otherTables(report).map(({ id, title, table }) => section(id, title, drawn(table))))
  const used = Object.entries(versions).map(([name, version]) => `${escaped(name)} ${escaped(version)}`)
  sections.push(section('versions', 'Versions', `<p>${used.join(', ')}</p>`))
  const links = blocks.map(({ workload }) => `<a href="#${workload.id}">${workload.id}</a>`).join(' ')
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>unstick: benchmarks</title>
<style>${STYLE}</style>
</head>
<body>
<header>
<h1>Benchmarks</h1>
<p>${escaped(machineOf(report))}<br>Made by <code>${escaped(command)}</code></p>
<p class="key"><span class="floor">bare loop</span> <span class="ours">ours</span> <span class="peer">peer</span></p>
<nav>${links}</nav>
</header>
${sections.join('\n')}
</body>
</html>
`
}

function blockSection(block: ReportBlock): string {
  const chart = chartOf(block)
  const table = `<details><summary>Figures</summary>${drawn(blockTable(block))}</details>`
  const { id, title } = block.workload
  return section(id, `${id}: ${title}`, `${chart === undefined ? '' : `<figure>${chart}</figure>`}${table}`)
}

function section(id: string, title: string, content: string): string {
  return `<section id="${escaped(id)}"><h2>${escaped(title)}</h2>${content}</section>`
}

function drawn({ head, rows }: ReportTable): string {
  const headCells = head.map((cell) => `<th>${escaped(cell)}</th>`).join('')
  const body = rows.map(({ cells, group, result }) => {
    const kind = group ?? (result === undefined ? '' : result.replaceAll(' ', '-'))
    return `<tr class="${kind}">${cells.map((cell) => `<td>${escaped(cell)}</td>`).join('')}</tr>`
  })
  return `<div class="wide"><table><thead><tr>${headCells}</tr></thead><tbody>${body.join('')}</tbody></table></div>`
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
}

const STYLE = `
:root { --back: #fff; --text: #1d2127; --faint: #5b6470; --line: #dde1e6; --floor: #7a828c; --ours: #0b62d6; --peer: #b4500a; --held: #19703a; --missed: #b3261e }
@media (prefers-color-scheme: dark) {
  :root { --back: #15181c; --text: #e4e7eb; --faint: #a0a8b2; --line: #343a42; --floor: #98a1ac; --ours: #6cabff; --peer: #f0a05a; --held: #62c983; --missed: #ff8a80 }
}
body { margin: 0 auto; max-width: 66rem; padding: 1.5rem; background: var(--back); color: var(--text); font: 16px/1.5 system-ui, sans-serif }
h1, h2 { line-height: 1.2 }
h2 { margin-top: 2.5rem; font-size: 1.2rem }
header p, nav { color: var(--faint) }
nav a { margin-right: .6em; white-space: nowrap }
a { color: var(--ours) }
figure { margin: 0; overflow-x: auto }
svg { max-width: 100%; height: auto; min-width: 36rem }
.wide { overflow-x: auto }
table { border-collapse: collapse; font-size: .85rem; font-variant-numeric: tabular-nums }
th, td { padding: .25em .9em .25em 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top }
th { color: var(--faint); font-weight: 500 }
#budgets td { white-space: nowrap }
summary { color: var(--faint); cursor: pointer }
.key span::before { content: '●'; margin-right: .3em }
.key span { margin-right: 1em }
.key .floor::before, tr.floor td:nth-child(2) { color: var(--floor) }
.key .ours::before, tr.ours td:nth-child(2), tr.yours td:nth-child(2) { color: var(--ours) }
.key .peer::before, tr.peer td:nth-child(2) { color: var(--peer) }
tr.held td:last-child { color: var(--held) }
tr.missed td:last-child { color: var(--missed); font-weight: 600 }
tr.not-measured { color: var(--faint) }
`

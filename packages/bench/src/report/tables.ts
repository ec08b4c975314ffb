// The tables of a report, as text cells for the terminal, Markdown and HTML.

import type { Group } from '../contenders/contender.ts'
import type { BudgetResult, Report, ReportBlock } from '../report.ts'
import type { Interval } from '../statistics.ts'
import { rowsOf, shownInterval, shownNumber, shownRatio, unitOf } from './rows.ts'

export interface ReportTable {
  head: string[]
  rows: { group?: Group; result?: BudgetResult['result']; cells: string[] }[]
}

export function blockTable(block: ReportBlock): ReportTable {
  return {
    head: ['contender', '', unitOf(block), 'CPU', 'MB/s', 'to the bare loop', 'to ours'],
    rows: rowsOf(block).map(({ contender, group, time, cpu, rate, toFloor, toOurs, reason }) => ({
      group,
      cells: [
        contender,
        group,
        time === undefined ? (reason ?? '') : shownInterval(time),
        cpu === undefined ? '' : shownNumber(cpu),
        rate === undefined ? '' : shownNumber(rate),
        shownRatio(toFloor),
        shownRatio(toOurs),
      ],
    })),
  }
}

export function budgetTable({ budgets }: Report): ReportTable {
  return {
    head: ['path', 'workload', 'against', 'at most', 'measured', 'result'],
    rows: budgets.map(({ path, workload, against, limit, unit, measured, result }) => ({
      result,
      cells: [
        path,
        workload,
        against,
        `${Number(limit.toPrecision(3)).toLocaleString('en')}${unit === 'exponent' ? '' : ` ${unit}`}`,
        measured === undefined ? '' : shownMeasured(measured),
        result,
      ],
    })),
  }
}

/** The tables that follow the workloads, without empty ones. */
export function otherTables(report: Report): { id: string; title: string; table: ReportTable }[] {
  const growth = 'One frame that gets sixteen times as long: exponent of what it costs against its length'
  return [
    { id: 'growth', title: growth, table: growthTable(report) },
    { id: 'memory', title: 'Memory of a connection', table: memoryTable(report) },
  ].filter(({ table }) => table.rows.length > 0)
}

function growthTable({ growth }: Report): ReportTable {
  return {
    head: ['contender', '', 'workload', 'exponent', 'of'],
    rows: growth.map(({ contender, group, title, measure, exponent, reason }) => ({
      group,
      cells: [contender, group, title, exponent === undefined ? (reason ?? '') : shownMeasured(exponent), measure],
    })),
  }
}

/** Counts have no interval. */
function shownMeasured(interval: Interval): string {
  return interval.low === interval.high ? shownNumber(interval.value) : shownInterval(interval)
}

const STATES = {
  fresh: 'idle, nothing received yet',
  used: 'idle, after a frame of 1 KiB',
  half: '500 bytes of a frame of 1 KiB received',
}

function memoryTable({ memory }: Report): ReportTable {
  return {
    head: ['contender', '', 'connection', 'bytes each'],
    rows: memory.map(({ contender, group, state, bytes, reason }) => ({
      group,
      cells: [contender, group, STATES[state], bytes === undefined ? (reason ?? '') : shownNumber(bytes)],
    })),
  }
}

/** The number of budgets with each result: "40 held, 3 missed". */
export function budgetCount({ budgets }: Report): string {
  return (['held', 'missed', 'not decidable', 'not measured'] as const)
    .map((result) => [budgets.filter((budget) => budget.result === result).length, result] as const)
    .filter(([count]) => count > 0)
    .map(([count, result]) => `${count} ${result}`)
    .join(', ')
}

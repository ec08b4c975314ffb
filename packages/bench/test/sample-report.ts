// A small report with known figures, for the tests of reports.

import { evaluate } from '../src/budgets.ts'
import type { Entry, Report, ReportBlock } from '../src/report.ts'
import { workloads } from '../src/workloads.ts'

type Times = Record<string, number[] | string>

/** `times` holds the times in ns of each contender, or why it has none. `subarray loop@W1` is measured on W1. */
export function blockOf(id: string, times: Times): ReportBlock {
  const workload = workloads.find((candidate) => candidate.id === id)!
  return {
    workload,
    frames: 1000,
    bytes: 68_000,
    entries: Object.entries(times).map(([name, time]) => entryOf(id, name, time)),
  }
}

function entryOf(id: string, name: string, time: number[] | string): Entry {
  const [contender, workload = id] = name.split('@') as [string, string?]
  const group = contender.includes('loop') ? 'floor' : contender === 'bl' ? 'peer' : 'ours'
  const entry = { contender, group, how: `how ${contender} does it`, workload } as const
  if (typeof time === 'string') return { ...entry, outcome: 'wrong', reason: time }
  return { ...entry, outcome: 'timed', wall: time, cpu: time }
}

export function reportOf(blocks: ReportBlock[], rest: Partial<Report> = {}): Report {
  const measured = { blocks, growth: [], memory: [], ...rest }
  return {
    format: 1,
    command: 'unstick bench --quick',
    date: '2026-01-02T03:04:05.000Z',
    machine: { cpu: 'A <CPU>', cores: 2, memoryGiB: 4, os: 'linux 6', runtime: 'Node 20, V8 11' },
    versions: { bl: '7.0.13' },
    settings: {
      mode: 'quick',
      rounds: 3,
      sampleMs: 2,
      warmUpMs: 40,
      caseMs: 30,
      patienceMs: 500,
      volume: 1 << 20,
      clock: 'wall',
    },
    ...measured,
    budgets: evaluate(measured),
  }
}

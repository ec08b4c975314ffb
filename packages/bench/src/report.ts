// The result of a run, as it is written to JSON. Everything that is printed or drawn is made from it alone.

import type { Group } from './contenders/contender.ts'
import type { MemoryState } from './memory.ts'
import type { Interval } from './statistics.ts'
import type { Workload } from './workloads.ts'

/** A run: its results, and what they were measured on and with. Plain data, as `--json` writes it. */
export interface Report {
  /** The version of this form. */
  format: 1
  /** The command that was run. */
  command: string
  /** ISO 8601. */
  date: string
  /** What the run was made on. Memory is in GiB. */
  machine: { cpu: string; cores: number; memoryGiB: number; os: string; runtime: string }
  /** Of our packages and the peers, those that are installed. */
  versions: Record<string, string>
  /** How long and how often samples were taken. */
  settings: Settings
  /** The workloads, with the times of every contender. */
  blocks: ReportBlock[]
  /** How the cost of one frame grows with its length. */
  growth: GrowthEntry[]
  /** The memory of an idle connection. */
  memory: MemoryEntry[]
  /** The budgets, and whether this run held them. */
  budgets: BudgetResult[]
}

export interface Settings {
  mode: 'full' | 'quick'
  rounds: number
  /** About how long one sample of a case takes, in ms; a longer pass is a sample by itself. */
  sampleMs: number
  warmUpMs: number
  /** About how long all samples of a case may take together, in ms; a slower case takes part in fewer rounds. */
  caseMs: number
  /** A case that does not give a pass within this many ms is not timed. */
  patienceMs: number
  /** Length of a workload's stream in bytes, where it does not say how many frames. */
  volume: number
}

export interface ReportBlock {
  workload: Workload
  frames: number
  bytes: number
  entries: Entry[]
}

export interface Entry {
  contender: string
  group: Group
  how: string
  /** The workload of the block, or of another one for a loop that is compared with. */
  workload: string
  outcome: 'timed' | 'wrong' | 'slow' | 'not installed'
  /** Why it was not timed. */
  reason?: string
  /** Time and CPU time (all threads, in user and system mode) in ns per frame or byte, round by round. */
  wall?: (number | null)[]
  cpu?: (number | null)[]
}

export interface GrowthEntry {
  id: string
  title: string
  /** Work is counted, in a process for each contender; time is measured, as everywhere. */
  measure: 'work' | 'time'
  contender: string
  group: Group
  exponent?: Interval
  reason?: string
}

export interface MemoryEntry {
  contender: string
  group: Group
  state: MemoryState
  /** Heap and buffers per connection. */
  bytes?: number
  reason?: string
}

export interface BudgetResult {
  /** Which path, and what it is measured against. */
  path: string
  against: string
  workload: string
  limit: number
  unit: '×' | 'ns' | 'exponent' | 'bytes'
  measured?: Interval
  /** 'not decidable': the limit lies inside the interval; 'not measured': the run did not hold it. */
  result: 'held' | 'missed' | 'not decidable' | 'not measured'
}

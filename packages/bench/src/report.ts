// The result of a run, as written to JSON. All reports are made from it alone.

import type { Group } from './contenders/contender.ts'
import type { MemoryState } from './memory.ts'
import type { Interval } from './statistics.ts'
import type { Workload } from './workloads.ts'

/** The results of a run, with its machine, versions and settings. Plain data, as `--json` writes it. */
export interface Report {
  /** The version of this format. */
  format: 1
  /** The command that was run. */
  command: string
  /** ISO 8601. */
  date: string
  /** The machine and runtime. Memory is in GiB. */
  machine: { cpu: string; cores: number; memoryGiB: number; os: string; runtime: string }
  /** The versions of our packages and of the installed peers. */
  versions: Record<string, string>
  /** How many samples were taken, and how long they took. */
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
  /** About how long all samples of a case may take together, in ms; slower cases take part in fewer rounds. */
  caseMs: number
  /** A case whose pass takes longer than this, in ms, is not timed. */
  patienceMs: number
  /** The length of a stream in bytes, for workloads without a number of frames. */
  volume: number
  /** Which of the two times of an entry the budgets are checked by. */
  clock: 'wall' | 'cpu'
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
  /** The workload of the block, or another one if the contender is there for comparison. */
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
  /** 'work' is counted, in a process for each contender; 'time' is measured. */
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
  /** 'not decidable': the limit lies inside the interval; 'not measured': the run lacks one of the two sides. */
  result: 'held' | 'missed' | 'not decidable' | 'not measured'
}

// A run: every case has a process of its own; in each round, every case of a block gives one sample.

import type { Answer, Request } from './answering.ts'
import { evaluate } from './budgets.ts'
import { contenderNamed } from './contenders/all.ts'
import { machine, versions } from './machine.ts'
import { memoryContenders, memoryStates } from './memory.ts'
import { growthPlan, planOf, type Block, type Case, type Growth, type Selection } from './plan.ts'
import type { Entry, GrowthEntry, MemoryEntry, Report, ReportBlock, Settings } from './report.ts'
import { codecFrom } from './runner.ts'
import { exponentOf, exponentOfCounts, type Rounds, type Triple } from './statistics.ts'
import { NoAnswer, Worker } from './worker.ts'
import type { Workload } from './workloads.ts'

/** What to measure, and for how long. */
export interface BenchOptions extends Selection {
  /**
   * A run of one to two minutes, with wider intervals.
   *
   * @defaultValue false
   */
  quick?: boolean
  /**
   * Checks the budgets by CPU time, which other programs on a busy machine affect less than the elapsed time.
   *
   * @defaultValue false
   */
  cpu?: boolean
  /**
   * The path of a module whose default export is a codec, which is measured instead of ours and the peers.
   *
   * @defaultValue all of ours and the peers
   */
  codec?: string | undefined
  /**
   * The longest time that one pass may take, in ms; a slower contender is abandoned.
   *
   * @defaultValue 4000, in a quick run 500
   */
  patienceMs?: number | undefined
  /** The command line, for the report. */
  command: string
  /**
   * Called with a message about the progress, for people.
   *
   * @defaultValue none
   */
  onProgress?: (message: string) => void
}

/**
 * A stream that fits into the cache of a core, like a chunk just received. A longer one would measure main memory, and
 * other programs.
 */
const VOLUME = 256 << 10

type Mode = Omit<Settings, 'clock'>

const FULL: Mode = {
  mode: 'full',
  rounds: 25,
  sampleMs: 8,
  warmUpMs: 200,
  caseMs: 2000,
  patienceMs: 4000,
  volume: VOLUME,
}
const QUICK: Mode = {
  mode: 'quick',
  rounds: 6,
  sampleMs: 1.5,
  warmUpMs: 40,
  caseMs: 35,
  patienceMs: 500,
  volume: VOLUME,
}

/** How many times as long as on an idle machine the warm-up may take. */
const MOST_WARM_UP = 20

/** Code is slow while its work is counted. */
const COUNTING_MS = 120_000

/** The fewest samples of a case. */
const FEWEST_ROUNDS = 3

/**
 * Measures the selected contenders, each in a process of its own.
 *
 * @throws {RangeError} A workload is unknown.
 * @throws {TypeError} The module has no codec as its default export.
 */
export async function bench(options: BenchOptions): Promise<Report> {
  const mode = options.quick === true ? QUICK : FULL
  const clock = options.cpu === true ? 'cpu' : 'wall'
  const settings: Settings = { ...mode, patienceMs: options.patienceMs ?? mode.patienceMs, clock }
  if (options.codec !== undefined) await codecFrom(options.codec)
  const session = new Session(settings, options.codec, options.onProgress ?? (() => {}))
  const blocks: ReportBlock[] = []
  const plan = planOf(options, options.codec !== undefined, settings.mode)
  for (const [index, block] of plan.entries()) {
    blocks.push(await session.block(block, `${index + 1}/${plan.length} ${block.workload.id}`))
  }
  const isAll = options.codec === undefined && options.workload === undefined
  const growth: GrowthEntry[] = []
  const growing = isAll ? growthPlan(options, settings.mode) : []
  for (const grown of growing) growth.push(...(await session.growth(grown)))
  const memory = isAll ? await session.memory(options) : []
  session.close()
  const measured = { blocks, growth, memory }
  return {
    format: 1,
    command: options.command,
    date: new Date().toISOString(),
    machine: machine(),
    versions: versions(),
    settings,
    ...measured,
    budgets: options.codec === undefined ? evaluate(measured, clock) : [],
  }
}

/** A case that is being timed. */
interface Running {
  entry: Entry
  worker: Worker
  rounds: number
}

class Session {
  private readonly settings: Settings
  private readonly codecFile: string | undefined
  private readonly onProgress: (message: string) => void
  /**
   * Checks every case before it is timed. A separate process, so that the check does not warm up the code.
   */
  private checker: Worker | undefined

  constructor(settings: Settings, codecFile: string | undefined, onProgress: (message: string) => void) {
    this.settings = settings
    this.codecFile = codecFile
    this.onProgress = onProgress
  }

  close(): void {
    this.checker?.stop()
  }

  async block({ workload, cases }: Block, label: string): Promise<ReportBlock> {
    const { rounds } = this.settings
    const block: ReportBlock = { workload, frames: 0, bytes: 0, entries: [] }
    const running: Running[] = []
    // Start now, while the cases are checked.
    const workers = cases.map(() => new Worker())
    try {
      for (const measured of cases) {
        this.onProgress(`${label}: checking ${measured.contender}`)
        block.entries.push(await this.checked(measured, block))
      }
      for (const [index, worker] of workers.entries()) {
        const entry = block.entries[index]!
        if (entry.outcome !== 'timed') continue
        this.onProgress(`${label}: warming up ${entry.contender}`)
        await this.started(cases[index]!, entry, worker, running)
      }
      for (let round = 0; round < rounds; round++) {
        this.onProgress(`${label}: round ${round + 1} of ${rounds}, ${running.length} contenders`)
        for (const one of running) await this.sampled(one, round)
      }
      return block
    } finally {
      for (const worker of workers) worker.stop()
    }
  }

  private async checked({ contender, workload }: Case, block: ReportBlock): Promise<Entry> {
    const { group, how } = contenderNamed(contender)
    const entry: Entry = { contender, group, how, workload: workload.id, outcome: 'timed' }
    try {
      this.checker ??= new Worker()
      const answer = await this.checker.ask(this.request('check', { contender, workload }), this.settings.patienceMs)
      const { verdict } = answer as Extract<Answer, { verdict: unknown }>
      if (verdict.outcome !== 'right') return { ...entry, ...verdict }
      if (workload.id === block.workload.id) Object.assign(block, { frames: verdict.frames, bytes: verdict.bytes })
      return entry
    } catch (error) {
      this.checker?.stop()
      this.checker = undefined
      return { ...entry, ...failure(error) }
    }
  }

  private async started(measured: Case, entry: Entry, worker: Worker, running: Running[]): Promise<void> {
    const { rounds, caseMs, patienceMs, warmUpMs, sampleMs } = this.settings
    try {
      const answer = await worker.ask(this.request('prepare', measured), patienceMs + MOST_WARM_UP * warmUpMs)
      const { passNs } = answer as Extract<Answer, { passNs: unknown }>
      const affordable = Math.floor(caseMs / Math.max(sampleMs, passNs / 1e6))
      entry.wall = new Array<number | null>(rounds).fill(null)
      entry.cpu = new Array<number | null>(rounds).fill(null)
      running.push({ entry, worker, rounds: Math.min(rounds, Math.max(FEWEST_ROUNDS, affordable)) })
    } catch (error) {
      Object.assign(entry, failure(error))
    }
  }

  private async sampled({ entry, worker, rounds }: Running, round: number): Promise<void> {
    if (entry.outcome !== 'timed' || !takesPart(round, rounds, this.settings.rounds)) return
    try {
      const answer = await worker.ask({ ask: 'sample' }, 4 * this.settings.patienceMs)
      const { wall, cpu } = (answer as Extract<Answer, { sample: unknown }>).sample
      entry.wall![round] = rounded(wall)
      entry.cpu![round] = rounded(cpu)
    } catch (error) {
      delete entry.wall
      delete entry.cpu
      Object.assign(entry, failure(error))
    }
  }

  private request(ask: 'check' | 'prepare' | 'work', measured: Case): Request {
    const { volume, warmUpMs, sampleMs } = this.settings
    const settings = { volume, warmUpMs, sampleMs }
    return { ask, measured, settings, ...(this.codecFile === undefined ? {} : { codecFile: this.codecFile }) }
  }

  async growth(growth: Growth): Promise<GrowthEntry[]> {
    return growth.measure === 'work' ? this.growthOfWork(growth) : this.growthOfTime(growth)
  }

  private async growthOfWork({ id, title, measure, contenders, workloads }: Growth): Promise<GrowthEntry[]> {
    const entries: GrowthEntry[] = []
    for (const contender of contenders) {
      this.onProgress(`${id}: counting ${contender}`)
      const { group } = contenderNamed(contender)
      entries.push({ id, title, measure, contender, group, ...(await this.exponentOfWork(contender, workloads)) })
    }
    return entries
  }

  private async exponentOfWork(
    contender: string,
    workloads: Growth['workloads'],
  ): Promise<Pick<GrowthEntry, 'exponent' | 'reason'>> {
    const worker = new Worker('counting-child')
    const workOf = async (workload: Workload): Promise<number> => {
      const answer = await worker.ask(this.request('work', { contender, workload }), COUNTING_MS)
      return (answer as Extract<Answer, { work: unknown }>).work
    }
    try {
      const [first, second, third] = workloads
      const counts = [await workOf(first), await workOf(second), await workOf(third)] as const
      const value = exponentOfCounts(sizesOf(workloads), counts)
      return { exponent: { value, low: value, high: value } }
    } catch (error) {
      return { reason: (error as Error).message }
    } finally {
      worker.stop()
    }
  }

  /** All lengths of all contenders share their rounds. */
  private async growthOfTime({ id, title, measure, contenders, workloads }: Growth): Promise<GrowthEntry[]> {
    const cases = contenders.flatMap((contender) => workloads.map((workload) => ({ contender, workload })))
    const { entries } = await this.block({ workload: workloads[0], cases }, id)
    return contenders.map((contender) => {
      const grown = workloads.map(({ id: length }) =>
        entries.find((entry) => entry.contender === contender && entry.workload === length)!,
      )
      const { group } = grown[0]!
      const failed = grown.find(({ outcome }) => outcome !== 'timed')
      const sizes = sizesOf(workloads)
      // Times are per byte; the exponent is of a whole frame.
      const times = grown.map(({ wall }, index): Rounds => (wall ?? []).map((ns) => ns && ns * sizes[index]!))
      const exponent = failed === undefined ? exponentOf(sizes, times) : undefined
      return {
        id,
        title,
        measure,
        contender,
        group,
        ...(exponent === undefined ? {} : { exponent }),
        ...(failed === undefined ? {} : { reason: `${failed.workload}: ${failed.reason}` }),
      }
    })
  }

  /** A quick run leaves out peers. Budgets are only for idle decoders of ours. */
  async memory({ contender, onlyBudgets = false }: Selection): Promise<MemoryEntry[]> {
    const isForPeers = this.settings.mode === 'full' && !onlyBudgets
    const states = onlyBudgets ? memoryStates.filter((state) => state !== 'half') : memoryStates
    const entries: MemoryEntry[] = []
    for (const { name, group } of memoryContenders) {
      if (contender?.test(name) === false || (!isForPeers && group === 'peer')) continue
      for (const state of states) {
        this.onProgress(`memory: ${name}, ${state}`)
        entries.push({ contender: name, group, state, ...(await this.heap(name, state)) })
      }
    }
    return entries
  }

  private async heap(contender: string, state: MemoryEntry['state']): Promise<Pick<MemoryEntry, 'bytes' | 'reason'>> {
    const worker = new Worker()
    try {
      const answer = await worker.ask({ ask: 'memory', contender, state }, 60_000)
      return { bytes: Math.round((answer as Extract<Answer, { bytes: unknown }>).bytes) }
    } catch (error) {
      return { reason: (error as Error).message }
    } finally {
      worker.stop()
    }
  }
}

/** The frame lengths in bytes. */
function sizesOf([first, second, third]: Growth['workloads']): Triple {
  return [first.payload as number, second.payload as number, third.payload as number]
}

/** Spreads the samples of a slow case over all rounds. */
function takesPart(round: number, own: number, all: number): boolean {
  return Math.floor(((round + 1) * own) / all) > Math.floor((round * own) / all)
}

function failure(error: unknown): Pick<Entry, 'outcome' | 'reason'> {
  return { outcome: error instanceof NoAnswer ? 'slow' : 'wrong', reason: (error as Error).message }
}

/** Samples are not more precise than four digits. */
function rounded(value: number): number {
  return Number(value.toPrecision(4))
}

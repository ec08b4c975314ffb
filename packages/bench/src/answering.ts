// The requests to a measuring process, and its answers.

import { bytesPerConnection, type MemoryState } from './memory.ts'
import type { Case } from './plan.ts'
import { check, Timing, workOf, type RunnerSettings, type Sample, type Verdict } from './runner.ts'

export type Request =
  | { ask: 'check' | 'prepare' | 'work'; measured: Case; settings: RunnerSettings; codecFile?: string }
  | { ask: 'sample' }
  | { ask: 'memory'; contender: string; state: MemoryState }

export type Answer =
  | { verdict: Verdict }
  /** The time of one pass, in ns. */
  | { passNs: number }
  | { sample: Sample }
  | { bytes: number }
  /** The work of one pass, as `countingWork` counts it. */
  | { work: number }
  | { error: string }

/** Keeps the one case that is being timed. */
export class Answering {
  private timing: Timing | undefined
  private readonly workDone: (() => Promise<number>) | undefined

  /** `workDone`: only in a process that counts work. */
  constructor(workDone?: () => Promise<number>) {
    this.workDone = workDone
  }

  async answer(request: Request): Promise<Answer> {
    try {
      if (request.ask === 'check') {
        return { verdict: await check(request.measured, request.settings, request.codecFile) }
      }
      if (request.ask === 'work') {
        if (this.workDone === undefined) throw new Error('no work is counted in this process')
        return { work: await workOf(request.measured, request.settings, this.workDone, request.codecFile) }
      }
      if (request.ask === 'memory') return { bytes: await bytesPerConnection(request.contender, request.state) }
      if (request.ask === 'prepare') {
        this.timing = await Timing.prepare(request.measured, request.settings, request.codecFile)
        return { passNs: this.timing.passNs }
      }
      if (this.timing === undefined) throw new Error('nothing was prepared')
      return { sample: await this.timing.sample() }
    } catch (error) {
      return { error: (error as Error).message }
    }
  }
}

/** Reports that the process has started, then answers requests of its parent, one at a time. */
export function serve(answering: Answering): void {
  process.on('message', (request: Request) => {
    void answering.answer(request).then((answer) => process.send?.(answer))
  })
  // The parent has gone.
  process.on('disconnect', () => process.exit())
  process.send?.('started')
}

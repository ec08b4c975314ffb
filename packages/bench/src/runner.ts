// Runs inside a measuring process: checks a case, or warms it up and takes samples.

import { pathToFileURL } from 'node:url'
import { isFrameError, type FrameCodec } from '@unstick/core'
import { contenderNamed } from './contenders/all.ts'
import type { Contender, Pass } from './contenders/contender.ts'
import { makeLoad, type Load } from './load.ts'
import type { Case } from './plan.ts'
import type { Settings } from './report.ts'
import { ContentTally, differenceOf, Tally } from './tally.ts'

/** Bun's `gc` can only run full collections. */
const emptyYoungGeneration = process.versions['bun'] === undefined ? globalThis.gc : undefined

export type RunnerSettings = Pick<Settings, 'volume' | 'warmUpMs' | 'sampleMs'>

export type Verdict =
  | { outcome: 'right'; frames: number; bytes: number }
  | { outcome: 'wrong' | 'not installed'; reason: string }

export interface Sample {
  /** ns per frame or byte. */
  wall: number
  cpu: number
}

/** One pass in which every byte is compared. */
export async function check(measured: Case, settings: RunnerSettings, codecFile?: string): Promise<Verdict> {
  try {
    const { contender, load, codec } = await prepared(measured, settings, codecFile)
    const tally = new ContentTally()
    const pass = await contender.prepare(load, tally, codec)
    await pass()
    const reason = differenceOf(tally, load.expected, contender.makesFrames ?? true)
    const frames = load.payloads.length
    return reason === undefined ? { outcome: 'right', frames, bytes: load.whole.length } : { outcome: 'wrong', reason }
  } catch (error) {
    return verdictOf(error)
  }
}

/** The work of one pass. `workDone` resolves to the work since its last call. */
export async function workOf(
  measured: Case,
  settings: RunnerSettings,
  workDone: () => Promise<number>,
  codecFile?: string,
): Promise<number> {
  const { contender, load, codec } = await prepared(measured, settings, codecFile)
  const tally = new Tally()
  const pass = await contender.prepare(load, tally, codec)
  await workDone()
  await pass()
  const work = await workDone()
  const difference = differenceOf(tally, load.expected, contender.makesFrames ?? true)
  if (difference !== undefined) throw new Error(difference)
  return work
}

/** A case under measurement. */
export class Timing {
  private readonly load: Load
  private readonly contender: Contender
  private readonly tally: Tally
  private readonly pass: Pass
  private passes = 1
  private isShort = true
  /**
   * The time of the fastest pass of the warm-up, in ns. A slower one may have been interrupted: an estimate from it
   * would give samples of too few passes, which measure cold code.
   */
  passNs = 0

  private constructor(load: Load, contender: Contender, tally: Tally, pass: Pass) {
    this.load = load
    this.contender = contender
    this.tally = tally
    this.pass = pass
  }

  static async prepare(measured: Case, settings: RunnerSettings, codecFile?: string): Promise<Timing> {
    const { contender, load, codec } = await prepared(measured, settings, codecFile)
    const tally = new Tally()
    const timing = new Timing(load, contender, tally, await contender.prepare(load, tally, codec))
    await timing.warmUp(settings)
    return timing
  }

  /** On a busy machine the time passes without warming anything, so the CPU time counts as well. */
  private async warmUp({ warmUpMs, sampleMs }: RunnerSettings): Promise<void> {
    const cpuBefore = process.cpuUsage()
    const start = performance.now()
    let fastest = Infinity
    let now = start
    do {
      const before = now
      await this.run(1)
      now = performance.now()
      fastest = Math.min(fastest, now - before)
    } while (now - start < warmUpMs || cpuMsSince(cpuBefore) < warmUpMs)
    this.passNs = fastest * 1e6
    this.passes = Math.max(1, Math.round((sampleMs * 1e6) / this.passNs))
    this.isShort = this.passNs < sampleMs * 1e6
  }

  /**
   * Throws if a pass does not find the frames of the workload.
   *
   * Collects only the young generation before: a full collection makes V8 drop optimised code, which is then compiled
   * again within the sample (`decode` of W1: 150 instead of 45 ns a frame). A short pass is run once untimed, to refill
   * caches that other processes have used since.
   */
  async sample(): Promise<Sample> {
    emptyYoungGeneration?.({ type: 'minor', execution: 'sync' } as never)
    if (this.isShort) await this.run(1)
    const cpuBefore = process.cpuUsage()
    const start = process.hrtime.bigint()
    await this.run(this.passes)
    const elapsed = Number(process.hrtime.bigint() - start)
    const cpu = process.cpuUsage(cpuBefore)
    const units = this.passes * this.unitsPerPass()
    return { wall: elapsed / units, cpu: ((cpu.user + cpu.system) * 1000) / units }
  }

  private async run(passes: number): Promise<void> {
    for (let index = 0; index < passes; index++) {
      this.tally.frames = 0
      this.tally.bytes = 0
      const pending = this.pass()
      if (pending !== undefined) await pending
      const difference = differenceOf(this.tally, this.load.expected, this.contender.makesFrames ?? true)
      if (difference !== undefined) throw new Error(difference)
    }
  }

  private unitsPerPass(): number {
    const { payloads, workload, whole } = this.load
    return workload.per === 'byte' ? whole.length : payloads.length
  }
}

function cpuMsSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}

async function prepared(
  { contender, workload }: Case,
  { volume }: RunnerSettings,
  codecFile: string | undefined,
): Promise<{ contender: Contender; load: Load; codec: FrameCodec<unknown> | undefined }> {
  const codec = codecFile === undefined ? undefined : await codecFrom(codecFile)
  return {
    contender: contenderNamed(contender),
    load: makeLoad(workload, volume, codec && ((payload) => encoded(codec, payload))),
    codec,
  }
}

/** A module's default export, which must be a codec. Throws a `TypeError` otherwise. */
export async function codecFrom(file: string): Promise<FrameCodec<unknown>> {
  const { default: codec } = (await import(pathToFileURL(file).href)) as { default?: FrameCodec<unknown> }
  if (typeof codec?.decoder === 'function' && typeof codec.encode === 'function') return codec
  throw new TypeError(`${file}: the default export must be a codec with decoder() and encode()`)
}

/** Encodes bytes, or the same as a string if the codec takes text. */
function encoded(codec: FrameCodec<unknown>, payload: Buffer): Uint8Array {
  try {
    return codec.encode(payload)
  } catch (error) {
    if (isFrameError(error)) throw error
    return codec.encode(payload.toString())
  }
}

function verdictOf(error: unknown): Verdict {
  const { code, message } = error as NodeJS.ErrnoException
  if (code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND') {
    return { outcome: 'not installed', reason: message.split(' imported from ')[0]! }
  }
  return { outcome: 'wrong', reason: message }
}

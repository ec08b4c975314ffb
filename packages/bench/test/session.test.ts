import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { Answering } from '../src/answering.ts'
import { budgets } from '../src/budgets.ts'
import { contenderNamed } from '../src/contenders/all.ts'
import { bench } from '../src/index.ts'
import { growthPlan, planOf } from '../src/plan.ts'
import { codecWorkloads, workloads } from '../src/workloads.ts'

const folder = mkdtempSync(join(tmpdir(), 'unstick-bench-'))
afterAll(() => rmSync(folder, { recursive: true }))

const command = 'test'
/** Longer than any pass takes here, even on a slow and busy machine. */
const patienceMs = 120_000

/** Writes a module with a codec for a one-byte length, with the given `decode`. */
function codecFile(name: string, decode: string): string {
  const file = join(folder, name)
  writeFileSync(
    file,
    `export default {
  maxFrameLength: 255,
  encode(payload) {
    if (payload.length > 255) throw new RangeError('too long for this codec')
    return Buffer.concat([Buffer.from([payload.length]), payload])
  },
  decoder() {
    let rest = Buffer.alloc(0)
    const all = (chunk) => {
      const frames = []
      rest = Buffer.concat([rest, chunk])
      while (rest.length > 0 && rest.length > rest[0]) {
        frames.push(rest.subarray(1, 1 + rest[0]))
        rest = rest.subarray(1 + rest[0])
      }
      return frames
    }
    return {
      ${decode},
      scan(chunk, visit) { for (const frame of all(chunk)) visit(frame, 0, frame.length) },
      end: () => [],
    }
  },
}`,
  )
  return file
}

describe('bench', () => {
  it('times each contender in a process of its own, and reports times, checks and budgets', async () => {
    const messages: string[] = []
    const report = await bench({
      command,
      patienceMs,
      quick: true,
      workload: ['W2'],
      contender: /^(scan|length loop|bl)$/,
      onProgress: (message) => messages.push(message),
    })
    const [block] = report.blocks
    expect(block?.frames).toBeGreaterThan(1000)
    expect(block?.entries.map(({ contender, workload, outcome }) => [contender, workload, outcome])).toEqual([
      ['length loop', 'W2', 'timed'],
      ['scan', 'W2', 'timed'],
      ['bl', 'W2', 'timed'],
      ['length loop', 'W1', 'timed'],
      ['length loop, DataView', 'W1', 'timed'],
    ])
    for (const { wall, cpu } of block!.entries) {
      expect(wall).toHaveLength(report.settings.rounds)
      expect(wall!.filter((time) => time !== null).length).toBeGreaterThanOrEqual(3)
      expect(cpu!.every((time) => time === null || time > 0)).toBe(true)
    }
    expect(
      report.budgets.find(({ path, workload, unit }) => path === 'scan' && workload === 'W2' && unit === '×')?.measured,
    ).toBeDefined()
    expect(messages.some((message) => message.startsWith('1/1 W2: round'))).toBe(true)
  })

  it('measures a codec of the caller, does not time what returns other bytes, and reports why it refuses a workload', async () => {
    const codec = codecFile(
      'wrong.mjs',
      'decode: (chunk) => all(chunk).map((frame) => Buffer.alloc(frame.length))[Symbol.iterator]()',
    )
    const contender = /^your (scan|decode)$/
    const report = await bench({ command, patienceMs, quick: true, codec, workload: ['W2', 'W3'], contender })
    const refused = { outcome: 'wrong', reason: 'too long for this codec' }
    expect(report.blocks.map(({ entries }) => entries)).toMatchObject([
      [
        { contender: 'your scan', outcome: 'timed' },
        { contender: 'your decode', outcome: 'wrong', reason: expect.stringContaining('other bytes') as string },
      ],
      [refused, refused],
    ])
    const [scan, decode] = report.blocks[0]!.entries
    expect([scan!.wall?.length, decode!.wall]).toEqual([report.settings.rounds, undefined])
    expect(report.budgets).toEqual([])
  })

  it('abandons a contender that never ends, and continues', async () => {
    const codec = codecFile('endless.mjs', 'decode() { Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0) }')
    const outcomes: string[][] = []
    // The endless contender uses up all of the patience. It grows only if the machine is too busy for the other one.
    for (let patience = 500; patience <= patienceMs && outcomes.at(-1)?.[0] !== 'timed'; patience *= 4) {
      const { blocks } = await bench({
        command,
        patienceMs: patience,
        quick: true,
        codec,
        workload: ['W2'],
        contender: /^your (scan|decode)/,
      })
      outcomes.push(blocks[0]!.entries.map(({ outcome }) => outcome))
    }
    expect(outcomes.at(-1)).toEqual(['timed', 'slow'])
  })

  it('refuses an unknown workload, and a module without a codec', async () => {
    await expect(bench({ command, workload: ['W99'] })).rejects.toThrow(RangeError)
    const file = join(folder, 'nothing.mjs')
    writeFileSync(file, 'export default 1')
    await expect(bench({ command, codec: file })).rejects.toThrow(TypeError)
  })
})

describe('the plan', () => {
  it('measures loops of other workloads that a budget needs in the same rounds', () => {
    const [block] = planOf({ workload: ['W8'] }, false, 'full')
    expect(block?.cases).toContainEqual({ contender: 'length loop', workload: workloads[0] })
    expect(block?.cases).toContainEqual({ contender: 'length loop, DataView', workload: workloads[0] })
  })

  it('measures W11 in the same rounds as W11-two', () => {
    const [block] = planOf({ workload: ['W11-two'] }, false, 'full')
    const whole = workloads.find(({ id }) => id === 'W11')
    expect(block?.cases).toContainEqual({ contender: 'decode', workload: whole })
  })

  it('contains every workload, each with a contender of ours', () => {
    const plan = planOf({}, false, 'full')
    expect(plan.map(({ workload }) => workload)).toEqual(workloads)
    for (const { cases } of plan) expect(cases.some(({ contender }) => /^(decode|encode)$/.test(contender))).toBe(true)
  })

  it('leaves out the peers of W10, and no others, in a quick run', () => {
    const contendersOf = (mode: 'full' | 'quick', id: string): string[] =>
      planOf({ workload: [id] }, false, mode)[0]!.cases.map(({ contender }) => contender)
    expect(contendersOf('full', 'W10')).toContain('bl')
    expect(contendersOf('quick', 'W10')).not.toContain('bl')
    expect(contendersOf('quick', 'W10')).toContain('scan')
    expect(contendersOf('quick', 'W1')).toEqual(contendersOf('full', 'W1'))
  })
})

describe('the plan of what budgets name', () => {
  it('has both sides of each budget, and nothing else', () => {
    const plan = planOf({ onlyBudgets: true }, false, 'full')
    const planned = new Map(plan.map(({ workload, cases }) => [workload.id, cases]))
    expect(planned.get('small-writes')?.map(({ contender }) => contender)).toEqual(['decode', 'frame-stream', 'bl'])
    for (const { numerator, denominators = [] } of budgets) {
      const cases = planned.get(numerator.workload)!.map(({ contender, workload }) => [contender, workload.id])
      for (const { contender, workload } of [numerator, ...denominators]) {
        expect(cases).toContainEqual([contender, workload])
      }
    }
  })

  it('has no workload without a budget', () => {
    const ids = planOf({ onlyBudgets: true }, false, 'full').map(({ workload }) => workload.id)
    expect(new Set(ids)).toEqual(new Set(budgets.map(({ numerator }) => numerator.workload)))
  })

  it('counts the growth of our own contenders only', () => {
    const plan = growthPlan({ onlyBudgets: true }, 'full')
    expect(new Set(plan.map(({ measure }) => measure))).toEqual(new Set(['work']))
  })
})

describe('the plan of growth', () => {
  it('counts our work for every chunk length, and times peers', () => {
    const plan = growthPlan({}, 'full')
    const chunks = plan
      .filter(({ id }) => id.startsWith('growth-work-lf-'))
      .map(({ workloads: [first] }) => first.chunk)
    expect(chunks).toEqual([1, 16, 64, 1460, 65_536])
    for (const { measure, contenders } of plan) {
      const isOurs = contenders.every((name) => contenderNamed(name).group === 'ours')
      expect([isOurs, contenders.length > 0]).toEqual([measure === 'work', true])
    }
  })

  it('includes JSON values, RESP arrays and fragments as well as lengths and delimiters', () => {
    const wires = growthPlan({}, 'full').map(({ workloads: [first] }) => first.wire)
    expect(new Set(wires)).toEqual(
      new Set(['length', 'varint', 'netstring', 'lf', 'crlf', 'delimiter', 'json', 'resp-array', 'fragments']),
    )
  })

  it('has one frame at three lengths, up to 16 times the first, in at least eight chunks', () => {
    for (const { workloads: grown } of growthPlan({}, 'full')) {
      const [first, , third] = grown.map(({ payload }) => payload as number) as [number, number, number]
      expect(Math.round(third / first)).toBe(16)
      expect(Math.ceil(first / (grown[0].chunk as number))).toBeGreaterThanOrEqual(8)
      expect(grown.map(({ frames }) => frames)).toEqual([1, 1, 1])
    }
  })

  it('leaves out peers, and all chunk lengths but that of W10, in a quick run', () => {
    const plan = growthPlan({}, 'quick')
    expect(new Set(plan.map(({ measure, workloads: [first] }) => `${measure} ${String(first.chunk)}`))).toEqual(
      new Set(['work 16']),
    )
  })
})

describe('a measuring process', () => {
  const settings = { volume: 20_000, warmUpMs: 1, sampleMs: 1 }
  const measured = { contender: 'scan', workload: workloads[0]! }

  it('checks, prepares, samples, and answers errors as errors', async () => {
    const answering = new Answering()
    expect(await answering.answer({ ask: 'sample' })).toEqual({ error: 'nothing was prepared' })
    expect(await answering.answer({ ask: 'work', measured, settings })).toEqual({
      error: 'no work is counted in this process',
    })
    expect(await answering.answer({ ask: 'check', measured, settings })).toMatchObject({
      verdict: { outcome: 'right' },
    })
    expect(await answering.answer({ ask: 'prepare', measured, settings })).toHaveProperty('passNs')
    expect(await answering.answer({ ask: 'sample' })).toHaveProperty('sample.wall')
    const nobody = { contender: 'nobody', workload: workloads[0]! }
    expect(await answering.answer({ ask: 'prepare', measured: nobody, settings })).toHaveProperty('error')
  })

  it('estimates the time of a pass by the fastest one of the warm-up', async () => {
    vi.useFakeTimers({ toFake: ['performance'] })
    onTestFinished(() => void vi.useRealTimers())
    const durations = [9, 2, 3, 8]
    // Passes go on until the process has used as much CPU time.
    vi.stubGlobal('passBegins', () => vi.advanceTimersByTime(durations.shift() ?? 5))
    onTestFinished(() => void vi.unstubAllGlobals())
    const codec = codecFile('passes.mjs', 'decode(chunk) { passBegins(); return all(chunk)[Symbol.iterator]() }')
    const yours = { contender: 'your decode', workload: codecWorkloads.find(({ id }) => id === 'W1')! }
    const answer = await new Answering().answer({
      ask: 'prepare',
      measured: yours,
      settings: { volume: 1000, warmUpMs: 20, sampleMs: 1 },
      codecFile: codec,
    })
    expect(answer).toEqual({ passNs: 2e6 })
    expect(durations).toEqual([])
  })
})

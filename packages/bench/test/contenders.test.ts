import { isDeepStrictEqual } from 'node:util'
import { describe, expect, it } from 'vitest'
import { contenderNamed, contenders, contendersFor } from '../src/contenders/all.ts'
import { makeLoad } from '../src/load.ts'
import { check } from '../src/runner.ts'
import { ContentTally, differenceOf } from '../src/tally.ts'
import { codecWorkloads, oneFrame, workloads } from '../src/workloads.ts'

const settings = { volume: 16_000, warmUpMs: 1, sampleMs: 1 }

/** One large frame is quadratic work for some contenders, and cubic for one: a smaller one is used here. */
const LARGE = 1600

const small = [
  ...workloads.map((workload) =>
    workload.frames === 1
      ? oneFrame(workload.id, workload.wire, LARGE, 16)
      : { ...workload, ...(workload.connections && { connections: 50, frames: 100 }) },
  ),
  ...(['json', 'resp-array', 'fragments'] as const).map((wire) => oneFrame(`one ${wire}`, wire, LARGE, 16)),
]

/** Contenders known to be wrong: this one drops empty frames. */
const knownWrong: Record<string, string> = {
  'skewed frame-stream': 'frames instead of',
}

describe.each(small.map((workload) => [workload.id, workload] as const))('%s', (id, workload) => {
  const load = makeLoad(workload, settings.volume)

  it('has the same bytes, chunks and frames every time', () => {
    const again = makeLoad(workload, settings.volume)
    expect(again.expected).toEqual(load.expected)
    // Faster than `toEqual`.
    expect(isDeepStrictEqual(again.chunks, load.chunks)).toBe(true)
    expect(Buffer.concat(load.chunks)).toHaveLength(load.whole.length)
  })

  it.each(contendersFor(workload).map(({ name }) => [name]))(
    '%s gives back every frame, or is reported with a reason',
    async (contender) => {
      const verdict = await check({ contender, workload }, settings)
      const reason = knownWrong[`${id} ${contender}`]
      if (reason !== undefined)
        expect(verdict).toEqual({ outcome: 'wrong', reason: expect.stringContaining(reason) as string })
      else expect(verdict).toEqual({ outcome: 'right', frames: load.payloads.length, bytes: load.whole.length })
    },
  )
})

describe('the chunks of a workload', () => {
  const lengthsOf = (id: string): number[] => {
    const load = makeLoad(
      workloads.find((workload) => workload.id === id)!,
      3 * 68,
    )
    return load.chunks.map((chunk) => chunk.length)
  }

  it('are whole frames in W11, and headers and payloads in turn in W11-two', () => {
    expect(lengthsOf('W11')).toEqual([68, 68, 68])
    expect(lengthsOf('W11-two')).toEqual([4, 64, 4, 64, 4, 64])
  })
})

describe('a bare loop of lengths', () => {
  it.each([['length loop'], ['length loop, DataView']])('%s reads the stream again in every pass', async (name) => {
    const load = makeLoad(workloads[0]!, 10_000)
    const tally = new ContentTally()
    const pass = await contenderNamed(name).prepare(load, tally, undefined)
    await pass()
    expect([tally.frames, tally.bytes]).toEqual([load.expected.frames, load.expected.bytes])
    // The first frame takes in the second one, whose header becomes part of its payload.
    load.whole.writeUInt32BE(64 + 4 + 64, 0)
    Object.assign(tally, { frames: 0, bytes: 0 })
    await pass()
    expect([tally.frames, tally.bytes]).toEqual([load.expected.frames! - 1, load.expected.bytes + 4])
  })
})

describe('the list of contenders', () => {
  it('has unique names, and a workload for each', () => {
    const names = contenders.map(({ name }) => name)
    expect(new Set(names).size).toBe(names.length)
    const idle = contenders.filter(({ supports }) => ![...workloads, ...codecWorkloads].some(supports))
    expect(idle).toEqual([])
  })
})

describe('a contender', () => {
  const load = makeLoad(workloads[0]!, 10_000)
  const differenceIn = (report: (tally: ContentTally) => void): string | undefined => {
    const tally = new ContentTally()
    report(tally)
    return differenceOf(tally, load.expected, true)
  }

  it.each<[string, (tally: ContentTally) => void]>([
    ['loses a frame', (tally) => load.payloads.slice(1).forEach((payload) => tally.frame(payload))],
    [
      'gives a frame twice',
      (tally) => [load.payloads[0]!, ...load.payloads].forEach((payload) => tally.frame(payload)),
    ],
    [
      'drops a byte',
      (tally) => load.payloads.forEach((payload, index) => tally.frame(index === 3 ? payload.subarray(1) : payload)),
    ],
    [
      'changes a byte',
      (tally) =>
        load.payloads.forEach((payload, index) => tally.frame(index === 3 ? Buffer.alloc(payload.length) : payload)),
    ],
    ['swaps two frames', (tally) => load.payloads.toReversed().forEach((payload) => tally.frame(payload))],
  ])('that %s is detected', (_what, report) => {
    expect(differenceIn(report)).not.toBe(undefined)
  })

  it('that moves a frame boundary is detected, though bytes and count are right', () => {
    const joined = Buffer.concat(load.payloads.slice(0, 2))
    const moved = [joined.subarray(0, 63), joined.subarray(63), ...load.payloads.slice(2)]
    expect(differenceIn((tally) => moved.forEach((payload) => tally.frame(payload)))).toContain(
      'other bytes or borders',
    )
  })

  it('that returns every frame is accepted', () => {
    expect(differenceIn((tally) => load.payloads.forEach((payload) => tally.frame(payload)))).toBe(undefined)
  })
})

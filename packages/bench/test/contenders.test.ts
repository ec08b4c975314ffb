import { describe, expect, it } from 'vitest'
import { contendersFor } from '../src/contenders/all.ts'
import { makeLoad } from '../src/load.ts'
import { ContentTally, differenceOf } from '../src/tally.ts'
import { workloads } from '../src/workloads.ts'

const VOLUME = 100_000

describe.each(workloads.map((workload) => [workload.id, workload] as const))('%s', (_id, workload) => {
  it.each(contendersFor(workload).map((contender) => [contender.name, contender] as const))(
    '%s',
    async (_name, contender) => {
      const load = makeLoad({ ...workload, ...(workload.frames === 1 ? { payload: 50_000 } : {}) }, VOLUME)
      const tally = new ContentTally()
      const pass = await contender.prepare(load, tally, undefined)
      await pass()
      expect(differenceOf(tally, load.expected, contender.makesFrames ?? true)).toBe(undefined)
    },
  )
})

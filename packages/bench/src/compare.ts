// Compares two runs, and lists changes beyond the intervals of both.

import { floorOf } from './report/rows.ts'
import type { Entry, Report, ReportBlock } from './report.ts'
import { median, ratioOf, type Interval } from './statistics.ts'

/** A contender that was faster or slower than in the run before, beyond the intervals of both. */
export interface Movement {
  /** The workload's name. */
  workload: string
  /** The contender's name. */
  contender: string
  /**
   * 'ratio': to the bare loop of the same run, which makes it independent of the machine; 'time': without such a loop.
   */
  measure: 'ratio' | 'time'
  /** The interval in the run before. */
  before: Interval
  /** The interval in this run. */
  after: Interval
  /** Which of the two was better. */
  direction: 'faster' | 'slower'
}

/**
 * The largest change first. Contenders in only one of the runs, and the bare loops that others are compared with, are
 * left out.
 */
export function compare(before: Report, after: Report): Movement[] {
  return after.blocks
    .flatMap((block) => {
      const old = before.blocks.find(({ workload }) => workload.id === block.workload.id)
      return old === undefined ? [] : block.entries.flatMap((entry) => movementOf(old, block, entry))
    })
    .toSorted((a, b) => changeOf(b) - changeOf(a))
}

function movementOf(oldBlock: ReportBlock, block: ReportBlock, entry: Entry): Movement[] {
  const { contender, workload, wall } = entry
  const old = oldBlock.entries.find((other) => other.contender === contender && other.workload === workload)
  const floors = [floorOf(oldBlock), floorOf(block)]
  if (old?.wall === undefined || wall === undefined || entry === floors[1]) return []
  const isRatio = floors.every((floor) => floor?.wall !== undefined) && floors[0]?.contender === floors[1]?.contender
  const before = isRatio ? ratioOf(old.wall, floors[0]!.wall!) : median(old.wall)
  const after = isRatio ? ratioOf(wall, floors[1]!.wall!) : median(wall)
  if (before === undefined || after === undefined) return []
  if (after.low <= before.high && before.low <= after.high) return []
  const direction = after.value < before.value ? 'faster' : 'slower'
  return [{ workload: block.workload.id, contender, measure: isRatio ? 'ratio' : 'time', before, after, direction }]
}

function changeOf({ before, after }: Movement): number {
  return Math.abs(Math.log(after.value / before.value))
}

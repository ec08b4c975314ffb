// The rows of a block's table: times, and their ratios to the bare loop and to our own decoder.

import type { Group } from '../contenders/contender.ts'
import type { Entry, ReportBlock } from '../report.ts'
import { isTooWide, median, ratioOf, type Interval } from '../statistics.ts'

export interface Row {
  contender: string
  group: Group
  /** ns per frame or byte. */
  time?: Interval
  /** The median CPU time in the same unit, all threads. */
  cpu?: number
  /** Bytes of the stream, in MB/s. */
  rate?: number
  toFloor?: Interval
  toOurs?: Interval
  /** Why there is no time. */
  reason?: string
}

/** The loops that times are compared with, and our contenders that most people use. */
const FLOORS = [
  'subarray loop',
  'indexOf loop',
  'JSON.parse loop',
  'copy loop',
  'alloc and copy',
  'views of known places',
]
const OURS = ['decode', 'encode', 'your decode']

/** Sorted by time, those without a time last. */
export function rowsOf(block: ReportBlock): Row[] {
  const floor = floorOf(block)
  const ours = first(block, OURS)
  return block.entries
    .map((entry) => rowOf(entry, block, floor, ours))
    .toSorted((a, b) => (a.time?.value ?? Infinity) - (b.time?.value ?? Infinity))
}

export function floorOf(block: ReportBlock): Entry | undefined {
  return first(block, FLOORS)
}

export function unitOf({ workload }: ReportBlock): string {
  return workload.per === 'byte' ? 'ns a byte' : 'ns a frame'
}

function first({ entries, workload }: ReportBlock, names: readonly string[]): Entry | undefined {
  return names
    .map((name) => entries.find(({ contender, workload: id }) => contender === name && id === workload.id))
    .find((entry) => entry?.wall !== undefined)
}

function rowOf(entry: Entry, block: ReportBlock, floor: Entry | undefined, ours: Entry | undefined): Row {
  const isForeign = entry.workload !== block.workload.id
  const row: Row = {
    contender: isForeign ? `${entry.contender} of ${entry.workload}` : entry.contender,
    group: entry.group,
  }
  if (entry.wall === undefined) return { ...row, reason: `${entry.outcome}: ${entry.reason ?? ''}` }
  const time = median(entry.wall)
  const cpu = median(entry.cpu ?? [])?.value
  const toFloor = floor?.wall && ratioOf(entry.wall, floor.wall)
  const toOurs = ours?.wall && ratioOf(entry.wall, ours.wall)
  const bytesPerUnit = block.workload.per === 'byte' ? 1 : block.bytes / block.frames
  return {
    ...row,
    ...(time && { time }),
    ...(cpu !== undefined && { cpu }),
    ...(time && !isForeign && { rate: (bytesPerUnit / time.value) * 1000 }),
    ...(toFloor && { toFloor }),
    ...(toOurs && { toOurs }),
  }
}

/** Three digits. Less than a thousandth is shown as 0. */
export function shownNumber(value: number): string {
  if (value >= 1000) return Math.round(value).toLocaleString('en')
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3)
}

export function shownInterval({ value, low, high }: Interval): string {
  return `${shownNumber(value)} (${shownNumber(low)} to ${shownNumber(high)})`
}

/** A ratio, unless its interval is too wide. */
export function shownRatio(ratio: Interval | undefined): string {
  if (ratio === undefined) return ''
  return isTooWide(ratio) ? 'too wide to say' : `${shownNumber(ratio.value)} ×`
}

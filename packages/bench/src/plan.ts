// What a run consists of: blocks of cases that are measured side by side, round by round.

import { budgets } from './budgets.ts'
import { contendersFor } from './contenders/all.ts'
import type { Settings } from './report.ts'
import { codecWorkloads, oneFrame, workloads, type Workload } from './workloads.ts'

/** One contender on one workload: measured in a process of its own. Can be sent to it. */
export interface Case {
  contender: string
  workload: Workload
}

/** Cases that share their rounds, so that a machine's drift hits all of them alike. */
export interface Block {
  workload: Workload
  cases: Case[]
}

export interface Selection {
  /** Ids of workloads; left out: all. */
  workload?: readonly string[] | undefined
  /** A pattern for contenders' names; left out: all. */
  contender?: RegExp | undefined
}

/** Throws a `RangeError` for a workload that there is not. */
export function planOf(selection: Selection, hasCodec: boolean, mode: Settings['mode']): Block[] {
  const all = hasCodec ? codecWorkloads : workloads
  const ids = selection.workload ?? all.map(({ id }) => id)
  const chosen = ids.map((id) => {
    const found = all.find((workload) => workload.id === id)
    if (found === undefined) {
      throw new RangeError(`workload must be among ${all.map((workload) => workload.id).join(', ')}, received '${id}'`)
    }
    return found
  })
  return chosen
    .map((workload) => ({ workload, cases: casesOf(workload, selection.contender, mode) }))
    .filter(({ cases }) => cases.length > 0)
}

/** A quick run leaves out peers where there is one large frame: that takes many of them seconds. */
function casesOf(workload: Workload, pattern: RegExp | undefined, mode: Settings['mode']): Case[] {
  const isForPeers = mode === 'full' || workload.frames !== 1
  const own = contendersFor(workload).filter(
    ({ name, group }) => (pattern?.test(name) ?? true) && (isForPeers || group !== 'peer'),
  )
  return [...own.map(({ name }) => ({ contender: name, workload })), ...comparedElsewhere(workload, own)]
}

/** What budgets compare these contenders with on other workloads. */
function comparedElsewhere(workload: Workload, own: readonly { name: string }[]): Case[] {
  if (workload.wire === 'codec') return []
  const cases = new Map<string, Case>()
  for (const { numerator, denominators = [] } of budgets) {
    if (numerator.workload !== workload.id || !own.some(({ name }) => name === numerator.contender)) continue
    for (const denominator of denominators) {
      if (denominator.workload === workload.id) continue
      const other = workloads.find(({ id }) => id === denominator.workload)!
      cases.set(`${denominator.contender} ${other.id}`, { contender: denominator.contender, workload: other })
    }
  }
  return [...cases.values()]
}

/** Frame lengths in bytes between which the growth of time is looked at. */
const GROWTH_LENGTHS = [1 << 16, 1 << 18, 1 << 20]
const GROWTH_CHUNKS = [1, 16, 64]
/** A peer that copies everything with every chunk takes minutes for one frame in chunks of a byte. */
const GROWTH_PEERS = {
  chunk: 64,
  names: ['frame-stream', 'bl', 'uint8arraylist', 'split2', 'byline', 'binary-split', '@serialport/parser-delimiter'],
}

/** One frame, three lengths: one block for each wire and each length of chunks. */
export interface Growth {
  id: string
  title: string
  contenders: string[]
  workloads: Workload[]
}

/** A quick run leaves out peers and all chunks but those of W10. */
export function growthPlan(pattern: RegExp | undefined, mode: Settings['mode']): Growth[] {
  const chunks = mode === 'full' ? GROWTH_CHUNKS : [16]
  return (['length', 'lf'] as const)
    .flatMap((wire) =>
      chunks.map((chunk) => {
        const grown = GROWTH_LENGTHS.map((length) => oneFrame(`${wire}-${chunk}-${length}`, wire, length, chunk))
        const names = new Set(['scan', 'decode', ...(chunk === GROWTH_PEERS.chunk ? GROWTH_PEERS.names : [])])
        const kind = wire === 'length' ? '4-byte length' : 'ended by LF'
        return {
          id: `growth-${wire}-${chunk}`,
          title: `${kind}, chunks of ${chunk} B`,
          contenders: contendersFor(grown[0]!)
            .map(({ name }) => name)
            .filter((name) => names.has(name) && (pattern?.test(name) ?? true)),
          workloads: grown,
        }
      }),
    )
    .filter(({ contenders }) => contenders.length > 0)
}

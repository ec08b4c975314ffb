// The plan of a run: blocks of cases that are measured side by side, round by round.

import { budgets } from './budgets.ts'
import { contendersFor } from './contenders/all.ts'
import type { GrowthEntry, Settings } from './report.ts'
import { codecWorkloads, kindOf, oneFrame, workloads, type Wire, type Workload } from './workloads.ts'

/** One contender on one workload, as plain data that can be sent to the process that measures it. */
export interface Case {
  contender: string
  workload: Workload
}

/** Cases that share their rounds, so that drift of the machine affects all of them alike. */
export interface Block {
  workload: Workload
  cases: Case[]
}

export interface Selection {
  /** Ids of workloads. Default: all. */
  workload?: readonly string[] | undefined
  /** A pattern for the names of contenders. Default: all. */
  contender?: RegExp | undefined
  /** Only contenders that a budget names. Default: false. */
  onlyBudgets?: boolean | undefined
}

/** Throws a `RangeError` for an unknown workload. */
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
    .map((workload) => ({ workload, cases: casesOf(workload, selection, mode) }))
    .filter(({ cases }) => cases.length > 0)
}

/** A quick run leaves out peers on workloads of one large frame, which take many of them seconds. */
function casesOf(workload: Workload, { contender, onlyBudgets }: Selection, mode: Settings['mode']): Case[] {
  const isForPeers = mode === 'full' || workload.frames !== 1
  const own = contendersFor(workload)
    .filter(({ name, group }) => (contender?.test(name) ?? true) && (isForPeers || group !== 'peer'))
    .filter(({ name }) => onlyBudgets !== true || isInBudget(name, workload))
  return [...own.map(({ name }) => ({ contender: name, workload })), ...comparedElsewhere(workload, own)]
}

/** Whether a budget of this workload names the contender, on either side. */
function isInBudget(contender: string, { id }: Workload): boolean {
  return budgets
    .filter(({ numerator }) => numerator.workload === id)
    .flatMap(({ numerator, denominators = [] }) => [numerator, ...denominators])
    .some((named) => named.contender === contender && named.workload === id)
}

/** Contenders on other workloads that budgets compare these with. */
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

/** The shortest frame whose growth is measured: at least this many bytes and chunks. */
const SHORTEST_GROWN = { bytes: 1 << 14, chunks: 8 }
const GROWTH_FACTORS = [1, 4, 16] as const
/** Room for a header: the longest frame, header included, must not exceed the limit of 8 MiB. */
const HEADER_ROOM = 64
const GROWTH_CHUNKS = [1, 16, 64, 1460, 65_536]

/**
 * Wires whose frames can be long. To add one, write its bytes in `wires.ts`, its codec in `contenders/codecs.ts`, and
 * its name here.
 */
const GROWING: readonly Wire[] = [
  ...(['length', 'varint', 'netstring', 'lf', 'crlf', 'delimiter'] as const),
  ...(['json', 'resp-array', 'fragments'] as const),
]

/**
 * Peers are timed, with one chunk length: those that copy everything at every chunk take minutes for chunks of a byte.
 */
const GROWING_PEERS = {
  chunk: 64,
  wires: ['length', 'lf'] satisfies Wire[],
  names: ['frame-stream', 'bl', 'uint8arraylist', 'split2', 'byline', 'binary-split', '@serialport/parser-delimiter'],
}

/** One frame at three lengths, for one wire and one chunk length. */
export interface Growth {
  id: string
  title: string
  measure: GrowthEntry['measure']
  contenders: string[]
  workloads: readonly [Workload, Workload, Workload]
}

/** A quick run leaves out peers, and all chunk lengths but that of W10. Budgets are only for our own contenders. */
export function growthPlan({ contender, onlyBudgets }: Selection, mode: Settings['mode']): Growth[] {
  const chunks = mode === 'full' ? GROWTH_CHUNKS : [16]
  const own = GROWING.flatMap((wire) => chunks.map((chunk) => growthOf(wire, chunk, 'work', ['scan', 'decode'])))
  const { wires, chunk, names } = GROWING_PEERS
  const peers = mode === 'full' && onlyBudgets !== true ? wires.map((wire) => growthOf(wire, chunk, 'time', names)) : []
  return [...own, ...peers]
    .map((growth) => ({ ...growth, contenders: growth.contenders.filter((name) => contender?.test(name) ?? true) }))
    .filter(({ contenders }) => contenders.length > 0)
}

function growthOf(wire: Wire, chunk: number, measure: Growth['measure'], names: readonly string[]): Growth {
  const shortest = Math.max(SHORTEST_GROWN.bytes, SHORTEST_GROWN.chunks * chunk)
  const longer = (factor: number): Workload => {
    const length = factor * shortest - HEADER_ROOM
    return oneFrame(`${wire}-${chunk}-${length}`, wire, length, chunk)
  }
  const [first, second, third] = GROWTH_FACTORS
  const grown = [longer(first), longer(second), longer(third)] as const
  return {
    id: `growth-${measure}-${wire}-${chunk}`,
    title: `${kindOf(wire)}, chunks of ${chunk} B`,
    measure,
    contenders: contendersFor(grown[0])
      .map(({ name }) => name)
      .filter((name) => names.includes(name)),
    workloads: grown,
  }
}

// A contender: one way from a workload's chunks to its frames.

import type { FrameCodec } from '@unstick/core'
import type { Load } from '../load.ts'
import type { Tally } from '../tally.ts'
import type { Workload } from '../workloads.ts'

export type Group = 'floor' | 'ours' | 'yours' | 'peer'

/** One pass over the whole load, from a new decoder to the end of the stream. Each frame is reported to the tally. */
export type Pass = () => void | Promise<void>

export interface Contender {
  /** Unique. The name of a peer begins with that of its package. */
  name: string
  group: Group
  /** What it does, or which API of the peer it uses. */
  how: string
  supports: (workload: Workload) => boolean
  /** False for a bare loop that only steps over frames: there is no content to check. Default: true. */
  makesFrames?: boolean
  /** Imports what it needs, so that a process loads only one contender, and peers need not be installed. */
  prepare: (load: Load, tally: Tally, codec: FrameCodec<unknown> | undefined) => Pass | Promise<Pass>
}

/** Workloads that decode one connection, with one of these wires. */
export function decodes(...wires: Workload['wire'][]): Contender['supports'] {
  return ({ direction, wire, connections = 1 }) => direction === 'decode' && connections === 1 && wires.includes(wire)
}

/** The same, without workloads of one large frame. */
export function decodesMany(...wires: Workload['wire'][]): Contender['supports'] {
  return (workload) => workload.frames !== 1 && decodes(...wires)(workload)
}

export function encodes(...wires: Workload['wire'][]): Contender['supports'] {
  return ({ direction, wire }) => direction === 'encode' && wires.includes(wire)
}

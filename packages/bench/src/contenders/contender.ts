// What is measured: one way to get from a workload's chunks to its frames.

import type { FrameCodec } from '@unstick/core'
import type { Load } from '../load.ts'
import type { Tally } from '../tally.ts'
import type { Workload } from '../workloads.ts'

export type Group = 'floor' | 'ours' | 'yours' | 'peer'

/** One pass over the whole load, from a new decoder to the end of the stream. Each frame is reported to the tally. */
export type Pass = () => void | Promise<void>

export interface Contender {
  /** Unique, and a peer's begins with the name of its package. */
  name: string
  group: Group
  /** What it does, or which API of the peer it goes through. */
  how: string
  supports: (workload: Workload) => boolean
  /** False for a bare loop that steps over frames: then there is no content to check. Default: true. */
  makesFrames?: boolean
  /** Imports what it needs, so that a process loads one contender only; a peer may not be installed. */
  prepare: (load: Load, tally: Tally, codec: FrameCodec<unknown> | undefined) => Pass | Promise<Pass>
}

/** The workloads of one connection that are decoded, with these wires. */
export function decodes(...wires: Workload['wire'][]): Contender['supports'] {
  return ({ direction, wire, connections = 1 }) => direction === 'decode' && connections === 1 && wires.includes(wire)
}

/** The same, but for one large frame. */
export function decodesMany(...wires: Workload['wire'][]): Contender['supports'] {
  return (workload) => workload.frames !== 1 && decodes(...wires)(workload)
}

export function encodes(...wires: Workload['wire'][]): Contender['supports'] {
  return ({ direction, wire }) => direction === 'encode' && wires.includes(wire)
}

// All contenders. A process that measures one imports only the package of that one.

// oxlint-disable-next-line typescript/triple-slash-reference -- those who compile this from source need them as well
/// <reference path="./peers/untyped.d.ts" />

import type { Workload } from '../workloads.ts'
import type { Contender } from './contender.ts'
import { floor } from './floor.ts'
import { ours, yours } from './ours.ts'
import { bufferLists } from './peers/buffer-lists.ts'
import { json } from './peers/json.ts'
import { lengthPrefixed } from './peers/length-prefixed.ts'
import { protocols } from './peers/protocols.ts'
import { splitters } from './peers/splitters.ts'
import { stuffed } from './peers/stuffed.ts'

export const contenders: readonly Contender[] = [
  ...floor,
  ...ours,
  ...yours,
  ...splitters,
  ...lengthPrefixed,
  ...bufferLists,
  ...stuffed,
  ...json,
  ...protocols,
]

/** Throws a `RangeError` for an unknown name. */
export function contenderNamed(name: string): Contender {
  const found = contenders.find((contender) => contender.name === name)
  if (found === undefined) throw new RangeError(`there is no contender '${name}'`)
  return found
}

export function contendersFor(workload: Workload): Contender[] {
  return contenders.filter(({ supports }) => supports(workload))
}

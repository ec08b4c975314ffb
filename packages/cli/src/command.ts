// What a command of `unstick` is.

import type { Flag } from './flag.ts'
import type { FlagValues } from './flags.ts'
import type { Terminal } from './terminal.ts'

export interface Command {
  name: string
  /** One line for `unstick --help`. */
  summary: string
  /** What may follow the flags, such as `[file]`. */
  operands?: string
  /** How many operands may be given: none where it is left out. */
  maxOperands?: number
  /** Flags by the heading they have in --help. */
  flags: Record<string, readonly Flag[]>
  /** The end of --help: examples and notes. */
  notes?: string
  /** Resolves to the exit code: 0, or 1 (it differed, or the input was faulty). Throws a `Misuse` for exit code 2. */
  run(invocation: Invocation): Promise<number>
}

interface Invocation {
  /** The flags' values by their camelCase names. */
  values: FlagValues
  operands: string[]
  /** The arguments as they were given. */
  args: string[]
  terminal: Terminal
}

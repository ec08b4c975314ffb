// The interface of a command of `unstick`.

import type { Flag } from './flag.ts'
import type { FlagValues } from './flags.ts'
import type { Terminal } from './terminal.ts'

export interface Command {
  name: string
  /** One line for `unstick --help`. */
  summary: string
  /** The arguments after the flags, such as `[file]`. */
  operands?: string
  /** The most operands, by default 0. */
  maxOperands?: number
  /** Flags by their heading in --help. */
  flags: Record<string, readonly Flag[]>
  /** The end of --help: examples and notes. */
  notes?: string
  /** Resolves to the exit code: 0, or 1 for a difference or faulty input. Throws a `Misuse` for exit code 2. */
  run(invocation: Invocation): Promise<number>
}

interface Invocation {
  /** The flags' values by their camelCase names. */
  values: FlagValues
  operands: string[]
  /** The original arguments. */
  args: string[]
  terminal: Terminal
}

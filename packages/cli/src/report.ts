// The demo's result for people, and for machines.

import { paintFor } from './colors.ts'
import { table } from './table.ts'
import type { Terminal } from './terminal.ts'
import type { Writing } from './traffic.ts'

/** How messages arrived that were written one by one and read without framing. */
export interface Problem {
  messages: number
  bytes: number
  reads: number
  /** Reads that held the ends of two messages or more. */
  coalesced: number
  /** Messages that lay in more than one read. */
  fragmented: number
}

export interface Run extends Problem {
  codec: string
  writing: Writing
  /** Why count, order or a SHA-256 differ at the far side; undefined when they are equal. */
  difference?: string
}

const HEAD = ['messages', 'bytes', 'reads', 'coalesced', 'fragmented']

export function report(result: { problem: Problem; runs: Run[] }, asJson: boolean, { stdout }: Terminal): void {
  const { problem, runs } = result
  if (asJson) {
    stdout.write(`${JSON.stringify({ ...result, ok: runs.every(isEqual) }, null, 2)}\n`)
    return
  }
  const paint = paintFor(stdout)
  stdout.write(
    `${paint('bold', 'Without framing: messages written one by one to a TCP socket, as its far side reads them')}\n`,
  )
  stdout.write(table(HEAD, [cells(problem)]))
  stdout.write(
    'coalesced: reads that end two messages or more; fragmented: messages that lie in more than one read\n\n',
  )
  stdout.write(`${paint('bold', 'The same traffic through each codec')} (byte by byte: the first messages of it)\n`)
  const rows = runs.map((run) => [
    run.codec,
    run.writing,
    ...cells(run),
    isEqual(run) ? paint('green', 'equal') : paint('red', run.difference ?? ''),
  ])
  stdout.write(table(['codec', 'written', ...HEAD, 'count, order, SHA-256'], rows))
  const equal = runs.filter(isEqual).length
  const line = `${equal} of ${runs.length} runs gave back every message as it was sent`
  stdout.write(`${equal === runs.length ? paint('green', line) : paint('red', line)}\n`)
}

function isEqual(run: Run): boolean {
  return run.difference === undefined
}

function cells({ messages, bytes, reads, coalesced, fragmented }: Problem): string[] {
  return [messages, bytes, reads, coalesced, fragmented].map((value) => value.toLocaleString('en'))
}

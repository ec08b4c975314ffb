// The demo's result for people, and for machines.

import { paintFor } from './colors.ts'
import { table } from './table.ts'
import type { Terminal } from './terminal.ts'
import type { Writing } from './traffic.ts'

/** How messages arrive that are written one by one and read without framing. */
export interface Problem {
  messages: number
  bytes: number
  reads: number
  /** The number of reads with the ends of two or more messages. */
  coalesced: number
  /** The number of messages in more than one read. */
  fragmented: number
}

export interface Run extends Problem {
  codec: string
  writing: Writing
  /** How the received messages differ in count, order or SHA-256; undefined if they are equal. */
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
    `${paint('bold', 'Without framing: messages are written one by one to a TCP socket, and read at the other end')}\n`,
  )
  stdout.write(table(HEAD, [cells(problem)]))
  stdout.write('coalesced: reads with the ends of two or more messages; fragmented: messages in more than one read\n\n')
  stdout.write(`${paint('bold', 'The same traffic through each codec')} (byte by byte: only the first messages)\n`)
  const rows = runs.map((run) => [
    run.codec,
    run.writing,
    ...cells(run),
    isEqual(run) ? paint('green', 'equal') : paint('red', run.difference ?? ''),
  ])
  stdout.write(table(['codec', 'written', ...HEAD, 'count, order, SHA-256'], rows))
  const equal = runs.filter(isEqual).length
  const line = `${equal} of ${runs.length} runs returned every message unchanged`
  stdout.write(`${equal === runs.length ? paint('green', line) : paint('red', line)}\n`)
}

function isEqual(run: Run): boolean {
  return run.difference === undefined
}

function cells({ messages, bytes, reads, coalesced, fragmented }: Problem): string[] {
  return [messages, bytes, reads, coalesced, fragmented].map((value) => value.toLocaleString('en'))
}

// The demo's result for people, and for machines.

import Table from 'cli-table3'
import picocolors from 'picocolors'
import type { Problem, Run } from './demo.ts'
import type { Terminal } from './terminal.ts'

const HEAD = ['messages', 'bytes', 'reads', 'glued', 'torn']

export function report(result: { problem: Problem; runs: Run[] }, asJson: boolean, { stdout }: Terminal): void {
  const { problem, runs } = result
  if (asJson) {
    stdout.write(`${JSON.stringify({ ...result, ok: runs.every(isEqual) }, null, 2)}\n`)
    return
  }
  const colors = picocolors.createColors(stdout.isTTY === true && process.env.NO_COLOR === undefined)
  const table = (head: string[], rows: string[][]): string => {
    const made = new Table({ head, style: { head: [], border: [], compact: true } })
    made.push(...rows)
    return made.toString()
  }
  stdout.write(
    `${colors.bold('Without framing: messages written one by one to a TCP socket, as its far side reads them')}\n`,
  )
  stdout.write(`${table(HEAD, [cells(problem)])}\n`)
  stdout.write('glued: reads that end two messages or more; torn: messages that lie in more than one read\n\n')
  stdout.write(`${colors.bold('The same traffic through each codec')} (byte by byte: the first messages of it)\n`)
  const rows = runs.map((run) => [
    run.codec,
    run.writing,
    ...cells(run),
    isEqual(run) ? colors.green('equal') : colors.red(run.difference ?? ''),
  ])
  stdout.write(`${table(['codec', 'written', ...HEAD, 'count, order, SHA-256'], rows)}\n`)
  const equal = runs.filter(isEqual).length
  const line = `${equal} of ${runs.length} runs gave back every message as it was sent`
  stdout.write(`${equal === runs.length ? colors.green(line) : colors.red(line)}\n`)
}

function isEqual(run: Run): boolean {
  return run.difference === undefined
}

function cells({ messages, bytes, reads, glued, torn }: Problem): string[] {
  return [messages, bytes, reads, glued, torn].map((value) => value.toLocaleString('en'))
}

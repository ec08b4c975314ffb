// `unstick bench`: our codecs, the bare loops and the peers side by side, or a codec of the caller's own.

import { readFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import {
  bench as runBench,
  compare,
  htmlReport,
  markdownReport,
  movementReport,
  terminalReport,
  type Report,
} from '@unstick/bench'
import type { Terminal } from './terminal.ts'

/** The flags' values by their camelCase names. */
export interface BenchFlags {
  codec?: string
  workload?: string[]
  contender?: RegExp
  quick?: true
  patience?: number
  json?: string
  html?: string
  markdown?: string
  compare?: string
}

/** Resolves to 0, or 1 when a contender of ours or the caller's own did not give back its frames. */
export async function bench(flags: BenchFlags, args: string[], terminal: Terminal): Promise<number> {
  const { stdout, stderr } = terminal
  // Read first: a wrong name should not cost the time of a run.
  const before = flags.compare === undefined ? undefined : reportIn(flags.compare)
  const report = await runBench({
    command: ['unstick bench', ...measuring(args)].join(' '),
    workload: flags.workload,
    contender: flags.contender,
    codec: flags.codec === undefined ? undefined : resolve(flags.codec),
    quick: flags.quick === true,
    patienceMs: flags.patience,
    onProgress: progressOn(stderr),
  })
  stdout.write(terminalReport(report))
  if (before !== undefined) stdout.write(`\n${movementReport(compare(before, report))}`)
  const files: [string | undefined, () => string][] = [
    [flags.json, () => `${JSON.stringify(report)}\n`],
    [flags.html, () => htmlReport(report)],
    [flags.markdown, () => markdownReport(report)],
  ]
  for (const [file, content] of files) if (file !== undefined) writeFileSync(file, content())
  return report.blocks.some(({ entries }) => entries.some(isOurFault)) ? 1 : 0
}

/** The arguments without those that only say where a report goes. */
function measuring(args: string[]): string[] {
  const isOutput = (arg: string | undefined): boolean => /^--(json|html|markdown|compare)$/.test(arg ?? '')
  return args.filter((arg, index) => !isOutput(arg) && !isOutput(args[index - 1]))
}

/** On a terminal one line that changes, else a line for each workload. */
function progressOn(stderr: Terminal['stderr'] & { isTTY?: boolean }): (message: string) => void {
  if (stderr.isTTY === true) return (message) => void stderr.write(`\r\u001B[K${message}\r`)
  let last = ''
  return (message) => {
    const workload = message.split(':', 1)[0]!
    if (workload !== last) stderr.write(`${workload}\n`)
    last = workload
  }
}

function isOurFault({ group, outcome }: Report['blocks'][number]['entries'][number]): boolean {
  return (group === 'ours' || group === 'yours') && outcome === 'wrong'
}

/** Throws a `TypeError` for a file that holds no report. */
function reportIn(file: string): Report {
  let report: Partial<Report>
  try {
    report = JSON.parse(readFileSync(file, 'utf8')) as Partial<Report>
  } catch (cause) {
    throw new TypeError(`--compare ${file}: ${(cause as Error).message}`, { cause })
  }
  if (report.format !== 1) throw new TypeError(`--compare ${file}: this is no report of unstick bench --json`)
  return report as Report
}

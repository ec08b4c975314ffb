// `unstick bench`: measures our codecs or the caller's own, bare loops and other packages side by side.

import { readFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Report } from '@unstick/bench'
import type { Command } from './command.ts'
import { natural, pattern } from './flag-values.ts'
import { installedPackage } from './installed-package.ts'
import { Misuse } from './misuse.ts'
import type { Terminal } from './terminal.ts'

export const benchCommand: Command = {
  name: 'bench',
  summary: 'Measures our codecs or your own against bare loops and other packages; needs @unstick/bench.',
  flags: {
    What: [
      {
        name: 'codec',
        value: 'file',
        description: 'a module whose default export is a codec, to measure instead of ours',
      },
      {
        name: 'workload',
        value: 'ids',
        description: 'only these workloads, such as W1,W5',
        parse: (ids) => ids.split(','),
      },
      {
        name: 'contender',
        value: 'pattern',
        description: 'only contenders whose name matches this regular expression',
        parse: pattern,
      },
      { name: 'budgets', description: 'only what a budget names' },
      { name: 'cpu', description: 'check the budgets by CPU time, for a busy machine' },
      { name: 'quick', description: 'a run of one to two minutes, with wider intervals' },
      {
        name: 'patience',
        value: 'ms',
        description: 'give up on a contender that takes longer for one pass',
        parse: natural,
      },
    ],
    Output: [
      { name: 'json', value: 'file', description: 'also write the report as JSON' },
      { name: 'html', value: 'file', description: 'also write the report as one HTML page with charts' },
      { name: 'markdown', value: 'file', description: 'also write the report as Markdown' },
      { name: 'compare', value: 'file', description: 'also print the changes since this report of --json' },
    ],
  },
  notes: 'Exit code 1: a codec did not return its frames.',
  run: ({ values, args, terminal }) => bench(values, args, terminal),
}

/** The flags' values by their camelCase names. */
interface BenchFlags {
  codec?: string
  workload?: string[]
  contender?: RegExp
  budgets?: true
  cpu?: true
  quick?: true
  patience?: number
  json?: string
  html?: string
  markdown?: string
  compare?: string
}

/** Resolves to 0, or to 1 if one of our codecs or the caller's own did not return its frames. */
async function bench(flags: BenchFlags, args: string[], terminal: Terminal): Promise<number> {
  const { stdout, stderr } = terminal
  // Read this first, so that a wrong name does not cost the time of a run.
  const before = flags.compare === undefined ? undefined : reportIn(flags.compare)
  const loaded = await installedPackage('@unstick/bench', 'unstick bench', () => import('@unstick/bench'))
  const { compare, htmlReport, markdownReport, movementReport, terminalReport } = loaded
  const report = await loaded
    .bench({
      command: ['unstick bench', ...measuring(args)].join(' '),
      workload: flags.workload,
      contender: flags.contender,
      codec: flags.codec === undefined ? undefined : await codecFile(flags.codec),
      onlyBudgets: flags.budgets === true,
      cpu: flags.cpu === true,
      quick: flags.quick === true,
      patienceMs: flags.patience,
      onProgress: progressOn(stderr),
    })
    .catch((error: unknown) => {
      // An unknown workload, or a module without a codec.
      if (error instanceof RangeError || error instanceof TypeError) throw new Misuse(error.message, { cause: error })
      throw error
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

/** The path of the module. Loads it once: in a measuring process an error would print a stack trace. */
async function codecFile(file: string): Promise<string> {
  const path = resolve(file)
  try {
    await import(/* @vite-ignore */ pathToFileURL(path).href)
  } catch (error) {
    throw new Misuse(`--codec ${file}: ${(error as Error).message}`, { cause: error })
  }
  return path
}

/** The arguments without the files for the report. */
function measuring(args: string[]): string[] {
  const isOutput = (arg: string | undefined): boolean => /^--(json|html|markdown|compare)$/.test(arg ?? '')
  return args.filter((arg, index) => !isOutput(arg) && !isOutput(args[index - 1]))
}

/** Prints one changing line on a terminal, otherwise a line for each workload. */
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

/** Throws a `Misuse` for a file that is not a report. */
function reportIn(file: string): Report {
  let report: Partial<Report>
  try {
    report = JSON.parse(readFileSync(file, 'utf8')) as Partial<Report>
  } catch (cause) {
    throw new Misuse(`--compare ${file}: ${(cause as Error).message}`, { cause })
  }
  if (report.format !== 1) throw new Misuse(`--compare ${file}: this is not a report of unstick bench --json`)
  return report as Report
}

// The budgets as data, and their evaluation for a run.

import { median, ratioOf, type Interval, type Rounds } from './statistics.ts'
import type { BudgetResult, Entry, Report, Settings } from './report.ts'

interface CaseName {
  contender: string
  workload: string
}

export interface Budget {
  path: string
  numerator: CaseName
  /** The time is divided by that of the fastest of these. If left out, the limit is a time in ns. */
  denominators?: readonly CaseName[]
  limit: number
}

function ratio(
  contender: string,
  workload: string,
  against: string | readonly string[],
  limit: number,
  foreign = workload,
): Budget {
  return {
    path: contender,
    numerator: { contender, workload },
    denominators: [against].flat().map((name) => ({ contender: name, workload: foreign })),
    limit,
  }
}

function time(contender: string, workload: string, limit: number): Budget {
  return { path: contender, numerator: { contender, workload }, limit }
}

const SMALL_FRAMES = ['W1', 'W2', 'W8', 'W9']
const LENGTH_LOOPS = ['length loop', 'length loop, DataView']

/** Parsers that make objects, as `decode` does, and that it must match. */
const PEERS: Record<string, readonly string[]> = {
  packet: ['@serialport/parser-packet-length'],
  'packet-small': ['@serialport/parser-packet-length'],
  slip: ['slip', '@serialport/parser-slip-encoder'],
  'slip-small': ['slip', '@serialport/parser-slip-encoder'],
  cobs: ['cobs'],
  'cobs-small': ['cobs'],
}

/** The parser of each protocol. The comparison is of framing: the fields that each side decodes differ. */
const PARSERS: Record<string, string> = {
  sse: 'eventsource-parser',
  'sse-crlf': 'eventsource-parser',
  mqtt: 'mqtt-packet',
  postgres: 'pg-protocol',
  redis: 'redis-parser',
  jsonrpc: 'vscode-jsonrpc',
}

export const budgets: readonly Budget[] = [
  ...SMALL_FRAMES.map((workload) => time('scan', workload, 10)),
  ...SMALL_FRAMES.map((workload) => ratio('scan', workload, LENGTH_LOOPS, 3, 'W1')),
  ...SMALL_FRAMES.map((workload) => ratio('decode', workload, 'subarray loop', 1.25)),
  ...SMALL_FRAMES.map((workload) => ratio('decode, Uint8Arrays', workload, 'Uint8Array loop', 1.3)),
  ratio('scan', 'W5', 'indexOf loop', 1.3),
  ratio('scan', 'W6', 'indexOf loop', 0.6),
  ratio('scan', 'W7', 'indexOf loop', 0.6),
  ...['textLines.decode', 'textLines.batches'].flatMap((path) => [
    ratio(path, 'W5', 'split2', 1 / 2.5),
    ratio(path, 'W6', 'split2', 1 / 4),
  ]),
  ...['W5', 'W6'].flatMap((workload) => [
    ratio('textLines.frames', workload, 'split2, for await', 1 / 2),
    ratio('textLines.frames', workload, 'node:readline, for await', 1 / 2),
  ]),
  ...['scan', 'decode'].flatMap((path) => [time(path, 'W10', 3), time(path, 'W10-lf', 4)]),
  ratio('decode', 'small-writes', ['frame-stream', 'bl'], 0.8),
  ratio('decode', 'W11-two', 'decode', 2, 'W11'),
  ratio('decodeStream', 'W1', 'Transform', 1.3),
  ratio('frames', 'W1', 'Transform, for await', 1 / 2),
  ratio('frames.batches', 'W1', 'decode', 1.4),
  ...Object.entries(PEERS).map(([workload, peers]) => ratio('decode', workload, peers, 1)),
  ...Object.entries(PARSERS).map(([workload, parser]) => ratio('scan', workload, parser, 1)),
  ...['sse', 'sse-crlf'].flatMap((workload) => [
    ratio('lines, any ending', workload, 'eventsource-parser', 1),
    ratio('textLines, any ending', workload, 'eventsource-parser', 1),
  ]),
  ...['json', 'json-array'].flatMap((workload) => [
    ratio('decode', workload, 'JSON.parse loop', 1.5),
    ratio('decode', workload, 'stream-json', 1 / 5),
    // A bare JSON.parse of each value takes a quarter of JSONStream's time, so a fifth is out of reach.
    ratio('decode', workload, 'JSONStream', 1 / 3),
    ratio('decode', workload, ['@streamparser/json', 'jsonparse'], 1),
  ]),
  // 250 MB/s of values of 200 B, where the loop finds lines of 32 B at 2.7 GB/s.
  ratio('scan', 'json', 'indexOf loop', 65, 'W5'),
]

const EXPONENT_LIMIT = 1.1
const IDLE_LIMIT = 300
/** The decoders of 100,000 idle connections take less than 40 MB. */
const IDLE_CONNECTIONS = { count: 100_000, limit: 40e6 }

/** The results of all budgets. A codec of the user's own has none. */
export function evaluate(
  report: Pick<Report, 'blocks' | 'growth' | 'memory'>,
  clock: Settings['clock'] = 'wall',
): BudgetResult[] {
  return [
    ...budgets.map((budget) => evaluateTime(budget, report, clock)),
    ...report.growth
      .filter(({ group }) => group === 'ours')
      .map(({ contender, title, exponent }) =>
        decided(
          { path: contender, against: '', workload: `growth, ${title}`, limit: EXPONENT_LIMIT, unit: 'exponent' },
          exponent,
        ),
      ),
    ...report.memory
      .filter(({ group, state }) => group === 'ours' && state !== 'half')
      .flatMap(({ contender, state, bytes }) => [
        decided(
          { path: contender, against: '', workload: `idle, ${state}`, limit: IDLE_LIMIT, unit: 'bytes' },
          exact(bytes),
        ),
        decided(
          {
            path: contender,
            against: '',
            workload: `${IDLE_CONNECTIONS.count.toLocaleString('en')} idle, ${state}`,
            limit: IDLE_CONNECTIONS.limit,
            unit: 'bytes',
          },
          exact(bytes && bytes * IDLE_CONNECTIONS.count),
        ),
      ]),
  ]
}

function evaluateTime(
  { path, numerator, denominators, limit }: Budget,
  { blocks }: Pick<Report, 'blocks'>,
  clock: Settings['clock'],
): BudgetResult {
  const entries = blocks.find(({ workload }) => workload.id === numerator.workload)?.entries ?? []
  const top = entryOf(entries, numerator)?.[clock]
  const row = { path, workload: numerator.workload, limit }
  if (denominators === undefined) {
    return decided({ ...row, against: '', unit: 'ns' }, top && median(top))
  }
  const bottom = fastest(denominators.map((name) => entryOf(entries, name)?.[clock]))
  return decided(
    { ...row, against: againstOf(denominators, numerator), unit: '×' },
    top && bottom && ratioOf(top, bottom),
  )
}

function againstOf(denominators: readonly CaseName[], { workload }: CaseName): string {
  const names = denominators.map((name) =>
    name.workload === workload ? name.contender : `${name.contender} of ${name.workload}`,
  )
  return names.length === 1 ? names[0]! : `the best of ${names.join(' and ')}`
}

function entryOf(entries: readonly Entry[], { contender, workload }: CaseName): Entry | undefined {
  return entries.find((entry) => entry.contender === contender && entry.workload === workload)
}

/** Undefined unless all were timed: the fastest of the others may be too easy to beat. */
function fastest(all: readonly (Rounds | undefined)[]): Rounds | undefined {
  const times = all.map((rounds) => rounds && median(rounds)?.value)
  const least = Math.min(...times.map((value) => value ?? NaN))
  return all[times.indexOf(least)]
}

function exact(value: number | undefined): Interval | undefined {
  return value === undefined ? undefined : { value, low: value, high: value }
}

function decided(row: Omit<BudgetResult, 'result' | 'measured'>, measured: Interval | undefined): BudgetResult {
  if (measured === undefined) return { ...row, result: 'not measured' }
  const { low, high } = measured
  const result = high <= row.limit ? 'held' : low > row.limit ? 'missed' : 'not decidable'
  return { ...row, measured, result }
}

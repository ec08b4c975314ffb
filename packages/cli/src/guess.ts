// `unstick guess`: guesses the framing of a file or a recording.

import type { Command } from './command.ts'
import { paintFor } from './colors.ts'
import { decodeCommandWith } from './decode-command.ts'
import { natural, positive } from './flag-values.ts'
import type { Hypothesis } from './guess/hypothesis.ts'
import { rank, type Guess } from './guess/rank.ts'
import { reasonsFor } from './guess/reasons.ts'
import { Sample, SAMPLE_BYTES } from './guess/sample.ts'
import { inputOf, notRecorded } from './input.ts'
import { Misuse } from './misuse.ts'
import type { Terminal } from './terminal.ts'

/** With less evidence than this, in bits, a framing may fit by chance. */
const FEWEST_BITS = 4

interface GuessFlags {
  top: number
  json?: true
  from?: string
  connection?: number
  skipInitial: number
}

export const guessCommand: Command = {
  name: 'guess',
  summary: 'Tries framings on a file or a recording, and ranks those that fit, with the reasons.',
  operands: '[file]',
  maxOperands: 1,
  flags: {
    Flags: [
      { name: 'top', value: 'count', description: 'the number of guesses to print', parse: positive, default: 3 },
      { name: 'json', description: 'print a JSON object for each guess' },
      {
        name: 'skip-initial',
        value: 'bytes',
        description: 'bytes to skip before the framing begins',
        parse: natural,
        default: 0,
      },
      { name: 'from', choices: ['client', 'server'], description: 'only the bytes of this side of a recording' },
      {
        name: 'connection',
        value: 'number',
        description: 'only this connection of a recording (default: the longest)',
        parse: natural,
      },
    ],
  },
  notes: `Tries length fields of every width, position, byte order and meaning; varints; digits; delimiters; records of one size; and
the protocols of @unstick/protocols. A recording of \`unstick tap --save\` gives better results than raw bytes, since it has
chunks. Of long input, only the first ${SAMPLE_BYTES / 1024} KiB of each side are examined. Exit code 1: nothing fits.`,
  run: ({ values, operands, terminal }) => guess(operands[0], values as unknown as GuessFlags, terminal),
}

async function guess(file: string | undefined, flags: GuessFlags, terminal: Terminal): Promise<number> {
  const { stdout } = terminal
  const sides = await samplesOf(file, flags, terminal)
  if (sides.length === 0) terminal.stderr.write('unstick: there are no bytes to examine\n')
  let hasFound = false
  for (const [side, sample] of sides) {
    const ranked = await rank(sample, flags.skipInitial)
    const shown = ranked.filter(({ evidence }) => evidence.bits > FEWEST_BITS).slice(0, flags.top)
    hasFound ||= shown.length > 0
    if (flags.json === true)
      for (const one of shown)
        stdout.write(`${JSON.stringify({ ...(side === '' ? {} : { from: side }), ...asJson(one) })}\n`)
    else stdout.write(asText(side, shown, sample, file ?? '-', flags, terminal))
  }
  return hasFound ? 0 : 1
}

/** One sample for each side, from the longest connection. */
async function samplesOf(file: string | undefined, flags: GuessFlags, terminal: Terminal): Promise<[string, Sample][]> {
  const streams = new Map<string, { side: string; chunks: Uint8Array[]; length: number }>()
  try {
    for await (const { origin, bytes } of inputOf(file, terminal)) {
      if (origin === undefined) {
        if (flags.from !== undefined) throw notRecorded('from')
        if (flags.connection !== undefined) throw notRecorded('connection')
      } else {
        if (flags.from !== undefined && flags.from !== origin.from) continue
        if (flags.connection !== undefined && flags.connection !== origin.connection) continue
      }
      const key = origin === undefined ? '' : `${origin.connection} ${origin.from}`
      const stream = streams.get(key) ?? { side: origin?.from ?? '', chunks: [], length: 0 }
      streams.set(key, stream)
      // One extra chunk shows that the input continues after the sample.
      if (stream.length <= SAMPLE_BYTES && bytes.length > 0) stream.chunks.push(bytes)
      stream.length += bytes.length
    }
  } catch (error) {
    if (error instanceof Misuse || !(error instanceof Error)) throw error
    throw new Misuse(error.message, { cause: error })
  }
  const longest = new Map<string, { chunks: Uint8Array[]; length: number }>()
  for (const { side, chunks, length } of streams.values()) {
    if (length > (longest.get(side)?.length ?? 0)) longest.set(side, { chunks, length })
  }
  return [...longest].map(([side, { chunks }]) => [side, new Sample(chunks, true)])
}

function asText(
  side: string,
  shown: Guess[],
  sample: Sample,
  file: string,
  flags: GuessFlags,
  terminal: Terminal,
): string {
  const paint = paintFor(terminal.stdout)
  const heading = side === '' ? '' : `${paint('bold', `From the ${side}`)}\n`
  if (shown.length === 0) return `${heading}No framing fits these ${sample.length} bytes.\n`
  const places = shown.map((one, index) => {
    const { hypothesis, ends, rest } = one.tiling
    const counts = [counted(ends.length, 'frame')]
    if (hypothesis.start > 0) counts.push(`after ${counted(hypothesis.start, 'byte')}`)
    if (rest > 0)
      counts.push(`${counted(rest, 'byte')} left ${sample.isWhole ? 'over' : `of the first ${sample.length}`}`)
    const lines = [`${paint('bold', `${index + 1}. ${hypothesis.description}`)}: ${counts.join(', ')}`]
    lines.push(`   ${Math.round(one.evidence.bits)} bits: ${reasonsFor(one, sample).join('; ')}`)
    lines.push(`   ${paint('cyan', commandOf(hypothesis, file, flags.from))}`)
    if (one.same.length > 0) lines.push(paint('dim', `   the same frames: ${namesOf(one.same)}`))
    return `${lines.join('\n')}\n`
  })
  return `${heading}${places.join('\n')}`
}

function counted(count: number, unit: string): string {
  return `${count} ${unit}${count === 1 ? '' : 's'}`
}

const MOST_NAMES = 6

function namesOf(hypotheses: Hypothesis[]): string {
  // Protocols come first: they are more specific than a framing.
  const sorted = hypotheses.toSorted(
    (a, b) => Number(b.flags.protocol !== undefined) - Number(a.flags.protocol !== undefined),
  )
  const names = sorted
    .slice(0, MOST_NAMES)
    .map(({ description, start }) => (start > 0 ? `${description}, after ${counted(start, 'byte')}` : description))
  const more = hypotheses.length - names.length
  return `${names.join(' · ')}${more > 0 ? ` · and ${more} more` : ''}`
}

function commandOf({ flags, start }: Hypothesis, file: string, from?: string): string {
  const all = {
    ...flags,
    ...(start > 0 ? { skipInitial: start } : {}),
    ...(from === undefined || flags.from !== undefined ? {} : { from }),
  }
  return decodeCommandWith(all, file)
}

function asJson({ tiling: { hypothesis, ends, rest }, evidence, same }: Guess): object {
  const { description, flags, start } = hypothesis
  return {
    description,
    frames: ends.length,
    skipInitial: start,
    rest,
    flags,
    bits: evidence,
    same: same.map((one) => ({ description: one.description, flags: one.flags, skipInitial: one.start })),
  }
}

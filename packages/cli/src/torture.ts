// `unstick torture`: a TCP proxy that cuts the traffic of other programs where TCP might.
//
// It does not change, lose or reorder bytes: a program that fails behind it mistakes chunks for messages.

import { DIRECTIONS, type Direction } from './direction.ts'
import { optionalChoiceOf } from './codec-choice.ts'
import { codecFlags, codecNotes } from './codec-flags.ts'
import type { Command } from './command.ts'
import { bytewise, insideHeaders, randomly, type Cuts, type Cutter } from './cutting.ts'
import { CuttingRelay, JoiningRelay } from './cutting-relay.ts'
import { natural } from './flag-values.ts'
import { Misuse } from './misuse.ts'
import type { ChoiceFlags, CodecChoice } from './protocol-choice.ts'
import { startProxy, type Connection, type MakeRelay, type ProxyObserver } from './proxy.ts'
import { addressesOf, proxyFlags, runProxy, type ProxyFlags } from './proxy-command.ts'
import { table } from './table.ts'
import type { Terminal } from './terminal.ts'

interface TortureFlags extends ChoiceFlags, ProxyFlags {
  cuts?: Cuts
  seed: number
  pause: number
  hold: number
  pieces: number
  only?: Direction
  json?: true
}

export const tortureCommand: Command = {
  name: 'torture',
  summary: "A TCP proxy that re-cuts other programs' traffic, to find those that mistake chunks for messages.",
  flags: {
    Proxy: proxyFlags,
    Cutting: [
      {
        name: 'cuts',
        choices: ['bytewise', 'random', 'coalesce', 'headers'],
        description:
          'bytewise: single bytes; random: pieces of 1 to 64 bytes; coalesce: joined chunks; headers: cuts inside each header',
      },
      { name: 'only', choices: ['client', 'server'], description: 're-cut only the bytes of this side' },
      { name: 'seed', value: 'number', description: 'seed of the random cuts', parse: natural, default: 1 },
      {
        name: 'pause',
        value: 'ms',
        description: 'pause between pieces, so that each is read separately',
        parse: natural,
        default: 1,
      },
      {
        name: 'pieces',
        value: 'count',
        description: 'the most pieces per direction: later chunks stay whole, so that long transfers end',
        parse: natural,
        default: 20_000,
      },
      {
        name: 'hold',
        value: 'ms',
        description: 'how long to wait for another chunk before writing the joined ones',
        parse: natural,
        default: 20,
      },
      { name: 'json', description: 'print JSON objects' },
    ],
    ...codecFlags,
  },
  notes: `${codecNotes.trim()}

--cuts headers needs a codec. Run a program's own tests through the proxy: a test that fails only there shows that the
program mistakes chunks for messages.`,
  async run({ values, terminal }) {
    const flags = values as unknown as TortureFlags
    const { listen, to } = addressesOf('torture', flags)
    if (flags.cuts === undefined) throw new Misuse('torture needs --cuts bytewise, random, coalesce or headers')
    const choice = await optionalChoiceOf(flags)
    if (flags.cuts === 'headers' && choice === undefined)
      throw new Misuse('--cuts headers needs a codec, such as --protocol')
    if (flags.cuts !== 'headers' && choice !== undefined) throw new Misuse(`--cuts ${flags.cuts} takes no codec`)
    for (const from of DIRECTIONS) choice?.codecOf(from)
    return torture({ ...flags, listen, to, cuts: flags.cuts }, choice, terminal)
  },
}

/** Counts of one direction of a connection. */
interface Count {
  connection: number
  from: Direction
  bytes: number
  chunks: number
  pieces: number
}

async function torture(
  flags: Required<Pick<TortureFlags, 'listen' | 'to' | 'cuts'>> & TortureFlags,
  choice: CodecChoice | undefined,
  { stdout }: Terminal,
): Promise<number> {
  const say = (message: string, about: object = {}): void => {
    stdout.write(flags.json === true ? `${JSON.stringify({ ...about, note: message })}\n` : `${message}\n`)
  }
  const counts: Count[] = []
  const countOf = (connection: number, from: Direction): Count =>
    counts.find((one) => one.connection === connection && one.from === from)!
  const ended = new AbortController()
  let closed = 0

  const observe = ({ id, client }: Connection): ProxyObserver => {
    for (const from of DIRECTIONS) counts.push({ connection: id, from, bytes: 0, chunks: 0, pieces: 0 })
    say(`${id}: ${client.host}:${client.port} connected`, { connection: id })
    return {
      chunk(from, bytes) {
        const count = countOf(id, from)
        count.bytes += bytes.length
        count.chunks++
      },
      end: () => {},
      error: (from, error) => say(`${id}: the ${from}: ${error.message}`, { connection: id, from }),
      close() {
        say(`${id}: closed`, { connection: id })
        if (++closed === flags.connections) ended.abort()
      },
    }
  }

  const cutterOf = (id: number, from: Direction): Cutter => {
    // Each direction of each connection has different cuts, which are the same in the next run.
    const seed = flags.seed + id * 2 + (from === 'client' ? 0 : 1)
    switch (flags.cuts) {
      case 'bytewise':
        return bytewise
      case 'headers':
        return insideHeaders(choice!.codecOf(from), seed, (message) =>
          say(`${id}: the ${from}'s chunks stay whole from now on: ${message}`, { connection: id, from }),
        )
      default:
        return randomly(seed)
    }
  }

  const makeRelay: MakeRelay = ({ id }, from, to, onDrain) => {
    const onPiece = (): void => void countOf(id, from).pieces++
    if (flags.only !== undefined && flags.only !== from) {
      return new CuttingRelay((chunk) => [chunk], to, onDrain, { pause: 0, maxPieces: 0, onPiece })
    }
    if (flags.cuts === 'coalesce') return new JoiningRelay(to, onDrain, { hold: flags.hold, onPiece })
    return new CuttingRelay(cutterOf(id, from), to, onDrain, { pause: flags.pause, maxPieces: flags.pieces, onPiece })
  }

  await runProxy(
    () => startProxy(flags.listen, flags.to, observe, flags.connections, makeRelay),
    ({ address }) => say(`listening on ${address.host}:${address.port}, to ${flags.to.host}:${flags.to.port}`),
    ended,
  )
  if (flags.json === true) for (const summary of counts) stdout.write(`${JSON.stringify({ summary })}\n`)
  else stdout.write(table(['from', 'bytes', 'chunks', 'pieces'], counts.map(row)))
  return 0
}

function row({ connection, from, bytes, chunks, pieces }: Count): string[] {
  return [`${connection} ${from}`, ...[bytes, chunks, pieces].map((count) => count.toLocaleString('en'))]
}

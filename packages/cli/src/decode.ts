// `unstick decode`: prints the frames of a file or of standard input, one per line.

import { once } from 'node:events'
import { isFrameError, type Skipped } from '@unstick/core'
import { choiceOf, protocolList } from './codec-choice.ts'
import { codecFlags, codecNotes } from './codec-flags.ts'
import type { Command } from './command.ts'
import type { Direction } from './direction.ts'
import { natural } from './flag-values.ts'
import { errorText, FORMS, lineOf, plain, type Form } from './frame-text.ts'
import { inputOf, notRecorded, type InputChunk } from './input.ts'
import { LocatedDecoder, type LocatedFrame } from './located-decoder.ts'
import { Misuse } from './misuse.ts'
import type { ChoiceFlags } from './protocol-choice.ts'
import type { Terminal } from './terminal.ts'

interface DecodeFlags extends ChoiceFlags {
  skipInitial: number
  limit?: number
  as?: Form
  json?: true
  connection?: number
}

export const decodeCommand: Command = {
  name: 'decode',
  summary: 'Decodes a file, a recording or standard input, and prints its frames, one per line.',
  operands: '[file]',
  maxOperands: 1,
  flags: {
    ...codecFlags,
    Input: [
      {
        name: 'from',
        value: 'side',
        description:
          'the side that wrote the bytes, client or server: for recordings, and for protocols whose directions differ',
      },
      {
        name: 'skip-initial',
        value: 'bytes',
        description: 'bytes to skip before the framing begins',
        parse: natural,
        default: 0,
      },
      { name: 'connection', value: 'number', description: 'only this connection of a recording', parse: natural },
    ],
    Output: [
      { name: 'limit', value: 'count', description: 'stop after this many frames', parse: natural },
      {
        name: 'as',
        choices: FORMS,
        description: 'how to print byte frames (default: hex); values, such as those of protocols, are always JSON',
      },
      {
        name: 'json',
        description: 'the same as --as json: each line also has the index, the offset and the length on the wire',
      },
    ],
  },
  notes: codecNotes,
  async run({ values, operands, terminal }) {
    const flags = values as unknown as DecodeFlags
    if (flags.protocol === 'list') {
      terminal.stdout.write(await protocolList())
      return 0
    }
    if (flags.json === true && flags.as !== undefined && flags.as !== 'json')
      throw new Misuse(`--json cannot be used with --as ${flags.as}`)
    return decode(operands[0], flags, terminal)
  },
}

/** One direction of one connection. */
interface Stream {
  decoder: LocatedDecoder
  origin: InputChunk['origin']
  index: number
  toSkip: number
  hasFailed: boolean
}

async function decode(file: string | undefined, flags: DecodeFlags, terminal: Terminal): Promise<number> {
  const choice = await choiceOf(flags)
  const form = flags.json === true ? 'json' : (flags.as ?? 'hex')
  const output = new Output(terminal)
  const streams = new Map<string, Stream>()
  const streamOf = (origin: InputChunk['origin']): Stream => {
    const key = origin === undefined ? '' : `${origin.connection} ${origin.from}`
    let stream = streams.get(key)
    if (stream === undefined) {
      const onSkip = (skipped: Skipped): void => output.warn(origin, skipText(skipped))
      const decoder = new LocatedDecoder(choice.codecOf(choice.from ?? origin?.from), flags.skipInitial, onSkip)
      stream = { decoder, origin, index: 0, toSkip: flags.skipInitial, hasFailed: false }
      streams.set(key, stream)
    }
    return stream
  }
  // A codec that cannot be created is misuse, even if the input is empty or missing.
  if (file === undefined || file === '-' || choice.from !== undefined) choice.codecOf(choice.from)
  let left = flags.limit ?? Infinity
  try {
    if (left === 0) return 0
    for await (const { origin, bytes, isEnd } of inputOf(file, terminal)) {
      if (origin === undefined && flags.connection !== undefined) throw notRecorded('connection')
      if (origin !== undefined && !isWanted(origin, choice.from, flags.connection)) continue
      const stream = streamOf(origin)
      if (stream.hasFailed) continue
      const skipped = Math.min(stream.toSkip, bytes.length)
      stream.toSkip -= skipped
      try {
        for (const located of framesOf(stream.decoder, bytes.subarray(skipped), isEnd)) {
          // Each JSON line has the connection and the side as members.
          output.print(form === 'json' ? undefined : origin, printed(located, stream, form))
          stream.index++
          if (--left === 0) break
        }
      } catch (error) {
        if (!isFrameError(error)) throw error
        stream.hasFailed = true
        output.warn(origin, errorText(error, flags.skipInitial))
      }
      if (!(await output.flush()) || left === 0) break
      // With only one stream, nothing is left to decode.
      if (stream.hasFailed && origin === undefined) break
    }
    return [...streams.values()].some(({ hasFailed }) => hasFailed) ? 1 : 0
  } catch (error) {
    if (error instanceof Misuse) throw error
    output.warn(undefined, (error as Error).message)
    return 1
  } finally {
    output.close()
  }
}

function* framesOf(decoder: LocatedDecoder, bytes: Uint8Array, isEnd: boolean): Generator<LocatedFrame, void, void> {
  yield* decoder.decode(bytes)
  if (isEnd) yield* decoder.end()
}

function isWanted(origin: NonNullable<InputChunk['origin']>, from?: Direction, connection?: number): boolean {
  return (from === undefined || from === origin.from) && (connection === undefined || connection === origin.connection)
}

function printed({ frame, offset, length }: LocatedFrame, { index, origin }: Stream, form: Form): string {
  if (form !== 'json') return lineOf(frame, form)
  const content =
    frame instanceof Uint8Array ? { length: frame.length, ...(plain(frame) as object) } : { frame: plain(frame) }
  return JSON.stringify({ ...origin, index, offset, wireLength: length, ...content })
}

function skipText({ length, offset, reason, error }: Skipped): string {
  const why = error === undefined ? reason : error.code
  return `skipped ${length} bytes at offset ${offset} (${why})`
}

/** Prints lines to standard output, joined for each chunk, and waits for a slow reader. */
class Output {
  private readonly terminal: Terminal
  private readonly gone = new AbortController()
  private lines = ''

  constructor(terminal: Terminal) {
    this.terminal = terminal
    terminal.stdout.on('error', this.stop)
    terminal.stdout.on('close', this.stop)
  }

  /** If the reader exits, as `head` does, that is not an error. */
  private readonly stop = (): void => this.gone.abort()

  print(origin: InputChunk['origin'], line: string): void {
    this.lines += `${prefixOf(origin)}${line}\n`
  }

  /** Flushes earlier lines first, so that they appear before the warning. */
  warn(origin: InputChunk['origin'], message: string): void {
    this.write()
    this.terminal.stderr.write(`unstick: ${prefixOf(origin)}${message}\n`)
  }

  /** Resolves when more can be printed. The result is false if nothing reads standard output any more. */
  async flush(): Promise<boolean> {
    if (!this.write()) await once(this.terminal.stdout, 'drain', { signal: this.gone.signal }).catch(this.stop)
    return !this.gone.signal.aborted
  }

  close(): void {
    this.write()
    this.terminal.stdout.off('error', this.stop)
    this.terminal.stdout.off('close', this.stop)
  }

  private write(): boolean {
    const { lines } = this
    this.lines = ''
    return lines === '' || this.gone.signal.aborted || this.terminal.stdout.write(lines)
  }
}

/** `2> ` for bytes of the client of the second connection, `2< ` for those of the server. */
function prefixOf(origin: InputChunk['origin']): string {
  return origin === undefined ? '' : `${origin.connection}${origin.from === 'client' ? '>' : '<'} `
}

// `unstick tap`: a TCP proxy that shows the frames of both directions, and passes on every byte unchanged.

import { PcapngWriter } from '@unstick/stream/recording'
import { optionalChoiceOf } from './codec-choice.ts'
import { codecFlags, codecNotes } from './codec-flags.ts'
import type { Command } from './command.ts'
import { DIRECTIONS, type Direction } from './direction.ts'
import { natural } from './flag-values.ts'
import { FORMS, type Form } from './frame-text.ts'
import { OutputFile } from './output-file.ts'
import type { ChoiceFlags } from './protocol-choice.ts'
import { startProxy, type Connection, type ProxyObserver } from './proxy.ts'
import { addressesOf, proxyFlags, runProxy, type ProxyFlags } from './proxy-command.ts'
import { RecordingFile } from './recording-file.ts'
import { TapDirection } from './tap-direction.ts'
import { TapPrinter, type TapSummary } from './tap-printer.ts'
import type { Terminal } from './terminal.ts'
import { unblocked } from './unblocked.ts'

interface TapFlags extends ChoiceFlags, ProxyFlags {
  save?: string
  pcapng?: string
  as?: Form
  json?: true
  quiet?: true
  width: number
}

export const tapCommand: Command = {
  name: 'tap',
  summary: 'A TCP proxy that shows the frames of both directions live, and passes on every byte unchanged.',
  flags: {
    Proxy: proxyFlags,
    Output: [
      { name: 'save', value: 'file', description: 'write a recording of the chunks, for decode, guess and tests' },
      { name: 'pcapng', value: 'file', description: 'write a capture of the connections for Wireshark' },
      {
        name: 'as',
        choices: FORMS,
        description: 'how to print byte frames (default: printable ones as text, others as hex)',
      },
      { name: 'json', description: 'print a JSON object for each frame, error and connection' },
      { name: 'quiet', description: 'print only errors and the summary' },
      {
        name: 'width',
        value: 'columns',
        description: 'the longest text of a frame; 0 means no limit',
        parse: natural,
        default: 100,
      },
    ],
    ...codecFlags,
  },
  notes: `${codecNotes.trim()}

Without a codec, shows the chunks. A bad frame is reported with its offset and first bytes; the proxy passes it on like any
other, and decoding starts again with the next chunk. Exit code 1: there were errors.`,
  async run({ values, terminal }) {
    const flags = values as unknown as TapFlags
    const { listen, to } = addressesOf('tap', flags)
    return tap({ ...flags, listen, to }, terminal)
  },
}

async function tap(flags: TapFlags & Required<Pick<ProxyFlags, 'listen' | 'to'>>, terminal: Terminal): Promise<number> {
  const choice = await optionalChoiceOf(flags)
  // Report a codec that cannot be created as misuse, before the first connection.
  for (const from of DIRECTIONS) choice?.codecOf(from)
  const printer = new TapPrinter(unblocked(terminal), {
    as: flags.as,
    isJson: flags.json === true,
    isQuiet: flags.quiet === true,
    width: flags.width,
  })
  const to = `${flags.to.host}:${flags.to.port}`
  let isWhole = true
  const fileAt = (path: string, flag: string): OutputFile =>
    new OutputFile(path, flag, (message) => {
      isWhole = false
      printer.note(undefined, message)
    })
  const recording = flags.save === undefined ? undefined : new RecordingFile(fileAt(flags.save, '--save'), { to })
  const captureFile = flags.pcapng === undefined ? undefined : fileAt(flags.pcapng, '--pcapng')
  const now = (): number => performance.timeOrigin + performance.now()
  const capture = captureFile && new PcapngWriter((block) => captureFile.write(block), now)
  const summaries: TapSummary[] = []
  const ended = new AbortController()
  let closed = 0

  const observe = (connection: Connection): ProxyObserver => {
    const directions: Record<Direction, TapDirection> = {
      client: new TapDirection(connection.id, 'client', choice?.codecOf('client'), printer),
      server: new TapDirection(connection.id, 'server', choice?.codecOf('server'), printer),
    }
    printer.note(connection.id, `${connection.client.host}:${connection.client.port} connected`)
    capture?.open(connection)
    return {
      chunk(from, bytes) {
        recording?.write({ connection: connection.id, from, data: bytes })
        capture?.chunk(connection, from, bytes)
        directions[from].chunk(bytes)
      },
      end(from) {
        recording?.write({ connection: connection.id, from, end: true })
        capture?.end(connection, from)
        directions[from].end()
      },
      error(from, error) {
        recording?.write({ connection: connection.id, from, error: error.code ?? error.message })
        capture?.reset(connection, from)
        printer.fault(connection.id, from, error.message)
      },
      close() {
        for (const from of DIRECTIONS) summaries.push(directions[from].close())
        capture?.forget(connection)
        printer.note(connection.id, 'closed')
        if (++closed === flags.connections) ended.abort()
      },
    }
  }

  await runProxy(
    () => startProxy(flags.listen, flags.to, observe, flags.connections),
    ({ address }) => printer.note(undefined, `listening on ${address.host}:${address.port}, to ${to}`),
    ended,
  )
  recording?.close()
  captureFile?.close()
  printer.summary(summaries)
  return isWhole && summaries.every(({ errors }) => errors === 0) ? 0 : 1
}

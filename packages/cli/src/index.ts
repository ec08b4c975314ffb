// The `unstick` command: reads its arguments and hands over.

import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import { bench, type BenchFlags } from './bench.ts'
import { decode, type DecodeOptions } from './decode.ts'
import { demo, type DemoOptions } from './demo.ts'
import type { Terminal } from './terminal.ts'
import { verify, type VerifyOptions } from './verify.ts'

export type { Terminal } from './terminal.ts'

/** Runs the command with `args` (without node and script), and resolves to its exit code: 0, 1 (it differed or the input was faulty) or 2 (misuse). */
export async function run(args: string[], terminal: Terminal = process): Promise<number> {
  let exitCode = 0
  const program = new Command('unstick')
    .description('Turns a stream of bytes back into messages.')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void terminal.stdout.write(text),
      writeErr: (text) => void terminal.stderr.write(text),
    })
  program
    .command('demo')
    .description('over real TCP on loopback: what goes wrong with plain reads, and the same traffic through each codec')
    .option('--json', 'print one JSON document instead of tables')
    .option('--messages <count>', 'messages per run', natural, 2000)
    .option('--seed <number>', 'seed of the random sizes and cuts', natural, 1)
    .action(async (options: DemoOptions) => {
      exitCode = await demo(options, terminal)
    })
  program
    .command('decode')
    .description('decode a file, or standard input, and print its frames, one a line')
    .argument('[file]', 'default: standard input')
    .option('--length-field <bytes>', 'frames begin with a length field of 1 to 8 bytes', natural)
    .option('--varint', 'frames begin with their length as a varint')
    .option('--text-length', "frames begin with their length in digits, and ':' or what --terminator says")
    .option('--delimiter <text>', 'frames end with this; may be given more than once', collected)
    .addOption(new Option('--delimiter-at <place>', 'whether it ends or begins a frame').choices(['end', 'start']))
    .option('--start-marker <text>', 'frames lie between this and --end-marker', unescaped)
    .option('--end-marker <text>', 'what ends a frame with a start marker', unescaped)
    .addOption(new Option('--outside <what>', 'for bytes between the markers of two frames').choices(['error', 'skip']))
    .option('--lines', 'frames are lines')
    .option('--fixed-size <bytes>', 'frames have this size', natural)
    .option('--json-values', 'frames are JSON values, one after another or, with --within array, the elements of one')
    .option('--json-sequence', 'frames are JSON values that a record separator begins (RFC 7464)')
    .option('--content-length', 'frames begin with header lines, of which Content-Length is one')
    .option('--size-by-type <sizes>', 'frames have the size of their first byte, such as 0:8,1:12', sizes)
    .option('--packet <hex>', 'packets begin with these sync bytes, and are found again after damage', bytesInHex)
    .option('--slip', 'frames are stuffed as in SLIP')
    .option('--cobs', 'frames are stuffed as in COBS, and end with a zero')
    .option('--hdlc', 'frames are stuffed as in HDLC, between flags')
    .option('--dot-stuffed', 'frames are text that ends with a line of one dot')
    .option('--size <bytes>', 'packets have this size', natural)
    .option('--length-bytes <bytes>', 'packets have a length field of 1 to 8 bytes', natural)
    .option('--checksum <name>', 'of packets: sum8, xor8, fletcher16, or a CRC such as CRC-16/MODBUS')
    .option('--checksum-from <bytes>', 'bytes of a packet before those that its checksum covers', natural)
    .addOption(new Option('--checksum-byte-order <order>', 'of the checksum').choices(['big', 'little']))
    .option('--fcs <bits>', 'of HDLC: 16, 32 or none', bitsOrNone)
    .option('--offset <bytes>', 'bytes before the length field, the varint or the type', natural)
    .option('--magic <hex>', 'the bytes that frames with a length field begin with', bytesInHex)
    .addOption(new Option('--byte-order <order>', 'of the length field').choices(['big', 'little']))
    .option('--adjustment <bytes>', 'added to the length to get what follows the field', integer)
    .addOption(new Option('--includes <what>', 'what the length counts').choices(['payload', 'lengthField', 'frame']))
    .option('--strip <bytes>', 'bytes dropped from each frame', natural)
    .addOption(
      new Option('--encoding <name>', 'of the varint').choices(['leb128', 'quic', 'vlq', 'compactSize', 'ber']),
    )
    .option('--max-bytes <count>', 'bytes a varint may have', natural)
    .option('--radix <base>', 'of a length in digits, 10 or 16', natural)
    .option('--digits <count>', 'a length has so many digits', natural)
    .option('--leading-zeros', 'a length in digits may begin with zeros')
    .option('--terminator <text>', 'what stands behind the digits', unescaped)
    .option('--trailer <text>', 'what stands behind the payload of a length in digits', unescaped)
    .addOption(new Option('--ending <kind>', 'what ends a line').choices(['auto', 'lf', 'crlf', 'any']))
    .addOption(new Option('--within <where>', 'where JSON values stand').choices(['stream', 'array']))
    .option('--max-depth <count>', 'how deeply a JSON value may be nested', natural)
    .option('--min-frame-length <bytes>', 'the shortest frame with a length field', natural)
    .option('--max-header-length <bytes>', 'the longest block of header lines', natural)
    .option('--max-frame-length <bytes>', 'the longest frame taken', natural)
    .addOption(new Option('--oversize <what>', 'for longer frames').choices(['error', 'skip']))
    .addOption(new Option('--corrupt <what>', 'for corrupt frames').choices(['error', 'skip', 'resync']))
    .addOption(new Option('--at-end <what>', 'for a last frame that is cut short').choices(['error', 'emit', 'drop']))
    .option('--skip-initial <bytes>', 'bytes before the framing begins', natural, 0)
    .option('--limit <count>', 'stop after so many frames', natural)
    .addOption(new Option('--as <form>', 'how frames are printed').choices(['hex', 'text', 'json']).default('hex'))
    .action(async (file: string | undefined, options: DecodeOptions) => {
      exitCode = await decode(file, options, terminal)
    })
  program
    .command('verify')
    .description('verify a framer in any language: a command that reads chunks and prints frames (docs/testing.md)')
    .argument('<command...>', 'the framer and its arguments, after --')
    .option('--vectors <file>', 'conformance vectors of @unstick/testing; may be given more than once', listed)
    .option('--recording <file>', 'bytes that must give the same frames wherever they are cut')
    .option('--cuts <count>', 'random ways to cut each stream', natural, 20)
    .option('--seed <number>', 'seed of the random cuts', natural, 1)
    .option('--patience <ms>', 'give up on a framer that says nothing for so long', natural, 120_000)
    .action(async (command: string[], options: VerifyOptions) => {
      exitCode = await verify(command, options, terminal)
    })
  program
    .command('bench')
    .description('measure our codecs beside bare loops and other packages, or a codec of your own')
    .option('--codec <file>', 'a module whose default export is a codec: it is measured instead of ours')
    .option('--workload <ids>', 'only these, such as W1,W5', (ids: string) => ids.split(','))
    .option('--contender <pattern>', 'only those whose name matches this regular expression', pattern)
    .option('--quick', 'less than a minute, with wider intervals')
    .option('--patience <ms>', 'give up on whoever takes longer for one pass', natural)
    .option('--json <file>', 'also write the report as JSON')
    .option('--html <file>', 'also write it as one HTML page with charts')
    .option('--markdown <file>', 'also write it as Markdown')
    .option('--compare <file>', 'also print what moved since this report, one of --json')
    .action(async (flags: BenchFlags) => {
      exitCode = await bench(flags, args.slice(1), terminal)
    })
  try {
    await program.parseAsync(args, { from: 'user' })
    return exitCode
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    if (error instanceof RangeError || error instanceof TypeError) {
      terminal.stderr.write(`unstick: ${error.message}\n`)
      return 2
    }
    throw error
  }
}

/** Control characters are hard to give to a command: \n, \r, \t, \0, \xHH and \\ stand for them. */
function unescaped(text: string): string {
  const controls: Record<string, string> = { n: '\n', r: '\r', t: '\t', '0': '\0', '\\': '\\' }
  return text.replaceAll(/\\(?:x([0-9a-fA-F]{2})|([nrt0\\]))/g, (_, hex: string | undefined, control: string) =>
    hex === undefined ? controls[control]! : String.fromCharCode(Number.parseInt(hex, 16)),
  )
}

function bitsOrNone(text: string): number | string {
  return text === 'none' ? text : natural(text)
}

function collected(text: string, before: string[] = []): string[] {
  return [...before, unescaped(text)]
}

/** `0:8,1:12`. */
function sizes(text: string): Record<number, number> {
  return Object.fromEntries(text.split(',').map((pair) => pair.split(':').map(natural)))
}

function bytesInHex(text: string): { bytes: Uint8Array } {
  if (!/^(?:[0-9a-f]{2})+$/i.test(text)) throw new InvalidArgumentError('It must be bytes in hexadecimal.')
  return { bytes: new Uint8Array(Buffer.from(text, 'hex')) }
}

function listed(text: string, before: string[] = []): string[] {
  return [...before, text]
}

function pattern(text: string): RegExp {
  try {
    return new RegExp(text)
  } catch {
    throw new InvalidArgumentError('It must be a regular expression.')
  }
}

function integer(text: string): number {
  const value = Number(text)
  if (text.trim() === '' || !Number.isSafeInteger(value)) throw new InvalidArgumentError('It must be an integer.')
  return value
}

function natural(text: string): number {
  const value = integer(text)
  if (value < 0) throw new InvalidArgumentError('It must not be negative.')
  return value
}

// The texts to copy are run, not only read: TypeScript and tests as JavaScript, and commands by the command's own parser.

import * as delimiters from '@unstick/delimiter'
import * as fixedSizes from '@unstick/fixed-size'
import * as json from '@unstick/json'
import * as lengths from '@unstick/length-field'
import * as packets from '@unstick/packet'
import * as protocols from '@unstick/protocols'
import * as stuffings from '@unstick/stuffing'
import { transformSync } from 'rolldown/utils'
import { describe, expect, it } from 'vitest'
import { codecFlags } from '../../../packages/cli/src/codec-flags.ts'
import { choiceOf } from '../../../packages/cli/src/codec-choice.ts'
import { readArguments } from '../../../packages/cli/src/flags.ts'
import { codecFor, KINDS, type Choice } from '../../playground/codec-choice.ts'
import { chunksOf } from '../../playground/cutting.ts'
import { commandLineFor } from '../../playground/outputs/command-line.ts'
import { nettyFor } from '../../playground/outputs/netty.ts'
import { tokioFor } from '../../playground/outputs/tokio.ts'
import { literal, typescriptFor } from '../../playground/outputs/typescript.ts'
import { vitestTestFor } from '../../playground/outputs/vitest-test.ts'
import { wiresharkFor } from '../../playground/outputs/wireshark.ts'
import { SAMPLES } from '../../playground/samples.ts'
import { traceOf } from '../../playground/trace.ts'

const packages = { ...delimiters, ...fixedSizes, ...json, ...lengths, ...packets, ...protocols, ...stuffings }

/** Runs TypeScript whose imports are given, and returns `result`. */
function run(source: string, result: string, given: Record<string, unknown>): unknown {
  const names = [...source.matchAll(/^import \{ (.+) \} from/gm)].flatMap(([, list]) => list!.split(', '))
  const body = source.replaceAll(/^import .*$/gm, '')
  const { code } = transformSync('output.ts', body)
  const known = Object.keys(given)
  const imported = names.filter((name) => !known.includes(name))
  // oxlint-disable-next-line typescript/no-implied-eval -- the generated text is under test
  const call = new Function(...known, ...imported, `${code}\nreturn ${result}`)
  return call(...Object.values(given), ...imported.map((name) => packages[name as keyof typeof packages]))
}

/** Every kind of codec, with options of every kind, and bytes that it takes or refuses. */
const choices: Choice[] = [
  { lengthField: '2', offset: '1', byteOrder: 'little', includes: 'frame', strip: '0', maxFrameLength: '100' },
  { lengthField: '4', adjustment: '-4', magic: 'ca' },
  { varint: '', encoding: 'vlq', maxBytes: '2' },
  { textLength: '', digits: '4', radix: '16' },
  { delimiter: String.raw`\r\n $_ it's\x20`, atEnd: 'emit' },
  { delimiter: String.raw`\x80é` },
  { textLength: '', terminator: String.raw`\xff`, trailer: String.raw`\xfe` },
  { startMarker: String.raw`\x02`, endMarker: String.raw`\x03`, outside: 'skip' },
  { lines: '', ending: 'any' },
  { jsonLines: '', corrupt: 'skip' },
  { fixedSize: '5', atEnd: 'drop' },
  { contentLength: '', maxHeaderLength: '100' },
  { sizeByType: '0:8,1:12' },
  { packet: 'aa55', size: '8', checksum: 'sum8', checksumFrom: '2', corrupt: 'error' },
  { slip: '' },
  { cobs: '', oversize: 'skip' },
  { hdlc: '', fcs: '32' },
  { dotStuffed: '' },
  { jsonValues: '', within: 'array', maxDepth: '4' },
  { jsonSequence: '' },
  { protocol: 'postgres', from: 'server', maxFrameLength: '1000' },
  { protocol: 'multipart', boundary: 'b' },
]

const bytes = new TextEncoder().encode('\0\0\x05abc\r\n[1]\n{"a":"é"}\n~\x01\x02x\x03\xC0\0\0\n')

it('every kind of codec is tested', () => {
  expect(new Set(choices.flatMap((choice) => Object.keys(choice).filter((name) => KINDS.includes(name))))).toEqual(
    new Set(KINDS.filter((kind) => kind !== 'codec')),
  )
})

describe('TypeScript', () => {
  it.each(choices)('makes the codec of %o', async (choice) => {
    const socket = { on: () => {} }
    const codec = run(typescriptFor(choice), 'codec', { socket }) as Awaited<ReturnType<typeof codecFor>>
    const expected = await codecFor(choice)
    expect(codec.maxFrameLength).toBe(expected.maxFrameLength)
    expect(traceOf(codec, [bytes])).toEqual(traceOf(expected, [bytes]))
  })

  it('has literals that are read back as the same values', () => {
    const text = ["a'b\\\n\u2028\x7f", '\u{1F600}é', '\uD800']
    const lists = [[], [1], [[2]], [true, 2n], [-0]]
    const objects = [
      {},
      { 'a-b': [1, 'x'], c: null },
      JSON.parse('{"01":1,"10":2,"1234567890123456789":3,"__proto__":4}'),
    ]
    for (const value of [...text, ...lists, ...objects]) {
      expect(run(`const value: unknown = ${literal(value)}`, 'value', {})).toEqual(value)
    }
  })
})

describe('the command line', () => {
  it('is not written for a flag without its value', () => {
    expect(() => commandLineFor({ lengthField: '' })).toThrow('--length-field needs a value')
  })

  it.each(choices)('makes the codec of %o', async (choice) => {
    const line = commandLineFor(choice)
    const words = [...line.matchAll(/'([^']*(?:'\\''[^']*)*)'|[^\s']+/g)].map(([word, quoted]) =>
      quoted === undefined ? word : quoted.replaceAll(String.raw`'\''`, "'"),
    )
    expect(words.slice(0, 2)).toEqual(['unstick', 'decode'])
    const from = { name: 'from', value: 'side', description: '' }
    const flags = [...Object.values(codecFlags).flat(), from]
    const { values, positionals } = readArguments(words.slice(2), flags)
    expect(positionals).toEqual(['capture.bin'])
    const chosen = await choiceOf(values)
    expect(traceOf(chosen.codecOf(chosen.from), [bytes])).toEqual(traceOf(await codecFor(choice), [bytes]))
  })
})

describe('a test', () => {
  /** Runs the generated test with vitest's own expect. */
  const runTest = (source: string): void => {
    const tests: (() => void)[] = []
    run(source, 'undefined', { expect, test: (_: string, body: () => void) => tests.push(body) })
    expect(tests).toHaveLength(1)
    tests[0]!()
  }

  it.each(SAMPLES)('of "$title" passes as it is, and fails for fewer bytes', async ({ choice, stream }) => {
    const chunks = chunksOf(stream())
    const source = vitestTestFor(choice, chunks, traceOf(await codecFor(choice), chunks))
    runTest(source)
    const cutShort = [...chunks.slice(0, -1), chunks.at(-1)!.subarray(3)]
    const changed = vitestTestFor(choice, cutShort, traceOf(await codecFor(choice), chunks))
    expect(() => runTest(changed)).toThrow('to deeply equal')
  })

  it('expects JSON values as they are', async () => {
    const choice = { jsonLines: '' }
    const chunks = [new TextEncoder().encode('[1]\n-0\n{"01":[],"__proto__":[[2]]}\n')]
    const source = vitestTestFor(choice, chunks, traceOf(await codecFor(choice), chunks))
    expect(() => runTest(source)).not.toThrow()
  })

  it('expects an error at its offset', async () => {
    const choice = { lengthField: '1', maxFrameLength: '8' }
    const chunks = [Uint8Array.of(1, 97, 9), Uint8Array.of(98)]
    const source = vitestTestFor(choice, chunks, traceOf(await codecFor(choice), chunks))
    expect(source).toContain("error: { code: 'ERR_FRAME_TOO_LONG', offset: 2 }")
    runTest(source)
  })
})

describe('Netty and tokio-util', () => {
  it('have the options of length fields by the same names', () => {
    const choice = { lengthField: '2', offset: '1', byteOrder: 'little', includes: 'frame', maxFrameLength: '100' }
    expect(nettyFor(choice)).toBe(`pipeline.addLast(new LengthFieldBasedFrameDecoder(
    ByteOrder.LITTLE_ENDIAN, // byteOrder
    100, // maxFrameLength
    1, // lengthFieldOffset
    2, // lengthFieldLength
    -3, // lengthAdjustment
    0, // initialBytesToStrip
    true)); // failFast`)
    expect(tokioFor(choice)).toContain(`LengthDelimitedCodec::builder()
    .little_endian()
    .length_field_offset(1)
    .length_field_length(2)
    .length_adjustment(0)
    .num_skip(0)
    .max_frame_length(100)
    .new_read(stream);`)
  })

  it('have delimiters, lines and records', () => {
    const choice = { delimiter: String.raw`\n é \xff`, maxFrameLength: '50' }
    expect(nettyFor(choice)).toContain('new byte[] { 0x0a })')
    expect(nettyFor(choice)).toContain('new byte[] { (byte) 0xc3, (byte) 0xa9 })')
    expect(nettyFor(choice)).toContain('new byte[] { (byte) 0xff })')
    expect(typescriptFor({ delimiter: String.raw`\n` })).toContain(String.raw`delimiter({ delimiter: '\n' })`)
    expect(typescriptFor({ delimiter: String.raw`\xff` })).toContain('delimiter({ delimiter: Uint8Array.of(0xff) })')
    const nested = 'its frames depend on the chunks'
    expect(nettyFor({ delimiter: 'a ab' })).toContain(nested)
    expect(nettyFor({ delimiter: 'ab cd' })).not.toContain(nested)
    expect(tokioFor({ delimiter: String.raw`\n ;` })).toContain(String.raw`b"\x0a\x3b".to_vec()`)
    expect(nettyFor({ fixedSize: '16' })).toContain('new FixedLengthFrameDecoder(16)')
    expect(tokioFor({ lines: '' })).toContain('LinesCodec::new_with_max_length(8388608)')
  })

  it('name framings without a decoder', () => {
    for (const choice of choices.filter((one) => 'cobs' in one || 'packet' in one || 'protocol' in one)) {
      expect(nettyFor(choice)).toMatch(/^\/\/ Netty has no decoder for/)
      expect(tokioFor(choice)).toMatch(/^\/\/ tokio-util has no codec for/)
      expect(wiresharkFor(choice)).toMatch(/^-- .*Wireshark/)
    }
  })
})

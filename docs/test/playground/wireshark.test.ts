// The dissectors are run by tshark, on packets cut like the chunks: they must find the frames that the codec finds.

import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PcapngWriter } from '@unstick/stream/recording'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasTshark } from '../../../tools/tests/tshark.ts'
import { codecFor, type Choice } from '../../playground/codec-choice.ts'
import { bytewise, chunksOf, fragmented, joined, withCuts } from '../../playground/cutting.ts'
import { hexOf } from '../../playground/hex.ts'
import type { ChunkedBytes } from '../../playground/input.ts'
import { wiresharkFor } from '../../playground/outputs/wireshark.ts'
import { payloadsOf, traceOf } from '../../playground/trace.ts'

const FIRST_PORT = 4000

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text)
const PAYLOADS = ['hello', 'é', 'a longer message than the others, of which a chunk holds a part'].map(utf8)

/** The streams that each of these codecs encodes; those that only decode are given bytes. */
const cases: [Choice, Uint8Array[]?][] = [
  [{ lengthField: '4' }],
  [{ lengthField: '3', byteOrder: 'little' }],
  [{ lengthField: '6' }],
  [{ lengthField: '2', includes: 'lengthField' }],
  [
    { lengthField: '2', offset: '1', includes: 'frame', byteOrder: 'little' },
    [Uint8Array.of(7, 5, 0, 97, 98), Uint8Array.of(8, 3, 0), Uint8Array.of(9, 4, 0, 99)],
  ],
  [{ varint: '' }],
  [{ textLength: '', trailer: ',' }],
  [{ textLength: '', digits: '4', radix: '16', includes: 'frame' }],
  [{ delimiter: '$_' }],
  [{ delimiter: String.raw`\n \r\n` }, [utf8('a\nb\r\n\nlast\n')]],
  [{ lines: '' }, [utf8('a\nb\r\n\nlast\n')]],
  [{ lines: '', ending: 'crlf' }],
  [{ lines: '', maxFrameLength: '5' }, [utf8('hello\r\na\n')]],
  [{ delimiter: '$_', maxFrameLength: '5' }, [utf8('hello$_a$_')]],
  [{ textLength: '', maxFrameLength: '3' }, [utf8('1:a1:b')]],
  [{ fixedSize: '5' }, [utf8('helloworldagain')]],
  [{ contentLength: '' }],
]

describe.skipIf(!hasTshark)('dissectors, run by tshark (skipped where it is not installed)', () => {
  let folder: string
  let found: Map<string, Dissected>
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'unstick-tshark-'))
    // One run for all, since tshark takes a second to start: each dissector has its own name and port.
    const scripts = cases.map(
      ([choice], index) => `do\n${named(wiresharkFor(choice, FIRST_PORT + index), index)}\nend\n`,
    )
    writeFileSync(join(folder, 'all.lua'), scripts.join(''))
    const streams = await Promise.all(cases.map(([choice, frames]) => streamOf(choice, frames)))
    writeCapture(join(folder, 'all.pcapng'), streams)
    found = dissected(folder)
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  it.each(cases.map(([choice, frames], index) => ({ choice, frames, index })))(
    'find the frames of $choice, however packets are cut',
    async ({ choice, frames: given, index }) => {
      const { bytes } = await streamOf(choice, given)
      const codec = await codecFor(choice)
      const { frames, error } = traceOf(codec, [bytes])
      expect(error).toBeUndefined()
      const payloads = payloadsOf(codec, bytes, frames).map((payload) =>
        hexOf(bytes.subarray(payload!.start, payload!.end)),
      )
      const expected = {
        frames: frames.map(({ start, end }) => hexOf(bytes.subarray(start, end))),
        payloads: payloads.filter((payload) => payload !== ''),
      }
      for (let way = 0; way < WAYS; way++) expect(found.get(`${index} ${index * WAYS + way}`)).toEqual(expected)
    },
  )
})

function named(script: string, index: number): string {
  return script.replaceAll('"unstick', `"unstick${index}`).replace('"Frames"', `"Frames ${index}"`)
}

async function streamOf(choice: Choice, frames: Uint8Array[] | undefined): Promise<ChunkedBytes> {
  const codec = await codecFor(choice)
  return withCuts(joined(frames ?? PAYLOADS.map((payload) => codec.encode(payload))).bytes, [])
}

/** Whole, cut at random, and byte by byte. */
const WAYS = 3

/** Three connections to the port of each framing. */
function writeCapture(path: string, streams: ChunkedBytes[]): void {
  const blocks: Uint8Array[] = []
  const capture = new PcapngWriter(
    (block) => blocks.push(block),
    () => 0,
  )
  const cut = streams.flatMap((stream) => [stream, fragmented(stream, 5), bytewise(stream)])
  for (const [id, stream] of cut.entries()) {
    const server = { host: '127.0.0.1', port: FIRST_PORT + Math.floor(id / WAYS) }
    const connection = { id, client: { host: '127.0.0.1', port: 50_000 + id }, server }
    capture.open(connection)
    for (const chunk of chunksOf(stream)) capture.chunk(connection, 'client', chunk)
    capture.end(connection, 'client')
  }
  writeFileSync(path, Buffer.concat(blocks))
}

interface Dissected {
  frames: string[]
  payloads: string[]
}

/** What each dissector found, by its number and the connection's. */
function dissected(folder: string): Map<string, Dissected> {
  const names = cases.flatMap((_, index) => [`unstick${index}.frame`, `unstick${index}.payload`])
  const fields = ['tcp.stream', ...names].flatMap((field) => ['-e', field])
  const script = `lua_script:${join(folder, 'all.lua')}`
  const out = execFileSync('tshark', ['-X', script, '-r', join(folder, 'all.pcapng'), '-T', 'fields', ...fields], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const found = new Map<string, Dissected>()
  for (const line of out.split('\n').filter((one) => one !== '')) {
    const [stream, ...columns] = line.split('\t')
    for (let index = 0; index < cases.length; index++) {
      const [frames = [], payloads = []] = columns
        .slice(index * 2, index * 2 + 2)
        .map((column) => column.split(',').filter((one) => one !== ''))
      if (frames.length === 0) continue
      const key = `${index} ${stream}`
      const all = found.get(key) ?? { frames: [], payloads: [] }
      found.set(key, all)
      all.frames.push(...frames)
      all.payloads.push(...payloads)
    }
  }
  return found
}

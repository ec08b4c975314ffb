import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eventLine, headerLine } from '@unstick/stream/recording'
import { afterAll, describe, expect, it } from 'vitest'
import { choiceOf } from '../src/codec-choice.ts'

import { codecOf, type CodecFlags } from '../src/codecs.ts'
import { spelled } from '../src/flag.ts'
import { readArguments } from '../src/flags.ts'
import { decodeCommand } from '../src/decode.ts'
import { inputOf } from '../src/input.ts'
import { LocatedDecoder } from '../src/located-decoder.ts'
import { prand } from '../src/random.ts'
import { unstick } from './unstick.ts'

const folder = mkdtempSync(join(tmpdir(), 'unstick-guess-'))
afterAll(() => rmSync(folder, { recursive: true }))

interface Row {
  frames: number
  skipInitial: number
  rest: number
  flags: Record<string, unknown>
  description: string
  from?: string
  bits: { bits: number }
}

async function guess(file: string, ...flags: string[]): Promise<Row[]> {
  const { out, err } = await unstick(['guess', '--json', file, ...flags])
  expect(err).toBe('')
  return out
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Row)
}

/** The lengths on the wire of the frames that a guess's codec finds. */
async function lengthsOf(file: string, { flags, skipInitial }: Row): Promise<number[]> {
  const words = Object.entries(flags).map(([name, value]) =>
    value === true ? spelled(name) : `${spelled(name)}=${String(value)}`,
  )
  const choice = await choiceOf(readArguments(words, Object.values(decodeCommand.flags).flat()).values)
  const decoder = new LocatedDecoder(choice.codecOf(choice.from), skipInitial, () => expect.unreachable())
  const lengths: number[] = []
  let toSkip = skipInitial
  for await (const { bytes } of inputOf(file, process)) {
    for (const { length } of decoder.decode(bytes.subarray(toSkip))) lengths.push(length)
    toSkip = Math.max(0, toSkip - bytes.length)
  }
  return lengths
}

const captures = new URL('../../../../shared/captures/', import.meta.url)
const names = existsSync(captures) ? readdirSync(captures).filter((name) => name.endsWith('.json')) : []

describe('unstick guess, of real traffic', () => {
  if (names.length === 0) it.skip('captures of real traffic are not here: nothing is guessed')

  it.each(names)('%s: ranks the frames of the dissector first or second', async (name) => {
    const file = new URL(name, captures).pathname
    const { frames, framing } = JSON.parse(readFileSync(file, 'utf8')) as {
      frames: { lengths: number[] }
      framing: { initialBytes: number }
    }
    const rows = await guess(file, '--top', '2')
    // The capture leaves out an untyped first message, which may be a frame as well.
    const isRight = (lengths: number[], { skipInitial }: Row): boolean => {
      const extra = lengths.length - frames.lengths.length
      const before = skipInitial + lengths.slice(0, Math.max(0, extra)).reduce((sum, length) => sum + length, 0)
      return extra >= 0 && before === framing.initialBytes && lengths.slice(extra).join() === frames.lengths.join()
    }
    const [first, second] = rows
    expect(
      isRight(await lengthsOf(file, first!), first!) || isRight(await lengthsOf(file, second!), second!),
      `${first?.description}; ${second?.description}`,
    ).toBe(true)
  })
})

const random = prand(7)
const text = (length: number): string => Array.from({ length }, () => 'etaoin shrdlu'[random(13)]).join('')
const binary = (length: number): Buffer => Buffer.from(Array.from({ length }, () => random(256)))

describe('unstick guess, of what codecs write', () => {
  const messages = Array.from({ length: 60 }, (_, index) =>
    Buffer.from(`{"id":${index},"text":"${text(10 + random(120))}"}`),
  )
  const records = Array.from({ length: 60 }, (_, index) => Buffer.concat([Buffer.from([1, index, 0]), binary(21)]))

  it.each<[string, CodecFlags, Buffer[]]>([
    ['u32', { lengthField: 4 }, messages],
    ['u16, little-endian', { lengthField: 2, byteOrder: 'little' }, messages],
    ['u32 that counts the frame', { lengthField: 4, includes: 'frame' }, messages],
    [
      'u32 before binary content',
      { lengthField: 4 },
      records.map((record) => Buffer.concat([record, binary(random(300))])),
    ],
    ['varint', { varint: true }, messages.map(() => Buffer.from(text(60 + random(300))))],
    ['netstrings', { textLength: true, trailer: ',' }, messages],
    ['CR LF', { delimiter: ['\r\n'] }, messages],
    ['JSON lines', { delimiter: ['\n'] }, messages],
    ['NUL', { delimiter: ['\0'] }, messages],
    ['records', { fixedSize: 24 }, records],
    ['Content-Length', { contentLength: true }, messages],
  ])(
    '%s: its frames come first, from raw bytes and from chunks, and the command printed gives them',
    async (name, flags, all) => {
      const codec = codecOf(flags)
      const frames = all.map((message) => codec.encode(message))
      const raw = join(folder, `${name}.bin`)
      writeFileSync(raw, Buffer.concat(frames))
      const chunks = join(folder, `${name}.rec`)
      const events = frames.map((data) => eventLine({ connection: 1, from: 'client', at: 0, data }))
      writeFileSync(chunks, headerLine({}) + events.join(''))
      for (const file of [raw, chunks]) {
        const [first] = await guess(file, '--top', '1')
        expect([first!.skipInitial, first!.rest, first!.frames]).toEqual([0, 0, frames.length])
        expect(await lengthsOf(file, first!)).toEqual(frames.map(({ length }) => length))
      }
    },
  )

  it('examines both sides of a recording separately', async () => {
    const file = join(folder, 'both.rec')
    const events = messages.flatMap((message) => [
      eventLine({ connection: 1, from: 'client', at: 0, data: codecOf({ lengthField: 4 }).encode(message) }),
      eventLine({ connection: 1, from: 'server', at: 0, data: codecOf({ lines: true }).encode(message) }),
    ])
    writeFileSync(file, headerLine({}) + events.join(''))
    const rows = await guess(file, '--top', '1')
    expect(rows.map(({ from, frames }) => [from, frames])).toEqual([
      ['client', 60],
      ['server', 60],
    ])
    expect((await guess(file, '--from', 'server')).every(({ from }) => from === 'server')).toBe(true)
  })

  it('shows multipart with the boundary from the first line, next to lines', async () => {
    const file = join(folder, 'form.bin')
    const parts = messages.map((message) => `--b0undary\r\nContent-Type: text/plain\r\n\r\n${String(message)}\r\n`)
    writeFileSync(file, `${parts.join('')}--b0undary--\r\n`)
    const rows = await guess(file)
    expect(rows.find(({ flags }) => flags.protocol === 'multipart')).toMatchObject({
      frames: messages.length,
      flags: { boundary: 'b0undary' },
    })
  })

  it('prints the framing, the reasons, and the command to decode it', async () => {
    const file = join(folder, 'words.bin')
    writeFileSync(file, Buffer.concat(messages.map((message) => codecOf({ lengthField: 4 }).encode(message))))
    const { code, out } = await unstick(['guess', file, '--top', '1'])
    expect(code).toBe(0)
    const [, printed] =
      /^1\. u32, big-endian, at 0, counts the bytes after it: 60 frames\n {3}\d+ bits: .+\n {3}unstick (.+)\n/.exec(
        out,
      )!
    expect(printed).toBe(`decode --length-field 4 ${file}`)
    expect((await unstick([...printed!.split(' '), '--as', 'text'])).out).toBe(`${messages.join('\n')}\n`)
  })

  it('prints a command that decodes frames which end with a byte beyond ASCII', async () => {
    const file = join(folder, 'beyond.rec')
    const frames = messages.map((_, index) => Buffer.from(`${text(5 + (index % 40))}\xe9`, 'latin1'))
    const events = frames.map((data) => eventLine({ connection: 1, from: 'client', at: 0, data }))
    writeFileSync(file, headerLine({}) + events.join(''))
    const [first] = await guess(file, '--top', '1')
    expect(first!.flags).toEqual({ delimiter: ['\\xe9'] })
    expect(await lengthsOf(file, first!)).toEqual(frames.map(({ length }) => length))
  })

  it('says how much of a long input was examined', async () => {
    const file = join(folder, 'long.bin')
    const frames = Array.from({ length: 70 }, () => codecOf({ lengthField: 4 }).encode(Buffer.from(text(8000))))
    writeFileSync(file, Buffer.concat(frames))
    const { out } = await unstick(['guess', file, '--top', '1'])
    expect(out.split('\n')[0]).toMatch(/: 65 frames, 4028 bytes left of the first 524288$/)
  })

  it.each(['from client', 'connection 1'])('refuses --%s for an input that is no recording', async (given) => {
    const file = join(folder, 'plain.bin')
    writeFileSync(file, 'a\nb\n')
    const [flag, value] = given.split(' ') as [string, string]
    const { code, err } = await unstick(['guess', file, `--${flag}`, value])
    expect([code, err]).toEqual([2, expect.stringContaining(`--${flag} chooses from a recording`)])
  })

  it('says that there are no bytes, and exits 1', async () => {
    const file = join(folder, 'client.rec')
    writeFileSync(file, headerLine({}) + eventLine({ connection: 1, from: 'client', at: 0, data: Buffer.from('a') }))
    const message = 'unstick: there are no bytes to examine\n'
    for (const flags of [[], [file, '--from', 'server'], [file, '--connection', '2', '--json']]) {
      expect(await unstick(['guess', ...flags])).toEqual({ code: 1, out: '', err: message })
    }
  })

  it.each<[string, () => number]>([
    ['any bytes', () => random(256)],
    ['two different bytes', () => random(2)],
    ['16 different bytes', () => random(16)],
    ['mostly zeros', () => (random(3) === 0 ? random(256) : 0)],
    ['letters', () => 97 + random(26)],
  ])('is not sure of noise: %s', async (_kind, byte) => {
    const file = join(folder, 'any.bin')
    for (let length = 40; length < 1000; length += 97) {
      writeFileSync(file, Uint8Array.from({ length }, byte))
      const [first] = await guess(file, '--top', '1')
      // 8 bits are a chance of 1 in 256: of the many framings tried, one may fit noise that well.
      expect(first?.bits.bits ?? 0).toBeLessThan(8)
    }
  })

  it('finds no framing in noise, and exits 1', async () => {
    const file = join(folder, 'noise.bin')
    writeFileSync(file, binary(5003))
    const { code, out } = await unstick(['guess', file])
    expect([code, out]).toEqual([1, 'No framing fits these 5003 bytes.\n'])
    expect((await unstick(['guess'])).code).toBe(1)
    expect((await unstick(['guess', join(folder, 'absent')])).code).toBe(2)
  })
})

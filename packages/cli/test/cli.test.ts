import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough, Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { fixedSize } from '@unstick/fixed-size'
import { frames } from '@unstick/stream'
import { describe, expect, it } from 'vitest'
import { commands } from '../src/commands.ts'
import { demo } from '../src/demo.ts'
import { run } from '../src/index.ts'
import { printedBySession } from './console-session.ts'
import { unstick } from './unstick.ts'

const stream = Buffer.from([0, 2, 104, 105, 0, 0, 0, 3, 10, 34, 0x41])

describe('unstick decode', () => {
  it('prints frames of standard input as hex, one per line, empty ones too', async () => {
    expect(await unstick(['decode', '--length-field', '2'], stream)).toEqual({
      code: 0,
      out: '6869\n\n0a2241\n',
      err: '',
    })
  })

  it('prints frames as text with control characters visible, or as JSON', async () => {
    expect((await unstick(['decode', '--length-field', '2', '--as', 'text'], stream)).out).toBe('hi\n\n\\n"A\n')
    const { out } = await unstick(['decode', '--length-field', '2', '--as', 'json', '--limit', '1'], stream)
    expect(JSON.parse(out)).toEqual({ index: 0, offset: 0, wireLength: 4, length: 2, hex: '6869' })
  })

  it.each([
    ['--lines', 'a\r\nb\nc', 'a\nb\nc\n'],
    ['--delimiter \\r\\n --delimiter \\x00 --at-end drop', 'a\0b\nc\r\nd', 'a\nb\\nc\n'],
    ['--lines --ending any', 'a\rb\r\nc\n', 'a\nb\nc\n'],
    ['--delimiter \\x1e --delimiter-at start', '\u001E[1]\u001E{}', '[1]\n{}\n'],
    ['--start-marker \\x0b --end-marker \\x1c\\r', '\u000Ba\u001C\r\u000B\u001C\r', 'a\n\n'],
    ['--varint', '\u0002ab\u0001c', 'ab\nc\n'],
    ['--varint --offset 1 --max-bytes 4', '0\u0002ab', '0\\u0002ab\n'],
    ['--text-length --trailer ,', '5:hello,0:,', 'hello\n\n'],
    ['--text-length --radix 16 --digits 4 --includes frame', '0009hello', 'hello\n'],
    ['--text-length --leading-zeros', '02:ab', 'ab\n'],
    ['--varint --encoding quic', '\u0002ab', 'ab\n'],
    ['--length-field 1 --offset 1 --magic 2a --min-frame-length 3', '*\u0001a', '*\\u0001a\n'],
    ['--content-length', 'Content-Length: 2\r\n\r\nab', 'ab\n'],
    ['--size-by-type 49:2,50:3', '1a2bb', '1a\n2bb\n'],
    ['--size-by-type 97:2 --offset 1', '1a', '1a\n'],
    ['--packet 4142 --size 4 --checksum xor8', 'AB\u0000\u0003', 'AB\\u0000\\u0003\n'],
    ['--packet 41 --length-bytes 1 --includes frame --checksum sum8 --checksum-from 2', 'A\u0004aa', 'A\\u0004aa\n'],
    ['--cobs', '\u0003ab\u0000\u0002c\u0000', 'ab\nc\n'],
    ['--hdlc --fcs none', '~ab~~c~', 'ab\nc\n'],
    ['--dot-stuffed', '..a\r\n.\r\n.\r\n', '.a\\r\\n\n\n'],
    ['--json-values', '{\n"a": 1\n}[2],3', '{"a":1}\n[2]\n3\n'],
    ['--json-values --within array --max-depth 1', '[[1], "x"]', '[1]\n"x"\n'],
    ['--json-sequence', '\u001E[1]\n\u001E2\n', '[1]\n2\n'],
  ])('%s finds the frames of that codec', async (flags, input, output) => {
    const { code, out, err } = await unstick(['decode', ...flags.split(' '), '--as', 'text'], Buffer.from(input))
    expect([code, out, err]).toEqual([0, output, ''])
  })

  it('finds SLIP frames, and packets after noise, which is reported', async () => {
    expect(await unstick(['decode', '--slip'], Buffer.from('c061dbdcc062c0', 'hex'))).toMatchObject({
      code: 0,
      out: '61c0\n62\n',
      err: '',
    })
    const args = ['decode', '--packet', 'aa55', '--length-bytes', '1', '--adjustment', '2']
    const crc = ['--checksum', 'CRC-16/MODBUS', '--checksum-byte-order', 'little']
    expect(await unstick([...args, ...crc], Buffer.from('ff00aa550161f194', 'hex'))).toEqual({
      code: 0,
      out: 'aa550161f194\n',
      err: 'unstick: skipped 2 bytes at offset 0 (garbage)\n',
    })
    const strict = await unstick([...args, '--corrupt', 'error'], Buffer.from('ff', 'hex'))
    expect([strict.code, strict.err]).toEqual([1, expect.stringContaining('ERR_FRAME_CORRUPT at offset 0')])
  })

  it.each([
    ['--json-lines', '{ "a": 1 }\n\n[2]\n', '{"a":1}\n[2]\n'],
    ['--json-lines --corrupt skip', 'x\n"\u009B"\n', '"\\u009b"\n'],
  ])('%s prints values as JSON, one per line', async (flags, input, output) => {
    const { code, out } = await unstick(['decode', ...flags.split(' ')], Buffer.from(input))
    expect([code, out]).toEqual([0, output])
  })

  it('prints with --json the position of each frame on the wire, even around skipped frames, for every kind of codec', async () => {
    const lines = async (args: string[], input: Buffer | string): Promise<unknown[]> => {
      const { out } = await unstick(['decode', '--json', ...args], Buffer.from(input))
      return out
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line))
    }
    const places = (all: unknown[]): unknown[] =>
      all.map((one) => [(one as { offset: number }).offset, (one as { wireLength: number }).wireLength])
    expect(places(await lines(['--length-field', '2'], stream))).toEqual([
      [0, 4],
      [4, 2],
      [6, 5],
    ])
    const skipping = ['--lines', '--max-frame-length', '2', '--oversize', 'skip', '--skip-initial', '1']
    expect(places(await lines(skipping, '!a\r\nlong\nbb\n\n'))).toEqual([
      [1, 3],
      [9, 3],
      [12, 1],
    ])
    expect(await lines(['--json-lines'], '1\n{"b":[2]}\n')).toEqual([
      { index: 0, offset: 0, wireLength: 2, frame: 1 },
      { index: 1, offset: 2, wireLength: 10, frame: { b: [2] } },
    ])
  })

  it.each([
    ['--delimiter=\\xe9', 'a\xe9b\xe9'],
    ['--delimiter=é', 'a\xc3\xa9b\xc3\xa9'],
    ['--delimiter=é\\xff\\n', 'a\xc3\xa9\xff\nb\xc3\xa9\xff\n'],
    ['--delimiter=\\\\x0a', 'a\\x0ab\\x0a'],
  ])('%s: an escape is one byte, and other text is UTF-8', async (flag, input) => {
    const { out, err } = await unstick(['decode', flag, '--as', 'text'], Buffer.from(input, 'latin1'))
    expect([out, err]).toEqual(['a\nb\n', ''])
  })

  it('prints no terminal control characters in text', async () => {
    const { out } = await unstick(['decode', '--fixed-size', '4', '--as', 'text'], Buffer.from('\u001B\u007F\u009B'))
    expect(out).toBe('\\u001b\\u007f\\u009b\n')
  })

  it('waits for a slow reader, and removes its listeners', async () => {
    const stdout = new PassThrough({ highWaterMark: 64 })
    const terminal = { stdin: Readable.from([Buffer.alloc(3000)]), stdout, stderr: new PassThrough() }
    const done = run(['decode', '--fixed-size', '3'], terminal)
    const printed = text(stdout)
    expect(await done).toBe(0)
    expect(stdout.listenerCount('drain')).toBe(0)
    stdout.end()
    expect((await printed).split('\n')).toHaveLength(1001)
  })

  it('ends quietly when its reader exits', async () => {
    const stdout = new PassThrough({ highWaterMark: 64 })
    const terminal = { stdin: Readable.from([Buffer.alloc(3000)]), stdout, stderr: new PassThrough() }
    const done = run(['decode', '--fixed-size', '3'], terminal)
    setTimeout(() => stdout.destroy(), 5)
    expect(await done).toBe(0)
  })

  it('reports dropped JSON values', async () => {
    const { code, out, err } = await unstick(
      ['decode', '--json-values', '--corrupt', 'skip', '--as', 'text'],
      Buffer.from('1 [,] 2'),
    )
    expect([code, out, err]).toEqual([0, '1\n2\n', 'unstick: skipped 3 bytes at offset 2 (ERR_FRAME_CORRUPT)\n'])
  })

  it('decodes a file, and skips bytes before the framing', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'unstick-'))
    const file = join(folder, 'frames.bin')
    writeFileSync(file, 'xabcdef')
    try {
      const { out } = await unstick(['decode', file, '--fixed-size', '3', '--skip-initial', '1', '--as', 'text'])
      expect(out).toBe('abc\ndef\n')
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  it('refuses --connection for an input that is no recording', async () => {
    const { code, out, err } = await unstick(['decode', '--lines', '--connection', '1'], Buffer.from('a\n'))
    expect([code, out]).toEqual([2, ''])
    expect(err).toContain('--connection chooses from a recording')
  })

  it('prints the frames before an error, names the offset, and exits 1', async () => {
    const { code, out, err } = await unstick(
      ['decode', '--length-field', '2'],
      Buffer.concat([stream, Buffer.from([0])]),
    )
    expect([code, out]).toEqual([1, '6869\n\n0a2241\n'])
    expect(err).toMatch(/^unstick: ERR_FRAME_TRUNCATED at offset 11: /)
  })

  it('reports skipped frames', async () => {
    const args = ['decode', '--length-field', '2', '--max-frame-length', '4', '--oversize', 'skip']
    expect(await unstick(args, stream)).toEqual({
      code: 0,
      out: '6869\n\n',
      err: 'unstick: skipped 5 bytes at offset 6 (ERR_FRAME_TOO_LONG)\n',
    })
  })

  it.each([
    ['decode --fixed-size 1 no-such-file', 'cannot read no-such-file: no such file or directory'],
    ['guess no-such-file', 'cannot read no-such-file: no such file or directory'],
    ['verify --recording no-such-file -- framer', 'cannot read no-such-file: no such file or directory'],
    ['verify --vectors no-such-file -- framer', 'cannot read no-such-file: no such file or directory'],
    ['decode --fixed-size 1 /', 'cannot read /: illegal operation on a directory'],
    ['guess /', 'cannot read /: illegal operation on a directory'],
  ])('%s: a file that cannot be read is misuse', async (line, message) => {
    expect(await unstick(line.split(' '))).toEqual({ code: 2, out: '', err: `unstick: ${message}\n` })
  })

  it.each([
    [['decode'], '--length-field'],
    [['decode', '--length-field', '9'], '--length-field must be an integer from 1 to 8, received 9'],
    [['decode', '--length-field', 'x'], '--length-field'],
    [['decode', '--fixed-size', '1', '--as', 'xml'], '--as'],
    [['nonsense'], 'nonsense'],
    [['decode', '--fixed-size', '1', '--offset', '3'], '--offset cannot be used with --fixed-size'],
    [['decode', '--length-field', '1', '--at-end', 'drop'], '--at-end cannot be used with --length-field'],
    [
      ['decode', 'file'],
      'give one of --protocol, --codec, --length-field, --varint, --text-length, --delimiter, --start-marker, --lines',
    ],
    [['decode', '--lines', '--varint'], 'give only one of --varint and --lines'],
    [['decode', '--lines', '--protocol', 'resp'], 'give only one of --protocol and --lines'],
    [['decode', '--codec', 'a.js', '--protocol', 'resp', '--cobs'], 'give only one of --protocol, --codec and --cobs'],
    [
      ['decode', '--delimiter', String.raw`a\q`],
      String.raw`--delimiter may contain only the escapes \n, \r, \t, \0, \xHH`,
    ],
    [['decode', '--delimiter', String.raw`\x0`], '--delimiter may contain only the escapes'],
    [['decode', '--text-length', '--trailer', String.raw`a\\${'\\'}`], '--trailer may contain only the escapes'],
    [['decode', '--size-by-type', '1'], '--size-by-type must be types and sizes such as 0:8,1:12, received "1"'],
    [['decode', '--size-by-type', 'x:1'], '--size-by-type'],
    [['decode', '--size-by-type', '1:0'], '--size-by-type[1] must be an integer of at least 1, received 0'],
    [['decode', '--length-field', '1', '--magic', '2'], '--magic'],
    [
      ['decode', '--content-length', '--max-header-length', '3'],
      '--max-header-length must be an integer of at least 20',
    ],
    [['decode', '--json-sequence', '--within', 'array'], '--within cannot be used with --json-sequence'],
    [['decode', '--json-values', '--max-depth', '0'], '--max-depth must be an integer of at least 1, received 0'],
    [['decode', '--text-length', '--radix', '8'], '--radix must be 10 or 16, received 8'],
    [['decode', '--packet', 'xyz'], '--packet must be bytes in hexadecimal, received "xyz"'],
    [['decode', '--packet', 'aa', '--size', '0'], '--size must be an integer of at least 1, received 0'],
    [['decode', '--packet', 'aa', '--checksum', 'sum9'], 'checksum.algorithm must be'],
    [['decode', '--packet', 'aa', '--checksum-from', '1'], 'checksum.algorithm'],
    [['decode', '--hdlc', '--fcs', '8'], '--fcs must be 16 or 32 or "none", received 8'],
    [['decode', '--slip', '--corrupt', 'resync'], '--corrupt must be "error" or "skip", received "resync"'],
    [['decode', '--dot-stuffed', '--corrupt', 'skip'], '--corrupt cannot be used with --dot-stuffed'],
    [['decode', '--delimiter', ''], '--delimiter[0] must be a string'],
  ])('misuse exits 2 and names the fault: %j', async (args, name) => {
    const { code, err } = await unstick(args)
    expect([code, err]).toEqual([2, expect.stringContaining(name)])
  })
})

describe('the README', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')

  it('has console examples that print the shown output, one after another in one folder', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'unstick-readme-'))
    try {
      const sessions = [...readme.matchAll(/```console\n(.*?)```/gs)].map((match) => match[1]!)
      expect(sessions.length).toBeGreaterThan(4)
      for (const session of sessions) expect(await printedBySession(session, folder)).toBe(session)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  it('names every command, with an example', () => {
    for (const { name } of commands) {
      const section = new RegExp(`^## ${name}\\n(.*?)(?=^## )`, 'ms').exec(readme)
      expect(section?.[1]).toContain(`unstick ${name} `)
    }
  })
})

describe('unstick demo', () => {
  it('shows coalesced and fragmented messages, and every codec restores them', async () => {
    const { code, out } = await unstick(['demo', '--json', '--messages', '300'])
    const { problem, runs, ok } = JSON.parse(out)
    expect([code, ok, runs.length]).toEqual([0, true, 33])
    expect(problem.messages).toBe(300)
    expect(problem.reads).toBeGreaterThan(0)
    expect(problem.coalesced).toBeGreaterThan(0)
    expect(problem.fragmented).toBeGreaterThan(0)
    for (const one of runs) expect(one.reads).toBeGreaterThan(0)
  })

  it.each(['sticky', 'split', 'flow', 'close'])('--scene %s succeeds, and fits on one screen', async (scene) => {
    const { code, out } = await unstick(['demo', '--scene', scene])
    expect(code).toBe(0)
    expect(out).not.toContain('\u001B')
    const lines = out.split('\n')
    expect(lines.length).toBeLessThanOrEqual(24)
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(80)
  })

  it('--scene flow: the sender stalls without a reader, and every frame arrives', async () => {
    const { out } = await unstick(['demo', '--scene', 'flow', '--json'])
    const { ok, frames: count, stalledAt, rows } = JSON.parse(out)
    expect(ok).toBe(true)
    expect(stalledAt).toBeLessThan(count)
    expect(rows.at(-1)).toMatchObject({ written: count, read: count })
  })

  it.skipIf(!existsSync('/proc/net/tcp'))(
    '--scene close: the states of both ends, from the system itself',
    async () => {
      const { out } = await unstick(['demo', '--scene', 'close', '--json'])
      const { rows } = JSON.parse(out) as { rows: { client: string; server: string }[] }
      expect(rows.map(({ client, server }) => `${client} ${server}`)).toEqual([
        'ESTABLISHED ESTABLISHED',
        'FIN_WAIT2 CLOSE_WAIT',
        'FIN_WAIT2 CLOSE_WAIT',
        'FIN_WAIT2 CLOSE_WAIT',
        'TIME_WAIT gone',
      ])
    },
  )

  it('prints tables without escape codes when it is not on a terminal', async () => {
    const { code, out } = await unstick(['demo', '--messages', '20'])
    expect(code).toBe(0)
    expect(out).not.toContain('\u001B')
    expect(out).toContain('33 of 33 runs returned every message unchanged')
  })

  it('exits 1 and prints the difference when the receiver loses or changes a message', async () => {
    const stdout = new PassThrough()
    const printed = text(stdout)
    const terminal = { stdin: Readable.from([]), stdout, stderr: new PassThrough() }
    const faulty = async function* (...[socket, codec]: Parameters<NonNullable<Parameters<typeof demo>[2]>>) {
      let index = 0
      const changes = codec.maxFrameLength === fixedSize({ size: 64 }).maxFrameLength
      for await (const frame of frames(socket, codec)) {
        if (index++ !== 3) yield frame
        else if (changes) yield frame.map((byte) => byte ^ 1)
      }
    }
    expect(await demo({ json: true, messages: 20, seed: 1 }, terminal, faulty)).toBe(1)
    stdout.end()
    const { runs } = JSON.parse(await printed) as { runs: { codec: string; difference?: string }[] }
    expect(runs[0]).toMatchObject({ codec: 'lengthField, 4 bytes', difference: '19 of 20 messages arrived' })
    const fixed = runs.filter(({ codec }) => codec === 'fixedSize, 64 bytes')
    expect(fixed.map(({ difference }) => difference)).toContain('message 3 is not the one sent')
  })
})

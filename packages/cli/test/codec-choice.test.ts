import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { eventLine, headerLine } from '@unstick/stream/recording'
import { afterAll, describe, expect, it } from 'vitest'
import { codecFlags } from '../src/codec-flags.ts'
import { codecOf } from '../src/codecs.ts'
import { installedPackage } from '../src/installed-package.ts'
import { Misuse } from '../src/misuse.ts'
import { allPresets } from '../src/protocols.ts'
import { eventOf } from '../src/recording.ts'
import { unstick, type Outcome } from './unstick.ts'

const here = fileURLToPath(new URL('.', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'unstick-choice-'))
afterAll(() => rmSync(folder, { recursive: true }))

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

describe('--protocol', () => {
  it('decodes the bytes of one side, and prints frames as JSON, with their position on request', async () => {
    const input = Buffer.from('*1\r\n$4\r\nPING\r\n+OK\r\n')
    const { code, out } = await unstick(['decode', '--protocol', 'resp', '--json'], input)
    expect(code).toBe(0)
    expect(
      out
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toMatchObject([
      { index: 0, offset: 0, wireLength: 14 },
      { index: 1, offset: 14, wireLength: 5 },
    ])
  })

  it('needs --from if the sides differ, and refuses it otherwise', async () => {
    const without = await unstick(['decode', '--protocol', 'postgres'])
    expect(without).toEqual({
      code: 2,
      out: '',
      err: 'unstick: --protocol postgres needs --from client or server: who wrote the bytes\n',
    })
    const ready = Buffer.from('5a0000000549', 'hex')
    expect((await unstick(['decode', '--protocol', 'postgres', '--from', 'server'], ready)).out).toContain('"type"')
    expect((await unstick(['decode', '--protocol', 'mqtt', '--from', 'client'], Buffer.from('c000', 'hex'))).code).toBe(
      0,
    )
  })

  it.each([
    ['native-messaging', 'browser', 'host'],
    ['esbuild-service', 'client', 'service'],
  ])("%s: --from takes the protocol's names %s and %s, and client and server", async (name, client, server) => {
    const decode = (...flags: string[]): Promise<Outcome> => unstick(['decode', '--protocol', name, ...flags])
    expect((await decode()).err).toBe(
      `unstick: --protocol ${name} needs --from ${client} or ${server}: who wrote the bytes\n`,
    )
    for (const from of [client, server, 'client', 'server'])
      expect(await decode('--from', from)).toEqual({ code: 0, out: '', err: '' })
    expect(await decode('--from', 'me')).toMatchObject({
      code: 2,
      err: `unstick: --from must be ${client} or ${server}, received "me"\n`,
    })
  })

  it('`list` lists every subpath of the package, and a wrong name is misuse that suggests one', async () => {
    const { out } = await unstick(['decode', '--protocol', 'list'])
    const require = createRequire(import.meta.url)
    const { exports } = require('@unstick/protocols/package.json') as { exports: Record<string, unknown> }
    const subpaths = Object.keys(exports).filter((path) => path !== '.' && path !== './package.json')
    expect(out.trim().split('\n')).toEqual(subpaths.map((path) => path.slice(2)).toSorted())
    const { code, err } = await unstick(['decode', '--protocol', 'postgre'])
    expect([code, err]).toEqual([2, expect.stringContaining('did you mean postgres?')])
  })

  it('decodes with every preset, from each side, and names missing options', async () => {
    for (const [name, { sides }] of await allPresets()) {
      const args = ['decode', '--protocol', name]
      const needed = name === 'multipart' ? ['--boundary', 'b'] : []
      for (const side of sides ?? [undefined]) {
        const from = side === undefined ? [] : ['--from', side]
        const { code, err } = await unstick([...args, ...from, ...needed])
        // Some protocols refuse an empty stream.
        expect([name, code, err]).toEqual(code === 0 ? [name, 0, ''] : [name, 1, expect.stringContaining('ERR_FRAME_')])
        if (needed.length > 0) {
          expect(await unstick([...args, ...from])).toMatchObject({
            code: 2,
            err: expect.stringContaining(`--protocol ${name} needs ${needed[0]}: `),
          })
        }
      }
    }
  })

  it.each([
    ['multipart --boundary x', '\r\n--x\r\n\r\na\r\n--x--', '{"headers":[],"body":{"hex":"61"}}\n'],
    [
      'bitcoin --magic 0b110907',
      '\u000b\u0011\u0009\u0007verack\0\0\0\0\0\0\0\0\0\0\u005d\u00f6\u00e0\u00e2',
      'verack',
    ],
    ['git-pkt-line --side-band', '0006\u0001a', '"band":1'],
    ['nntp --from server --list-group', '211 x\r\n1\r\n.\r\n', '"body"'],
    ['irc --max-line-length 3', 'abc\r\n', 'abc'],
    ['native-messaging --from host --byte-order big', '\0\0\0\u00021 ', '1'],
    ['websocket --from server --max-message-length 1 --max-fragments 1', '\u0081\u0001a', '"text":"a"'],
  ])('%s: passes on the options of the protocol', async (flags, input, output) => {
    const { code, out, err } = await unstick(
      ['decode', '--protocol', ...flags.split(' ')],
      Buffer.from(input, 'latin1'),
    )
    expect([code, err]).toEqual([0, ''])
    expect(out).toContain(output)
  })

  it.each([
    ['tpkt --boundary x', '--boundary cannot be used with --protocol tpkt'],
    ['mcp --byte-order big', '--byte-order cannot be used with --protocol mcp'],
    ['tpkt --max-frame-length 1', '--max-frame-length must be'],
    ['multipart --boundary ä', '--boundary must be'],
  ])('%s: options of other protocols are misuse', async (flags, message) => {
    const { code, err } = await unstick(['decode', '--protocol', ...flags.split(' ')])
    expect([code, err]).toEqual([2, expect.stringContaining(message)])
  })

  it('passes on the limit', async () => {
    const args = ['decode', '--protocol', 'tpkt', '--max-frame-length', '8']
    const { code, err } = await unstick(args, Buffer.from('0300000900000000ff', 'hex'))
    expect([code, err]).toEqual([1, expect.stringContaining('ERR_FRAME_TOO_LONG at offset 0')])
  })
})

describe('--codec', () => {
  const body = `{
  decoder: ({ onSkip }) => ({
    *decode(chunk) { for (const byte of chunk) yield { byte, big: 1n, bytes: new Uint8Array([byte]), map: new Map([[1, new Set([2])]]) } },
    end: () => [],
    takeRemaining: () => new Uint8Array(),
    bufferedLength: 0,
  }),
}`

  it.each([
    ['codec.mjs', `export default ${body}`],
    ['codec.cjs', `module.exports = ${body}`],
    ['function.mjs', `export default ({ from }) => (${body})`],
  ])('%s: takes a codec, or a function that returns one, from a module', async (name, content) => {
    const { code, out } = await unstick(['decode', '--codec', file(name, content)], Buffer.from('A'))
    expect([code, out]).toEqual([0, '{"byte":65,"big":"1","bytes":{"hex":"41"},"map":[[1,[2]]]}\n'])
  })

  it.each([
    ['absent.mjs', undefined, 'absent.mjs'],
    ['syntax.mjs', 'export default {', 'syntax.mjs'],
    ['nothing.mjs', 'export const codec = 1', 'its default export must be a codec'],
    ['throws.mjs', "throw new Error('broken when loaded')", 'broken when loaded'],
  ])('%s: is misuse, with the reason in one line', async (name, content, message) => {
    const path = content === undefined ? join(folder, name) : file(name, content)
    const { code, err } = await unstick(['decode', '--codec', path])
    expect([code, err]).toEqual([2, expect.stringContaining(message)])
    expect(err.split('\n')).toHaveLength(2)
  })
})

describe('recordings', () => {
  it("--from names a side, also by the protocol's name, and --connection names a connection", async () => {
    const message = (text: string): Buffer => Buffer.from(`\u0003\0\0\0"${text}"`)
    const path = file(
      'sides.rec',
      headerLine({}) +
        eventLine({ connection: 1, from: 'client', at: 0, data: message('a') }) +
        eventLine({ connection: 1, from: 'server', at: 0, data: message('b') }) +
        eventLine({ connection: 2, from: 'server', at: 0, data: message('c') }),
    )
    const args = ['decode', path, '--protocol', 'native-messaging']
    expect((await unstick(args)).out).toBe('1> "a"\n1< "b"\n2< "c"\n')
    for (const from of ['host', 'server'])
      expect((await unstick([...args, '--from', from])).out).toBe('1< "b"\n2< "c"\n')
    expect((await unstick([...args, '--connection', '2'])).out).toBe('2< "c"\n')
    const plain = await unstick(['decode', path, '--length-field', '1', '--from', 'host'])
    expect([plain.code, plain.err]).toEqual([2, 'unstick: --from must be client or server, received "host"\n'])
  })

  it('are read as they were written', () => {
    const event = { connection: 3, from: 'server', at: 1.5, data: Buffer.from([0, 255]) } as const
    expect(eventOf(eventLine(event))).toEqual(event)
    const end = { connection: 3, from: 'client', at: 2, end: true } as const
    expect(eventOf(eventLine(end))).toEqual(end)
  })

  it('decode reads a recording stopped during a connection, and names the truncated side', async () => {
    const path = file(
      'open.rec',
      headerLine({}) +
        eventLine({ connection: 1, from: 'client', at: 0, data: Buffer.from('0161', 'hex') }) +
        eventLine({ connection: 1, from: 'server', at: 0, data: Buffer.from('0162', 'hex') }) +
        eventLine({ connection: 1, from: 'client', at: 0, data: Buffer.from('05', 'hex') }),
    )
    const { code, out, err } = await unstick(['decode', path, '--length-field', '1'])
    expect([code, out]).toEqual([1, '1> 61\n1< 62\n'])
    expect(err).toMatch(/^unstick: 1> ERR_FRAME_TRUNCATED at offset 2: /)
  })

  it('decode reads the segments of one direction', async () => {
    const path = file('capture.json', JSON.stringify({ name: 'x', segments: ['AWE=', 'AWI='] }))
    expect((await unstick(['decode', path, '--length-field', '1'])).out).toBe('61\n62\n')
  })

  it('a JSON file whose segments are not base64 is raw bytes', async () => {
    const path = file('other.json', '{"segments":["a!"]}\n')
    expect((await unstick(['decode', path, '--json-lines'])).out).toBe('{"segments":["a!"]}\n')
  })

  it('a JSON file without segments is raw bytes', async () => {
    const path = file('values.json', '{"a":1}\n{"b":2}\n')
    expect((await unstick(['decode', path, '--json-lines'])).out).toBe('{"a":1}\n{"b":2}\n')
  })

  it.each([
    ['not json\n', 'a line of the recording is not JSON'],
    ['null\n', 'a line of the recording has no connection or side'],
    ['{"from":"client"}\n', 'a line of the recording has no connection or side'],
    ['{"connection":1,"from":"nobody"}\n', 'a line of the recording has no connection or side'],
    ['{"connection":1,"from":"client","data":"A!=="}\n', 'the data of a line of the recording is not base64'],
    ['{"connection":1,"from":"client","data":"AWE"}\n', 'the data of a line of the recording is not base64'],
  ])('a bad line is misuse: %j', async (line, message) => {
    const path = file('bad.rec', headerLine({}) + line)
    const { code, err } = await unstick(['decode', path, '--length-field', '1'])
    expect([code, err]).toEqual([2, `unstick: ${message}\n`])
  })

  it.each([
    '{"format":"unstick-recording","version":2}\n',
    '{"format":"unstick-recording"}\n',
    '"unstick-recording"\n',
  ])('are not read in another version: %j', async (header) => {
    const event = eventLine({ connection: 1, from: 'client', at: 0, data: Buffer.from('0161', 'hex') })
    const { code, out, err } = await unstick(['decode', file('version.rec', header + event), '--length-field', '1'])
    expect([code, out]).toEqual([2, ''])
    expect(err).toBe('unstick: the first line of a recording must be JSON with version 1\n')
  })

  it('verify reads a recording: each direction must give the same frames wherever it is cut', async () => {
    const path = file(
      'verify.rec',
      headerLine({}) +
        eventLine({ connection: 1, from: 'client', at: 0, data: Buffer.from('0000000161', 'hex') }) +
        eventLine({ connection: 1, from: 'server', at: 0, data: Buffer.from('0000000162', 'hex') }),
    )
    const framer = join(here, 'framer.js')
    const { code, out } = await unstick(['verify', '--recording', path, '--cuts', '2', '--', process.execPath, framer])
    expect([code, out]).toEqual([0, expect.stringContaining('2 examples')])
  })
})

describe('what is installed', () => {
  it('has no dependencies: unstick bundles the packages that it needs', () => {
    const manifest = JSON.parse(readFileSync(join(here, '..', 'package.json'), 'utf8')) as Record<string, unknown>
    expect([manifest.dependencies, manifest.peerDependencies, manifest.optionalDependencies]).toEqual([
      undefined,
      undefined,
      undefined,
    ])
  })

  it('a missing package is misuse, with the command to install it; a package that lacks a dependency is not', async () => {
    const missing = (name: string): Promise<never> =>
      Promise.reject(Object.assign(new Error(`Cannot find package '${name}'`), { code: 'ERR_MODULE_NOT_FOUND' }))
    const one = installedPackage('@unstick/absent', 'unstick bench', () => missing('@unstick/absent'))
    await expect(one).rejects.toThrow(Misuse)
    await expect(one).rejects.toThrow('unstick bench needs the package @unstick/absent: npm install @unstick/absent')
    const other = installedPackage('@unstick/absent', 'unstick bench', () => missing('plot'))
    await expect(other).rejects.toThrow("Cannot find package 'plot'")
  })
})

describe('the list of codecs', () => {
  it('every kind has a flag that makes a codec', () => {
    const values: Record<string, unknown> = {
      'length-field': 2,
      delimiter: ['x'],
      'start-marker': 'a',
      'fixed-size': 3,
      'size-by-type': { 0: 1 },
      packet: { bytes: new Uint8Array([1]) },
    }
    const beside: Record<string, object> = { 'start-marker': { endMarker: 'b' }, packet: { size: 4 } }
    for (const { name } of codecFlags['Codecs, one of']!) {
      if (name === 'protocol' || name === 'codec') continue
      const camel = name.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())
      const codec = codecOf({ [camel]: values[name] ?? true, ...beside[name] })
      expect(codec.maxFrameLength).toBeGreaterThan(0)
    }
  })

  it('is imported from our packages in one file only', () => {
    const src = join(here, '..', 'src')
    const importing = readdirSync(src, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .filter((name) =>
        /from '@unstick\/(?:delimiter|fixed-size|length-field|json|packet|stuffing)'/.test(
          readFileSync(join(src, name), 'utf8'),
        ),
      )
    expect(importing).toEqual(['codec-kinds.ts'])
  })
})

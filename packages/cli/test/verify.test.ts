import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough, Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { run } from '../src/index.ts'

const folder = mkdtempSync(join(tmpdir(), 'unstick-verify-'))
afterAll(() => rmSync(folder, { recursive: true }))

const framer = fileURLToPath(new URL('framer.js', import.meta.url))
const vectors = join(folder, 'vectors.json')
writeFileSync(
  vectors,
  JSON.stringify({
    codec: 'lengthField',
    vectors: [
      {
        name: 'two frames',
        configuration: { lengthFieldLength: 2 },
        chunks: ['000261', '620000'],
        frames: ['6162', ''],
        skipped: [],
      },
      {
        name: 'too long',
        configuration: { lengthFieldLength: 2, maxFrameLength: 4 },
        chunks: ['000161000900'],
        frames: ['61'],
        skipped: [],
        error: { code: 'ERR_FRAME_TOO_LONG', offset: 3 },
      },
    ],
  }),
)
const recording = join(folder, 'recording.bin')
writeFileSync(recording, Buffer.from('000000016100000002', 'hex'))

async function unstick(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const stdout = new PassThrough()
  const stderr = new PassThrough()
  const printed = Promise.all([text(stdout), text(stderr)])
  const code = await run(args, { stdin: Readable.from([]), stdout, stderr })
  stdout.end()
  stderr.end()
  const [out, err] = await printed
  return { code, out, err }
}

const node = ['--', process.execPath]

describe('unstick verify', () => {
  it('confirms a framer that gives the listed results however the streams are cut, and exits 0', async () => {
    const { code, out, err } = await unstick('verify', '--vectors', vectors, ...node, framer)
    expect([code, err]).toEqual([0, ''])
    expect(out).toBe('2 examples in 50 streams: all gave the expected frames\n')
  })

  it('shows the first stream with other results, and exits 1', async () => {
    const { code, err } = await unstick('verify', '--vectors', vectors, ...node, framer, 'faulty')
    expect(code).toBe(1)
    expect(err.split('\n')).toEqual([
      `unstick: ${vectors}: 1. two frames`.replace('1. ', ''),
      '  Options:   {"lengthFieldLength":2}',
      '  Bytes:     00 | 02 | 61 | 62 | 00 | 00',
      '  Expected:  frames 6162, (empty); a clean end',
      expect.stringMatching(/^ {2}Received: {2}/),
      '',
    ])
  })

  it('compares the cuts of a recording with the whole', async () => {
    expect((await unstick('verify', '--recording', recording, ...node, framer)).code).toBe(0)
    const { code, err } = await unstick('verify', '--recording', recording, '--cuts', '50', ...node, framer, 'faulty')
    expect([code, err]).toEqual([1, expect.stringContaining('recording.bin')])
  })

  it.each([
    ['a framer that exits early', [...node, '-e', ''], 'exited before it printed "done"'],
    [
      'a framer that says something else',
      [...node, '-e', 'console.log("hello")'],
      'must print frame, skipped, error or done',
    ],
    [
      'a framer that says nothing',
      ['--patience', '50', ...node, '-e', 'setInterval(() => {}, 1000)'],
      'printed nothing for 50 ms',
    ],
  ])('reports %s, and exits 1', async (_what, args, message) => {
    const { code, err } = await unstick('verify', '--vectors', vectors, ...args)
    expect([code, err]).toEqual([1, expect.stringContaining(message)])
  })

  it.each(['not JSON', 'null', '{}', '{"vectors":1}'])('refuses a file of vectors that is %s', async (content) => {
    const file = join(folder, 'wrong.json')
    writeFileSync(file, content)
    const { code, err } = await unstick('verify', '--vectors', file, ...node, framer)
    expect([code, err]).toEqual([2, `unstick: --vectors ${file}: this is not JSON with a list of vectors\n`])
  })

  it('refuses a command that cannot be run', async () => {
    const { code, err } = await unstick('verify', '--vectors', vectors, '--', join(folder, 'nothing'))
    expect([code, err]).toEqual([2, expect.stringContaining('ENOENT')])
  })

  it('needs vectors or a recording', async () => {
    const { code, err } = await unstick('verify', ...node, framer)
    expect([code, err]).toEqual([2, expect.stringContaining('give --vectors or --recording')])
  })
})

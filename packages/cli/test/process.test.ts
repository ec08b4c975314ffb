import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, openSync, rmSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { connect, createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer, text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { isInstalled } from '../../../tools/tests/installed.ts'

const bin = fileURLToPath(new URL('../dist/bin.js', import.meta.url))

const hasScript = isInstalled('script')
const hasPipes = isInstalled('mkfifo')
const hasFullDisk = existsSync('/dev/full')

describe('the process', () => {
  it.each([['demo --scene sticky'], ['decode --fixed-size 1'], ['--help']])(
    '%s ends quietly, with exit code 0, when its reader goes away',
    async (command) => {
      const child = spawn(process.execPath, [bin, ...command.split(' ')])
      const err = text(child.stderr)
      child.stdin.on('error', () => {})
      child.stdin.end(Buffer.alloc(1 << 20))
      child.stdout.destroy()
      const [code] = (await once(child, 'close')) as [number]
      expect([code, await err]).toEqual([0, ''])
    },
  )

  it.skipIf(!hasFullDisk).each([['decode --fixed-size 1'], ['--help']])(
    '%s says why it cannot print, and exits with 1',
    async (command) => {
      const child = spawn(process.execPath, [bin, ...command.split(' ')], {
        stdio: ['pipe', openSync('/dev/full', 'w'), 'pipe'],
      })
      child.stdin!.on('error', () => {})
      child.stdin!.end('abc')
      const err = text(child.stderr!)
      expect(await once(child, 'close')).toEqual([1, null])
      expect(await err).toMatch(/^unstick: standard output: ENOSPC.*\n$/)
    },
  )

  it.skipIf(!hasPipes)('decode reads a named pipe', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'unstick-pipe-'))
    try {
      const pipe = join(folder, 'pipe')
      spawnSync('mkfifo', [pipe])
      const child = spawn(process.execPath, [bin, 'decode', '--lines', '--as', 'text', pipe])
      const [out, err] = [text(child.stdout), text(child.stderr)]
      await writeFile(pipe, 'a\nb\n')
      expect(await once(child, 'close')).toEqual([0, null])
      expect([await out, await err]).toEqual(['a\nb\n', ''])
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  it('prints no colours into a pipe', async () => {
    const child = spawn(process.execPath, [bin, 'demo', '--scene', 'sticky'], { env: { PATH: process.env.PATH } })
    expect(await text(child.stdout)).not.toContain('\u001B')
  })

  it.skipIf(!hasScript)('a proxy hands on every byte while its terminal is stopped', async () => {
    const server = createServer((socket) => socket.pipe(socket)).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const command = `${process.execPath} ${bin} tap --listen 0 --to ${port} --connections 1 --length-field 1`
    // `script` gives the command a terminal, and waits if its own output is not read.
    const child = spawn('script', ['-qec', command, '/dev/null'], { stdio: ['ignore', 'pipe', 'ignore'] })
    const [listening] = (await once(child.stdout, 'data')) as [Buffer]
    child.stdout.pause()
    const sent = Buffer.alloc(400_000, '\u0001x')
    const socket = connect(Number(/127\.0\.0\.1:(\d+)/.exec(String(listening))![1]), '127.0.0.1')
    socket.end(sent)
    expect((await buffer(socket)).equals(sent)).toBe(true)
    child.stdout.resume()
    expect(await once(child, 'close')).toEqual([0, null])
    server.close()
  })

  it('a proxy ends at Ctrl-C, with its summary and exit code 0', async () => {
    const child = spawn(process.execPath, [bin, 'tap', '--listen', '0', '--to', '1'])
    const out = text(child.stdout)
    child.stdout.once('data', () => child.kill('SIGINT'))
    expect(await once(child, 'close')).toEqual([0, null])
    expect(await out).toMatch(/^- {2}listening on 127\.0\.0\.1:\d+, to 127\.0\.0\.1:1\nfrom +chunks +bytes/)
  })

  it('exits with 2 for misuse and 1 for faulty input', async () => {
    const exitCode = async (...args: string[]): Promise<unknown> => {
      const child = spawn(process.execPath, [bin, ...args])
      child.stdin.end('x')
      return (await once(child, 'close'))[0]
    }
    expect(await exitCode('nonsense')).toBe(2)
    expect(await exitCode('decode', '--fixed-size', '2')).toBe(1)
  })
})

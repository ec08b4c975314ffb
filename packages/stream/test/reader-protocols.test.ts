// Handshakes that no single codec describes, written with a reader, against other programs: curl for SOCKS5, SMTP, IMAP
// and PROXY; Node's own HTTP server for an upgrade.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer as createHttpServer } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { textLines } from '@unstick/delimiter'
import { lengthField } from '@unstick/length-field'
import { describe, expect, it } from 'vitest'
import { isInstalled } from '../../../tools/tests/installed.ts'
import { framed, reader, type Reader } from '../src/index.ts'
import { afterwards } from './connection.ts'
import { credentials } from './tls.ts'

const hasCurl = isInstalled('curl')

async function listening(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  afterwards(() => server.close())
  return (server.address() as AddressInfo).port
}

/** Serves each connection with `serve`, and collects errors. */
async function serving(serve: (socket: Socket) => Promise<void>): Promise<{ port: number; errors: unknown[] }> {
  const errors: unknown[] = []
  const server = createServer((socket) => {
    socket.on('error', () => {})
    serve(socket).catch((error: unknown) => {
      errors.push(error)
      socket.destroy()
    })
  })
  return { port: await listening(server), errors }
}

async function curl(...options: string[]): Promise<{ status: number; output: string; errors: string }> {
  const child = spawn('curl', ['--silent', '--show-error', '--max-time', '30', '--noproxy', '', ...options])
  let output = ''
  let errors = ''
  child.stdout.on('data', (chunk) => (output += chunk))
  child.stderr.on('data', (chunk) => (errors += chunk))
  const [status] = (await once(child, 'close')) as [number]
  return { status, output, errors }
}

function fileWith(content: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'unstick-'))
  afterwards(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, 'content'), content)
  return join(folder, 'content')
}

/** RFC 1928 and RFC 1929: greeting, user and password, request. Returns where the client wants to go. */
async function socksHandshake(input: Reader, socket: Socket): Promise<{ host: string; port: number; user: string }> {
  const [, methods = 0] = await input.exactly(2)
  if (!(await input.exactly(methods)).includes(2)) throw new Error('the client offers no password')
  socket.write(Buffer.of(5, 2))
  await input.skip(1)
  const byteLength = lengthField({ lengthFieldLength: 1 })
  const user = String(await input.frame(byteLength))
  const password = String(await input.frame(byteLength))
  socket.write(Buffer.of(1, password === 'secret' ? 0 : 1))
  const [, , , kind] = await input.exactly(4)
  const host = kind === 3 ? String(await input.frame(byteLength)) : (await input.exactly(kind === 4 ? 16 : 4)).join('.')
  const port = (await input.exactly(2)).readUInt16BE()
  return { host, port, user }
}

describe.skipIf(!hasCurl)('with curl at the other end, a reader serves', () => {
  it.each(['socks5', 'socks5h'])(
    '%s: password, address, and then the bytes of the client as they are',
    async (scheme) => {
      const web = createHttpServer((request, response) => response.end(`you asked for ${request.url}`))
      const target = await listening(web)
      let asked: unknown
      const { port, errors } = await serving(async (socket) => {
        const input = reader(socket)
        const request = await socksHandshake(input, socket)
        asked = request
        const upstream = connect(target, '127.0.0.1')
        await once(upstream, 'connect')
        socket.write(Buffer.of(5, 0, 0, 1, 0, 0, 0, 0, 0, 0))
        input.release()
        socket.pipe(upstream).pipe(socket)
      })
      const host = scheme === 'socks5h' ? 'somewhere.test' : '127.0.0.1'
      const { output, errors: complaints } = await curl(
        '--proxy',
        `${scheme}://me:secret@127.0.0.1:${port}`,
        `http://${host}:${target}/page`,
      )
      expect(complaints).toBe('')
      expect(output).toBe('you asked for /page')
      expect(asked).toEqual({ host, port: target, user: 'me' })
      expect(errors).toEqual([])
    },
  )

  it('SMTP with AUTH LOGIN and AUTH PLAIN, and a body up to its lone dot', async () => {
    const received: Record<string, string>[] = []
    const { port, errors } = await serving(async (socket) => {
      const input = reader(socket)
      const line = async (): Promise<string> => String(await input.until('\r\n', { maxLength: 510 }))
      const fromBase64 = (text: string): string => String(Buffer.from(text, 'base64'))
      const mail: Record<string, string> = {}
      socket.write('220 test ESMTP\r\n')
      for (let command = await line(); ; command = await line()) {
        const [verb, ...words] = command.split(' ')
        if (verb === 'QUIT') break
        if (verb === 'EHLO') socket.write('250-test\r\n250 AUTH LOGIN PLAIN\r\n')
        else if (verb === 'AUTH' && words[0] === 'LOGIN') {
          socket.write(`334 ${Buffer.from('Username:').toString('base64')}\r\n`)
          mail['user'] = fromBase64(await line())
          socket.write(`334 ${Buffer.from('Password:').toString('base64')}\r\n`)
          mail['password'] = fromBase64(await line())
          socket.write('235 welcome\r\n')
        } else if (verb === 'AUTH') {
          socket.write('334 \r\n')
          const [, user = '', password = ''] = fromBase64(await line()).split('\0')
          Object.assign(mail, { user, password })
          socket.write('235 welcome\r\n')
        } else if (verb === 'DATA') {
          socket.write('354 go on\r\n')
          mail['body'] = String(await input.until('\r\n.\r\n'))
          socket.write('250 taken\r\n')
        } else socket.write('250 fine\r\n')
      }
      received.push(mail)
      socket.end('221 bye\r\n')
      await input.cancel()
    })
    const letter = fileWith('Subject: hello\r\n\r\nfirst\r\n..second\r\n')
    for (const method of ['LOGIN', 'PLAIN']) {
      const account = ['--user', 'me:secret', '--login-options', `AUTH=${method}`]
      const envelope = ['--mail-from', 'a@test', '--mail-rcpt', 'b@test', '--upload-file', letter]
      const { status, errors: complaints } = await curl(...account, ...envelope, `smtp://127.0.0.1:${port}`)
      expect(complaints).toBe('')
      expect(status).toBe(0)
    }
    // The dot that begins a line is doubled on its way (RFC 5321, 4.5.2).
    const body = 'Subject: hello\r\n\r\nfirst\r\n...second'
    expect(received).toEqual([
      { user: 'me', password: 'secret', body },
      { user: 'me', password: 'secret', body },
    ])
    expect(errors).toEqual([])
  })

  it('IMAP with a literal: a line that announces how many bytes follow', async () => {
    let message: Buffer | undefined
    const { port, errors } = await serving(async (socket) => {
      const input = reader(socket)
      socket.write('* OK ready\r\n')
      for (;;) {
        const line = String(await input.until('\r\n', { maxLength: 8192 }))
        const [tag, verb] = line.split(' ')
        const literal = /\{(\d+)\}$/.exec(line)
        if (literal !== null) {
          socket.write('+ go on\r\n')
          message = await input.exactly(Number(literal[1]))
          await input.until('\r\n')
        }
        if (verb === 'CAPABILITY') socket.write('* CAPABILITY IMAP4rev1\r\n')
        socket.write(`${tag} OK done\r\n`)
        if (verb === 'LOGOUT') break
      }
      await input.cancel()
    })
    const content = `Subject: literal\r\n\r\n${'a line that may hold {5}\r\n'.repeat(5000)}`
    const { status, errors: complaints } = await curl(
      '--user',
      'me:secret',
      '--upload-file',
      fileWith(content),
      `imap://127.0.0.1:${port}/INBOX`,
    )
    expect(complaints).toBe('')
    expect(status).toBe(0)
    expect(String(message)).toBe(content)
    expect(errors).toEqual([])
  })

  it('PROXY before TLS: one line of plain text, then the socket goes to the HTTPS server', async () => {
    const web = createHttpsServer(credentials, (_request, response) => response.end('secure'))
    afterwards(() => web.close())
    let header = ''
    const { port, errors } = await serving(async (socket) => {
      const input = reader(socket, { exact: true })
      header = String(await input.until('\r\n', { maxLength: 105 }))
      web.emit('connection', socket)
    })
    const { output, errors: complaints } = await curl('--insecure', '--haproxy-protocol', `https://127.0.0.1:${port}/`)
    expect(complaints).toBe('')
    expect(output).toBe('secure')
    expect(header).toMatch(/^PROXY TCP4 127\.0\.0\.1 127\.0\.0\.1 \d+ \d+$/)
    expect(errors).toEqual([])
  })
})

describe("with Node's HTTP server at the other end, a reader", () => {
  it('upgrades, and loses none of the bytes that arrive with the response', async () => {
    const web = createHttpServer()
    web.on('upgrade', (_request, socket) => {
      // In one segment with the first line.
      socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: lines\r\n\r\nfirst\n')
      const peer = framed(socket, textLines())
      peer.on('error', () => {}).on('data', (line: string) => peer.end(`you said ${line}`))
    })
    const socket = connect(await listening(web), '127.0.0.1')
    const input = reader(socket)
    socket.write('GET / HTTP/1.1\r\nHost: test\r\nConnection: Upgrade\r\nUpgrade: lines\r\n\r\n')
    const [status, ...headers] = String(await input.until('\r\n\r\n')).split('\r\n')
    expect(status).toBe('HTTP/1.1 101 Switching Protocols')
    expect(headers).toContain('Upgrade: lines')
    expect(await input.frame(textLines())).toBe('first')
    input.release()
    const peer = framed(socket, textLines())
    peer.write('hello')
    expect(await once(peer, 'data')).toEqual(['you said hello'])
    peer.end()
    await once(peer, 'close')
  })
})

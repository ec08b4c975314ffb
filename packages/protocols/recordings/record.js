// Records what real servers and real clients say to each other on loopback: the exact chunks of both directions, as a
// proxy between them received them, or as they came through the pipes of a process. Run it on Debian as root:
//
//   node recordings/record.js [name ...]
//
// It installs nothing by itself; `PACKAGES` and `MODULES` say what must be there. A recording is one JSON file of less
// than 64 KiB, without secrets: all accounts are made for it.

import { execFile, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'

/** apt-get install -y --no-install-recommends ... */
const PACKAGES =
  'postgresql redis-server memcached libmemcached-tools mosquitto mosquitto-clients nginx-light dnsmasq dnsutils git ' +
  'openssh-server openssh-client mariadb-server mariadb-client nats-server vsftpd curl openssl'
/** npm install ... in the folder that UNSTICK_MODULES names. */
const MODULES =
  'typescript@5.9.3 typescript-language-server @modelcontextprotocol/server-everything ws nats esbuild@0.28.2'

const LONGEST_FILE = 64 * 1024
const modules = process.env.UNSTICK_MODULES ?? ''
const folder = mkdtempSync(join(tmpdir(), 'unstick-recordings-'))
const run = promisify(execFile)

/** Processes to be ended with the recording that started them. */
const started = []
let nextPort = 21_000

const recordings = {
  async postgres() {
    const bin = `/usr/lib/postgresql/${readFileSync('/etc/debian_version', 'utf8').startsWith('12') ? 15 : 17}/bin`
    const data = owned('postgres', 'postgres')
    const as = ['-u', 'postgres', '--']
    await run('runuser', [...as, `${bin}/initdb`, '-D', data, '-A', 'trust', '-U', 'postgres'])
    const port = nextPort++
    const server = start('runuser', [...as, `${bin}/postgres`, '-D', data, '-p', port, '-k', data, '-c', 'ssl=off'])
    await listening(port, server)
    const proxy = await proxyTo(port)
    const statements = [
      'CREATE TABLE t (id int primary key, name text)',
      "INSERT INTO t SELECT n, repeat('x', n) FROM generate_series(1, 40) n",
      'SELECT * FROM t',
      'SELECT no_such_column FROM t',
      "DO $$ BEGIN RAISE NOTICE 'hello'; END $$",
      "COPY (SELECT 1, 'a') TO STDOUT",
      '\\bind 7',
    ]
    const options = statements.slice(0, -1).flatMap((statement) => ['-c', statement])
    const env = { ...process.env, PGSSLMODE: 'prefer', PGCONNECT_TIMEOUT: '5' }
    await run('psql', ['-h', '127.0.0.1', '-p', proxy.port, '-U', 'postgres', ...options], { env }).catch(() => {})
    return { program: 'PostgreSQL and psql, Debian 12', chunks: await proxy.close() }
  },

  async redis() {
    const port = nextPort++
    await listening(port, start('redis-server', ['--port', port, '--save', '', '--daemonize', 'no']))
    const proxy = await proxyTo(port)
    const commands = [
      ['SET', 'a', '1'],
      ['GET', 'none'],
      ['LPUSH', 'l', 'x', 'y', 'z'],
      ['LRANGE', 'l', '0', '-1'],
      ['HSET', 'h', 'f', '1', 'g', '2'],
      ['-3', 'HGETALL', 'h'],
      ['SADD', 's', '1', '2', '3'],
      ['-3', 'SMEMBERS', 's'],
      ['ZADD', 'z', '1.5', 'a', '2', 'b'],
      ['-3', 'ZRANGE', 'z', '0', '-1', 'WITHSCORES'],
      ['-3', 'EVAL', "return {1,2,{3,'x'},redis.error_reply('no')}", '0'],
      ['NOSUCH'],
      ['COMMAND', 'INFO', 'get', 'set'],
    ]
    for (const command of commands) await run('redis-cli', ['-p', proxy.port, ...command]).catch(() => {})
    const sets = Array.from({ length: 100 }, (_, index) => `SET key${index} ${'v'.repeat(index)}\r\n`)
    await feed('redis-cli', ['-p', proxy.port, '--pipe'], sets.join(''))
    return { program: 'Redis and redis-cli, Debian 12', chunks: await proxy.close() }
  },

  async memcached() {
    const port = nextPort++
    await listening(port, start('memcached', ['-p', port, '-l', '127.0.0.1', '-u', 'nobody']))
    const proxy = await proxyTo(port)
    const file = join(folder, 'value.txt')
    writeFileSync(file, `END\r\nVALUE ${'v'.repeat(3000)}\r\n`)
    await run('memccp', [`--servers=127.0.0.1:${proxy.port}`, file])
    await run('memccat', [`--servers=127.0.0.1:${proxy.port}`, 'value.txt', 'none']).catch(() => {})
    return { program: 'memcached with memccp and memccat of libmemcached, Debian 12', chunks: await proxy.close() }
  },

  async 'memcached-binary'() {
    const port = nextPort++
    await listening(port, start('memcached', ['-p', port, '-l', '127.0.0.1', '-u', 'nobody']))
    const proxy = await proxyTo(port)
    const file = join(folder, 'value.txt')
    writeFileSync(file, 'v'.repeat(300))
    await run('memccp', ['--binary', `--servers=127.0.0.1:${proxy.port}`, file])
    await run('memccat', ['--binary', `--servers=127.0.0.1:${proxy.port}`, 'value.txt']).catch(() => {})
    return { program: 'memcached with memccp --binary and memccat, Debian 12', chunks: await proxy.close() }
  },

  async mqtt() {
    const port = nextPort++
    const conf = join(folder, 'mosquitto.conf')
    writeFileSync(conf, `listener ${port} 127.0.0.1\nallow_anonymous true\n`)
    await listening(port, start('mosquitto', ['-c', conf]))
    const proxy = await proxyTo(port)
    const to = ['-h', '127.0.0.1', '-p', proxy.port]
    const subscriber = run('mosquitto_sub', [...to, '-V', '5', '-q', '2', '-t', 'a/#', '-C', '3', '-W', '10'])
    await delay(500)
    await run('mosquitto_pub', [...to, '-V', '311', '-t', 'a/b', '-q', '0', '-m', 'hello'])
    await run('mosquitto_pub', [...to, '-V', '5', '-t', 'a/c', '-q', '1', '-m', 'x'.repeat(300)])
    await run('mosquitto_pub', [...to, '-V', '5', '-t', 'a/d', '-q', '2', '-m', ''])
    await subscriber
    return { program: 'Mosquitto with mosquitto_pub and mosquitto_sub, Debian 12', chunks: await proxy.close() }
  },

  async mysql() {
    const data = owned('mysql', 'mysql')
    await run('mariadb-install-db', [`--datadir=${data}`, '--user=mysql', '--auth-root-authentication-method=normal'])
    const port = nextPort++
    const options = [`--datadir=${data}`, '--user=mysql', `--port=${port}`, '--bind-address=127.0.0.1']
    await listening(port, start('mariadbd', ['--no-defaults', ...options, `--socket=${data}/s.sock`, '--skip-ssl']))
    const proxy = await proxyTo(port)
    const script = [
      'CREATE DATABASE d',
      'USE d',
      'CREATE TABLE t (id INT, name TEXT)',
      "INSERT INTO t VALUES (1, 'a'), (2, REPEAT('b', 2000))",
      'SELECT * FROM t',
      'SELECT no_such',
    ].join('; ')
    const client = [
      '--protocol=tcp',
      '-h',
      '127.0.0.1',
      '-P',
      proxy.port,
      '-u',
      'root',
      '--skip-ssl',
      '-f',
      '-e',
      script,
    ]
    await run('mariadb', client).catch(() => {})
    return { program: 'MariaDB and its client, Debian 12', chunks: await proxy.close() }
  },

  async 'http-chunked'() {
    const port = await nginx({})
    const proxy = await proxyTo(port)
    await run('curl', ['-sS', '--compressed', '--http1.1', `http://127.0.0.1:${proxy.port}/numbers.txt`])
    return { program: 'nginx with gzip, and curl, Debian 12', chunks: await proxy.close() }
  },

  async http2() {
    const port = await nginx({ listen: 'http2' })
    const proxy = await proxyTo(port)
    const url = `http://127.0.0.1:${proxy.port}`
    for (const path of ['numbers.txt', 'none']) await run('curl', ['-sS', '--http2-prior-knowledge', `${url}/${path}`])
    return { program: 'nginx with HTTP/2 in the clear, and curl, Debian 12', chunks: await proxy.close() }
  },

  async 'tls-records'() {
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
    const subject = ['-subj', '/CN=localhost', '-keyout', key, '-out', cert]
    await run('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', ...subject])
    const port = await nginx({ listen: 'ssl', more: `ssl_certificate ${cert}; ssl_certificate_key ${key};` })
    const proxy = await proxyTo(port)
    await run('curl', ['-sSk', '--tls-max', '1.2', `https://127.0.0.1:${proxy.port}/numbers.txt`])
    await run('curl', ['-sSk', `https://127.0.0.1:${proxy.port}/none`])
    return { program: 'nginx with TLS 1.2 and 1.3, and curl, Debian 12', chunks: await proxy.close() }
  },

  async 'dns-tcp'() {
    const port = nextPort++
    const records = ['--host-record=www.example.test,192.0.2.1,2001:db8::1', '--mx-host=example.test,mail.example.test']
    const texts = Array.from(
      { length: 20 },
      (_, index) => `--txt-record=long.example.test,${`text ${index} `.repeat(10)}`,
    )
    const own = ['--no-resolv', '--no-hosts', '--keep-in-foreground', '--conf-file=/dev/null', '--user=root']
    await listening(
      port,
      start('dnsmasq', [`--port=${port}`, '--listen-address=127.0.0.1', ...own, ...records, ...texts]),
    )
    const proxy = await proxyTo(port)
    const names = ['www.example.test', 'A', 'example.test', 'MX', 'long.example.test', 'TXT', 'none.test', 'AAAA']
    await run('dig', ['@127.0.0.1', '-p', proxy.port, '+tcp', '+keepopen', ...names])
    return { program: 'dnsmasq and dig +tcp, Debian 12', chunks: await proxy.close() }
  },

  async git() {
    const repository = join(folder, 'git', 'r.git')
    mkdirSync(join(folder, 'git'))
    const work = join(folder, 'work')
    await run('git', ['init', '-q', work])
    const as = [
      '-C',
      work,
      '-c',
      'user.name=a',
      '-c',
      'user.email=a@example.org',
      'commit',
      '-q',
      '--allow-empty',
      '-m',
    ]
    for (const message of ['one', 'two', 'three']) await run('git', [...as, message])
    await run('git', ['clone', '-q', '--bare', work, repository])
    const port = nextPort++
    const options = ['--export-all', `--base-path=${join(folder, 'git')}`, `--port=${port}`, '--listen=127.0.0.1']
    await listening(port, start('git', ['daemon', '--reuseaddr', ...options]))
    const proxy = await proxyTo(port)
    await run('git', ['clone', '-q', `git://127.0.0.1:${proxy.port}/r.git`, join(folder, 'clone')])
    return { program: 'git daemon and git clone (protocol 2), Debian 12', chunks: await proxy.close() }
  },

  async ssh() {
    const key = join(folder, 'host')
    await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key])
    const port = nextPort++
    mkdirSync('/run/sshd', { recursive: true })
    const options = ['-D', '-f', '/dev/null', '-h', key, '-p', port, '-o', 'ListenAddress=127.0.0.1', '-o', 'UsePAM=no']
    await listening(port, start('/usr/sbin/sshd', options))
    const proxy = await proxyTo(port)
    const trust = ['-o', 'StrictHostKeyChecking=no', '-o', 'UserKnownHostsFile=/dev/null', '-o', 'BatchMode=yes']
    await run('ssh', ['-p', proxy.port, ...trust, 'nobody@127.0.0.1', 'true']).catch(() => {})
    return { program: 'OpenSSH, server and client, Debian 12', chunks: await proxy.close() }
  },

  async ftp() {
    const port = nextPort++
    const conf = join(folder, 'vsftpd.conf')
    const empty = join(folder, 'empty')
    mkdirSync(empty)
    const settings = [
      'listen=YES',
      `listen_port=${port}`,
      'listen_address=127.0.0.1',
      'anonymous_enable=YES',
      'background=NO',
      'seccomp_sandbox=NO',
      `secure_chroot_dir=${empty}`,
      `anon_root=${empty}`,
    ]
    writeFileSync(conf, `${settings.join('\n')}\n`)
    await listening(port, start('vsftpd', [conf]))
    const proxy = await proxyTo(port)
    await run('curl', ['-sS', '-Q', 'FEAT', '-Q', 'STAT', `ftp://127.0.0.1:${proxy.port}/`]).catch(() => {})
    return { program: 'vsftpd and curl, Debian 12', chunks: await proxy.close() }
  },

  async nats() {
    const port = nextPort++
    await listening(port, start('nats-server', ['-a', '127.0.0.1', '-p', port]))
    const proxy = await proxyTo(port)
    await node(`
      const { connect, StringCodec, headers } = require('nats')
      const text = StringCodec()
      connect({ servers: '127.0.0.1:${proxy.port}' }).then(async (client) => {
        const subscription = client.subscribe('a.>', { max: 3 })
        const with2 = headers()
        with2.set('X', 'y')
        client.publish('a.b', text.encode('hello'))
        client.publish('a.c', text.encode('MSG a 1 5\\\\r\\\\nhello'.repeat(50)), { headers: with2 })
        client.publish('a.d')
        for await (const message of subscription) void message
        await client.close()
      })`)
    return { program: 'nats-server, Debian 12, and the client nats of npm', chunks: await proxy.close() }
  },

  async websocket() {
    const port = nextPort++
    const server = start('node', [
      '-e',
      `
      const { WebSocketServer } = require('ws')
      new WebSocketServer({ port: ${port}, host: '127.0.0.1', perMessageDeflate: false }).on('connection', (socket) => {
        socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }))
      })`,
    ])
    await listening(port, server)
    const proxy = await proxyTo(port)
    await node(`
      const { WebSocket } = require('ws')
      const socket = new WebSocket('ws://127.0.0.1:${proxy.port}', { perMessageDeflate: false })
      let received = 0
      socket.on('open', () => {
        socket.send('Hello')
        socket.send(Buffer.alloc(300, 7))
        socket.ping('are you there')
        socket.send('frag', { fin: false })
        socket.ping()
        socket.send('ment', { fin: true })
        socket.send(Buffer.alloc(8000, 1))
      })
      socket.on('message', () => { if (++received === 4) socket.close(1000, 'done') })`)
    return { program: 'ws of npm, server and client', chunks: await proxy.close() }
  },

  async lsp() {
    const send = (message) => {
      const body = Buffer.from(JSON.stringify({ jsonrpc: '2.0', ...message }))
      return Buffer.concat([Buffer.from(`Content-Length: ${body.length}\r\n\r\n`), body])
    }
    const uri = 'file:///project/a.ts'
    const text = "const é: string = 'x'\né."
    const tsserver = { path: join(modules, 'node_modules/typescript/lib/tsserver.js') }
    const initialize = { processId: null, rootUri: null, capabilities: {}, initializationOptions: { tsserver } }
    return {
      program: 'typescript-language-server of npm',
      chunks: await talk(
        join(modules, 'node_modules/.bin/typescript-language-server'),
        ['--stdio'],
        [
          send({ id: 1, method: 'initialize', params: initialize }),
          Buffer.concat([
            send({ method: 'initialized', params: {} }),
            send({
              method: 'textDocument/didOpen',
              params: { textDocument: { uri, languageId: 'typescript', version: 1, text } },
            }),
          ]),
          send({
            id: 2,
            method: 'textDocument/hover',
            params: { textDocument: { uri }, position: { line: 0, character: 6 } },
          }),
          send({ id: 3, method: 'shutdown' }),
        ],
      ),
    }
  },

  async mcp() {
    const send = (message) => Buffer.from(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`)
    const clientInfo = { name: 'recorder', version: '0' }
    const initialize = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo }
    return {
      program: '@modelcontextprotocol/server-everything of npm',
      chunks: await talk(
        join(modules, 'node_modules/.bin/mcp-server-everything'),
        ['stdio'],
        [
          send({ id: 1, method: 'initialize', params: initialize }),
          send({ method: 'notifications/initialized' }),
          Buffer.concat([send({ id: 2, method: 'tools/list' }), send({ id: 3, method: 'ping' })]),
          send({ id: 4, method: 'tools/call', params: { name: 'echo', arguments: { message: 'héllo\u2028' } } }),
        ],
      ),
    }
  },

  /** The API and the process of esbuild, with a process between them that writes down what passes. */
  async 'esbuild-service'() {
    const log = join(folder, 'esbuild.log')
    const spy = join(folder, 'esbuild-spy.js')
    const binary = join(modules, 'node_modules/esbuild/bin/esbuild')
    writeFileSync(
      spy,
      `#!/usr/bin/env node
      const { spawn } = require('node:child_process')
      const { appendFileSync } = require('node:fs')
      const child = spawn(${JSON.stringify(binary)}, process.argv.slice(2), { stdio: ['pipe', 'pipe', 'inherit'] })
      const pass = (from, to, name) => from.on('data', (chunk) => {
        appendFileSync(${JSON.stringify(log)}, name + ' ' + chunk.toString('base64') + '\\n')
        to.write(chunk)
      }).on('end', () => to.end())
      pass(process.stdin, child.stdin, 'client')
      pass(child.stdout, process.stdout, 'server')
      child.on('exit', (code) => process.exit(code ?? 0))`,
      { mode: 0o755 },
    )
    const code = `
      const esbuild = require('esbuild')
      esbuild.transform('export const x: number = 1', { loader: 'ts', sourcemap: true })
        .then(() => esbuild.build({
          stdin: { contents: 'import "virtual:a"; console.log("é")' }, bundle: true, write: false,
          plugins: [{ name: 'virtual', setup(build) {
            build.onResolve({ filter: /^virtual:/ }, ({ path }) => ({ path, namespace: 'v' }))
            build.onLoad({ filter: /.*/, namespace: 'v' }, () => ({ contents: 'globalThis.a = 1' }))
          } }],
        }))
        .then(() => esbuild.transform('let 1', {}).catch(() => {}))
        .then(() => esbuild.stop())`
    await node(code, { ESBUILD_BINARY_PATH: spy })
    await delay(500)
    const lines = readFileSync(log, 'utf8').trim().split('\n')
    return { program: 'esbuild 0.28.2, its API and its service', chunks: lines.map((line) => line.split(' ')) }
  },
}

// ── Recording ──

const only = process.argv.slice(2)
for (const [name, record] of Object.entries(recordings)) {
  if (only.length > 0 && !only.includes(name)) continue
  try {
    const { program, chunks } = await record()
    const bytes = chunks.reduce((sum, [, text]) => sum + Buffer.from(text, 'base64').length, 0)
    const lines = chunks.map((chunk) => `    ${JSON.stringify(chunk)}`)
    const text = `{\n  "program": ${JSON.stringify(program)},\n  "chunks": [\n${lines.join(',\n')}\n  ]\n}\n`
    if (text.length > LONGEST_FILE) throw new Error(`the recording has ${text.length} bytes, more than ${LONGEST_FILE}`)
    writeFileSync(new URL(`${name}.json`, import.meta.url), text)
    console.log(`${name}: ${chunks.length} chunks, ${bytes} bytes`)
  } catch (error) {
    console.error(`${name}: not recorded: ${error.message}`)
    console.error(`needs: ${PACKAGES}; modules: ${MODULES}`)
    process.exitCode = 1
  }
  for (const child of started.splice(0)) child.kill('SIGTERM')
}
rmSync(folder, { recursive: true, force: true })
// Sockets of servers that did not end would keep it alive.
process.exit()

/** Starts a server of ours; it ends with its recording. */
function start(command, args) {
  const env = { ...process.env, NODE_PATH: join(modules, 'node_modules') }
  const child = spawn(command, args.map(String), { stdio: ['ignore', 'ignore', 'ignore'], env })
  child.on('error', () => {})
  started.push(child)
  return child
}

async function listening(port, child) {
  for (let tries = 0; tries < 200; tries++) {
    const socket = connect(port, '127.0.0.1')
    try {
      await once(socket, 'connect')
      socket.destroy()
      return
    } catch {
      if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}`)
      await delay(100)
    }
  }
  throw new Error(`nothing listens on port ${port}`)
}

/**
 * Passes on each chunk as it came, and writes it down: `[from, base64]`, and `[from, base64, connection]` for all but the
 * first connection.
 */
async function proxyTo(port) {
  const chunks = []
  let connections = 0
  const server = createServer((client) => {
    const connection = connections++
    const upstream = connect(port, '127.0.0.1')
    const pass = (from, to, name) => {
      from.on('data', (chunk) => {
        const text = chunk.toString('base64')
        chunks.push(connection === 0 ? [name, text] : [name, text, connection])
        to.write(chunk)
      })
      from.on('end', () => to.end())
      from.on('error', () => to.destroy())
    }
    pass(client, upstream, 'client')
    pass(upstream, client, 'server')
  })
  server.listen(nextPort++, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: server.address().port,
    async close() {
      await delay(300)
      server.close()
      return chunks
    },
  }
}

/** Writes each message to the process, waits until it is silent, and then writes the next one. */
async function talk(command, args, messages) {
  const child = startTalking(command, args)
  const chunks = []
  let last = Date.now()
  child.stdout.on('data', (chunk) => {
    chunks.push(['server', chunk.toString('base64')])
    last = Date.now()
  })
  for (const message of messages) {
    chunks.push(['client', message.toString('base64')])
    child.stdin.write(message)
    const sent = Date.now()
    while (Date.now() - Math.max(last, sent) < 1500) await delay(50)
  }
  child.kill()
  return chunks
}

function startTalking(command, args) {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'ignore'] })
  started.push(child)
  return child
}

/** Runs a client that is a program of a few lines for Node. */
async function node(code, env = {}) {
  await run('node', ['-e', code], {
    env: { ...process.env, ...env, NODE_PATH: join(modules, 'node_modules') },
    cwd: modules,
    timeout: 20_000,
  })
}

async function feed(command, args, text) {
  const child = spawn(command, args.map(String), { stdio: ['pipe', 'ignore', 'ignore'] })
  child.stdin.end(text)
  await once(child, 'exit')
}

function owned(name, user) {
  const path = join(folder, name)
  mkdirSync(path)
  return chown(path, user)
}

function chown(path, user) {
  execFileSync('chmod', ['755', folder])
  execFileSync('chown', [user, path])
  return path
}

async function nginx({ listen = '', more = '' }) {
  const port = nextPort++
  const root = mkdtempSync(join(folder, 'nginx-'))
  execFileSync('chmod', ['755', folder])
  execFileSync('chmod', ['755', root])
  const text = Array.from({ length: 4000 }, (_, index) => `${index * index}\n`).join('')
  writeFileSync(join(root, 'numbers.txt'), text.slice(0, 20_000))
  const conf = join(root, 'nginx.conf')
  writeFileSync(
    conf,
    `daemon off; pid ${root}/pid; error_log /dev/null; events {}
     http { access_log off; gzip on; gzip_types *; gzip_min_length 1; gzip_comp_level 1;
       types { text/plain txt; }
       server { listen 127.0.0.1:${port} ${listen}; root ${root}; ${more} } }`,
  )
  await listening(port, start('nginx', ['-c', conf, '-e', '/dev/null']))
  return port
}

// Starts real servers and clients on loopback, and records their traffic: the exact chunks of both directions, as
// received by a proxy between them or from the pipes of a process. The proxy also decodes the chunks with the stream
// adapter.

import { execFile, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import { decodeStream } from '@unstick/stream'
import * as presets from '@unstick/protocols'

const modules = process.env.UNSTICK_MODULES ?? ''
const folder = mkdtempSync(join(tmpdir(), 'unstick-recordings-'))
const run = promisify(execFile)

/** In ms: the silence after which a process is done, and how long its answer may take. */
const SILENCE = 1000
const LONGEST_WAIT = 60_000

/** Processes to end with the recording that started them. */
const started = []
let nextPort = 21_000

/** By name of the recording: starts a server and a client, and returns the chunks and what the client received. */
export const programs = {
  async postgres() {
    const port = await postgres()
    const proxy = await proxyTo(port, (from) => presets.postgres({ from }))
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
    const proxy = await proxyTo(port, () => presets.resp())
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
    const proxy = await proxyTo(port, (from) => presets.memcached({ from }))
    const file = join(folder, 'value.txt')
    writeFileSync(file, `END\r\nVALUE ${'v'.repeat(3000)}\r\n`)
    await run('memccp', [`--servers=127.0.0.1:${proxy.port}`, file])
    await run('memccat', [`--servers=127.0.0.1:${proxy.port}`, 'value.txt', 'none']).catch(() => {})
    return { program: 'memcached with memccp and memccat of libmemcached, Debian 12', chunks: await proxy.close() }
  },

  async 'memcached-binary'() {
    const port = nextPort++
    await listening(port, start('memcached', ['-p', port, '-l', '127.0.0.1', '-u', 'nobody']))
    const proxy = await proxyTo(port, (from) => presets.memcachedBinary({ from }))
    const file = join(folder, 'value.txt')
    writeFileSync(file, 'v'.repeat(300))
    await run('memccp', ['--binary', `--servers=127.0.0.1:${proxy.port}`, file])
    await run('memccat', ['--binary', `--servers=127.0.0.1:${proxy.port}`, 'value.txt']).catch(() => {})
    return { program: 'memcached with memccp --binary and memccat, Debian 12', chunks: await proxy.close() }
  },

  async mqtt() {
    const port = await mosquitto()
    const proxy = await proxyTo(port, () => presets.mqtt())
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
    const port = await mariadb()
    const proxy = await proxyTo(port, () => presets.mysql())
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
    const proxy = await proxyTo(port, (from) => presets.http2({ from }))
    const url = `http://127.0.0.1:${proxy.port}`
    for (const path of ['numbers.txt', 'none']) await run('curl', ['-sS', '--http2-prior-knowledge', `${url}/${path}`])
    return { program: 'nginx with HTTP/2 in the clear, and curl, Debian 12', chunks: await proxy.close() }
  },

  async 'tls-records'() {
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
    const subject = ['-subj', '/CN=localhost', '-keyout', key, '-out', cert]
    await run('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', ...subject])
    const port = await nginx({ listen: 'ssl', more: `ssl_certificate ${cert}; ssl_certificate_key ${key};` })
    const proxy = await proxyTo(port, () => presets.tlsRecords())
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
    const proxy = await proxyTo(port, () => presets.dnsTcp())
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
    const proxy = await proxyTo(port, () => presets.gitPktLine())
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
    const proxy = await proxyTo(port, (from) => presets.ftp({ from }))
    await run('curl', ['-sS', '-Q', 'FEAT', '-Q', 'STAT', `ftp://127.0.0.1:${proxy.port}/`]).catch(() => {})
    return { program: 'vsftpd and curl, Debian 12', chunks: await proxy.close() }
  },

  async nats() {
    const port = nextPort++
    await listening(port, start('nats-server', ['-a', '127.0.0.1', '-p', port]))
    const proxy = await proxyTo(port, () => presets.nats())
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
        presets.lsp(),
        send,
        [
          [{ id: 1, method: 'initialize', params: initialize }],
          [
            { method: 'initialized', params: {} },
            {
              method: 'textDocument/didOpen',
              params: { textDocument: { uri, languageId: 'typescript', version: 1, text } },
            },
          ],
          [
            {
              id: 2,
              method: 'textDocument/hover',
              params: { textDocument: { uri }, position: { line: 0, character: 6 } },
            },
          ],
          [{ id: 3, method: 'shutdown' }],
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
      chunks: await talk(join(modules, 'node_modules/.bin/mcp-server-everything'), ['stdio'], presets.mcp(), send, [
        [{ id: 1, method: 'initialize', params: initialize }],
        [{ method: 'notifications/initialized' }],
        [
          { id: 2, method: 'tools/list' },
          { id: 3, method: 'ping' },
        ],
        [{ id: 4, method: 'tools/call', params: { name: 'echo', arguments: { message: 'héllo\u2028' } } }],
      ]),
    }
  },

  /** The API and the process of esbuild, with a recording process between them. */
  async 'esbuild-service'() {
    const log = join(folder, 'esbuild.log')
    const spy = join(folder, 'esbuild-spy.js')
    const binary = join(modules, 'node_modules/esbuild/bin/esbuild')
    writeFileSync(spy, spyOn(binary, log), { mode: 0o755 })
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
    return { program: 'esbuild 0.28.2, its API and its service', chunks: spiedOn(log) }
  },

  async 'postgres-pg'() {
    const port = await postgres()
    const proxy = await proxyTo(port, (from) => presets.postgres({ from }))
    const saw = await node(`
      const { Client } = require('pg')
      const client = new Client({ host: '127.0.0.1', port: ${proxy.port}, user: 'postgres', database: 'postgres' })
      client.connect().then(async () => {
        const { rows } = await client.query('SELECT n, repeat($1, n) AS text, NULL AS none FROM generate_series(1, $2::int) n', ['é', 30])
        const error = await client.query('SELECT no_such').catch(({ code }) => code)
        const [one, two] = await client.query('SELECT 1 AS a; SELECT 2 AS b')
        await client.end()
        console.log(JSON.stringify({ texts: rows.map(({ text }) => text), error, rows: [one.rows, two.rows] }))
      })`)
    return { program: 'PostgreSQL, Debian 12, and pg of npm', chunks: await proxy.close(), saw }
  },

  async 'redis-ioredis'() {
    const port = nextPort++
    await listening(port, start('redis-server', ['--port', port, '--save', '', '--daemonize', 'no']))
    const proxy = await proxyTo(port, () => presets.resp())
    const saw = await node(`
      const { Redis } = require('ioredis')
      const client = new Redis({ port: ${proxy.port}, host: '127.0.0.1', enableReadyCheck: false, disableClientInfo: true })
      client.on('ready', async () => {
        const pipeline = client.pipeline()
        for (let index = 0; index < 50; index++) pipeline.rpush('list', 'é' + 'x'.repeat(index))
        await pipeline.exec()
        const list = await client.lrange('list', 0, -1)
        const none = await client.get('none')
        const error = await client.call('NOSUCH').catch(({ message }) => message)
        const nested = await client.eval("return {1,{'a',{'b'}},false}", 0)
        await client.quit()
        console.log(JSON.stringify({ list, none, error, nested }))
      })`)
    return { program: 'Redis, Debian 12, and ioredis of npm', chunks: await proxy.close(), saw }
  },

  async 'mqtt-js'() {
    const port = await mosquitto()
    const proxy = await proxyTo(port, () => presets.mqtt())
    const saw = await node(`
      const mqtt = require('mqtt')
      const client = mqtt.connect('mqtt://127.0.0.1:${proxy.port}', { protocolVersion: 5, clientId: 'recorder' })
      const received = []
      client.on('message', async (topic, payload) => {
        received.push([topic, payload.toString()])
        if (received.length < 3) return
        await client.endAsync()
        console.log(JSON.stringify(received))
      })
      client.on('connect', async () => {
        await client.subscribeAsync('a/#', { qos: 2 })
        await client.publishAsync('a/b', 'é', { qos: 0 })
        await client.publishAsync('a/c', 'x'.repeat(3000), { qos: 1, properties: { contentType: 'text/plain' } })
        await client.publishAsync('a/d', '', { qos: 2 })
      })`)
    return { program: 'Mosquitto, Debian 12, and mqtt.js of npm', chunks: await proxy.close(), saw }
  },

  async mysql2() {
    const port = await mariadb()
    const proxy = await proxyTo(port, () => presets.mysql())
    const saw = await node(`
      const mysql = require('mysql2/promise')
      mysql.createConnection({ host: '127.0.0.1', port: ${proxy.port}, user: 'root' }).then(async (client) => {
        const [rows] = await client.query("SELECT seq AS n, REPEAT('é', seq) AS text, NULL AS none FROM mysql.help_topic, (SELECT 1 seq) s LIMIT 3")
        const [[prepared]] = await client.execute('SELECT ? AS a, ? AS b', ['x'.repeat(300), 'y'])
        const error = await client.query('SELECT no_such').catch(({ code }) => code)
        await client.end()
        console.log(JSON.stringify({ rows, prepared, error }))
      })`)
    return { program: 'MariaDB, Debian 12, and mysql2 of npm', chunks: await proxy.close(), saw }
  },

  async amqp091() {
    const port = nextPort++
    const state = owned('rabbitmq', 'rabbitmq')
    const conf = join(state, 'rabbitmq.conf')
    writeFileSync(
      conf,
      `listeners.tcp.1 = 127.0.0.1:${port}\ncluster_name = recorder@localhost\nlog.console = false\nlog.file = false\n`,
    )
    const env = {
      ...process.env,
      HOME: state,
      RABBITMQ_NODENAME: 'recorder@localhost',
      RABBITMQ_CONFIG_FILE: conf,
      RABBITMQ_MNESIA_BASE: state,
      RABBITMQ_LOG_BASE: state,
      RABBITMQ_ENABLED_PLUGINS_FILE: join(state, 'plugins'),
      RABBITMQ_PID_FILE: join(state, 'pid'),
    }
    const server = start('runuser', ['-u', 'rabbitmq', '--', '/usr/lib/rabbitmq/bin/rabbitmq-server'], env)
    await listening(port, server, 900)
    const proxy = await proxyTo(port, () => presets.amqp091())
    const saw = await node(`
      const amqp = require('amqplib')
      amqp.connect('amqp://guest:guest@127.0.0.1:${proxy.port}').then(async (connection) => {
        const channel = await connection.createChannel()
        await channel.assertQueue('q', { durable: false })
        for (const text of ['hello', '', 'x'.repeat(5000)]) channel.sendToQueue('q', Buffer.from(text), { type: 't' })
        const received = []
        await new Promise((resolve) => channel.consume('q', (message) => {
          received.push(message.content.toString())
          channel.ack(message)
          if (received.length === 3) resolve()
        }))
        await channel.close()
        await connection.close()
        console.log(JSON.stringify(received))
      })`)
    return { program: 'RabbitMQ, Debian 12, and amqplib of npm', chunks: await proxy.close(), saw }
  },

  async smtp() {
    const port = nextPort++
    const server = nodeServer(`
      const { SMTPServer } = require('smtp-server')
      const read = (stream, session, callback) => stream.resume().on('end', () => callback(null, 'taken'))
      const options = { name: 'mail.example.test', banner: 'ready', disabledCommands: ['STARTTLS', 'AUTH'], onData: read, disableReverseLookup: true }
      new SMTPServer(options).listen(${port}, '127.0.0.1')`)
    await listening(port, server)
    // Its message is not framed as commands.
    const proxy = await proxyTo(port)
    const saw = await node(`
      const client = require('nodemailer').createTransport({ host: '127.0.0.1', port: ${proxy.port}, name: 'client.example.test' })
      const text = '.\\n..dots\\nFrom here\\n' + 'x'.repeat(300) + '\\n'
      client.sendMail({ from: 'a@example.test', to: 'b@example.test, c@example.test', subject: 'é', text, messageId: '<1@example.test>', date: new Date(0) })
        .then(({ accepted, response }) => { console.log(JSON.stringify({ accepted, response, text })); client.close() })`)
    return { program: 'smtp-server and nodemailer of npm', chunks: await proxy.close(), saw }
  },

  async pop3() {
    const port = await dovecot('pop3')
    const proxy = await proxyTo(port, (from) => presets.pop3({ from }))
    const saw = await python(`
      import poplib, json
      client = poplib.POP3('127.0.0.1', ${proxy.port}, timeout=10)
      client.user('reader'); client.pass_('none')
      capabilities = sorted(client.capa())
      count = client.stat()[0]
      listed = [line.decode() for line in client.list()[1]]
      texts = ['\\r\\n'.join(line.decode('latin1') for line in client.retr(n)[1]) for n in (1, 2)]
      top = [line.decode() for line in client.top(1, 0)[1]]
      try: client.retr(9)
      except poplib.error_proto as error: failure = str(error)
      client.quit()
      print(json.dumps(dict(capabilities=capabilities, count=count, listed=listed, texts=texts, top=top, failure=failure)))`)
    return { program: "Dovecot, Debian 12, and Python's poplib", chunks: await proxy.close(), saw }
  },

  async imap() {
    const port = await dovecot('imap')
    const proxy = await proxyTo(port, () => presets.imap())
    const saw = await python(`
      import imaplib, json
      client = imaplib.IMAP4('127.0.0.1', ${proxy.port}, timeout=10)
      client.login('reader', 'none')
      client.append('INBOX', None, None, b'Subject: appended\\r\\n\\r\\n{3}\\r\\nhello\\r\\n')
      client.select()
      fetched = client.fetch('1:*', '(BODY.PEEK[])')[1]
      texts = [item[1].decode('latin1') for item in fetched if isinstance(item, tuple)]
      found = client.search(None, 'SUBJECT', 'appended')[1][0].decode()
      client.logout()
      print(json.dumps(dict(texts=texts, found=found)))`)
    return { program: "Dovecot, Debian 12, and Python's imaplib", chunks: await proxy.close(), saw }
  },

  async irc() {
    const port = nextPort++
    const conf = join(folder, 'ngircd.conf')
    const sections = {
      Global: [
        'Name = irc.example.test',
        'Info = recorder',
        'Listen = 127.0.0.1',
        `Ports = ${port}`,
        'MotdPhrase = hello',
      ],
      Options: ['DNS = no', 'Ident = no', 'PAM = no', 'CloakHost = client.example.test'],
    }
    writeFileSync(
      conf,
      Object.entries(sections)
        .map(([name, lines]) => `[${name}]\n${lines.join('\n')}\n`)
        .join(''),
    )
    await listening(port, start('ngircd', ['-n', '-f', conf]))
    const proxy = await proxyTo(port, () => presets.irc())
    const saw = await node(`
      const { Client } = require('irc-framework')
      const clients = ['one', 'two'].map((nick) => new Client({ host: '127.0.0.1', port: ${proxy.port}, nick, username: nick, gecos: nick, auto_reconnect: false, version: null }))
      const received = []
      let joined = 0
      for (const client of clients) {
        client.on('registered', () => client.join('#test'))
        client.on('join', ({ nick }) => { if (nick === client.user.nick && ++joined === 2) clients[0].say('#test', 'hello: é') })
        client.on('message', ({ nick, target, message }) => {
          received.push([nick, target, message])
          if (received.length === 1) { clients[1].action('#test', 'waves'); clients[1].say('one', 'x'.repeat(200)) }
          if (received.length !== 3) return
          for (const each of clients) each.quit('bye')
          console.log(JSON.stringify(received))
          setTimeout(() => process.exit(), 300)
        })
      }
      clients[0].connect()
      setTimeout(() => clients[1].connect(), 500)`)
    return { program: 'ngIRCd, Debian 12, and irc-framework of npm', chunks: await proxy.close(), saw }
  },

  async 'dns-bind'() {
    const port = nextPort++
    const zone = join(folder, 'zone')
    const long = Array.from({ length: 20 }, (_, index) => `long TXT "${`text ${index} `.repeat(10)}"`)
    const soa = '$TTL 60\n@ SOA ns.example.test. mail.example.test. 1 60 60 60 60\n@ NS ns\nns A 192.0.2.1\n'
    writeFileSync(zone, `${soa}www A 192.0.2.2\nwww AAAA 2001:db8::1\n${long.join('\n')}\n`)
    const conf = join(folder, 'named.conf')
    writeFileSync(
      conf,
      `options { directory "${folder}"; listen-on port ${port} { 127.0.0.1; }; listen-on-v6 { none; }; recursion no;
         allow-transfer { any; }; pid-file none; session-keyfile none; version none; hostname none; };
       controls {}; zone "example.test" { type primary; file "${zone}"; };`,
    )
    await listening(port, start('named', ['-f', '-c', conf]))
    const proxy = await proxyTo(port, () => presets.dnsTcp())
    const to = ['@127.0.0.1', '-p', proxy.port, '+tcp', '+nocookie']
    await run('dig', [
      ...to,
      '+keepopen',
      'www.example.test',
      'A',
      'long.example.test',
      'TXT',
      'none.example.test',
      'A',
    ])
    const { stdout } = await run('dig', [...to, '+noall', '+answer', 'example.test', 'AXFR'])
    const saw = { transferred: stdout.trim().split('\n').length }
    return { program: 'BIND and dig +tcp, with a zone transfer, Debian 12', chunks: await proxy.close(), saw }
  },

  async sse() {
    const port = nextPort++
    const server = nodeServer(`
      const { McpServer } = require('@modelcontextprotocol/sdk/server/mcp.js')
      const { StreamableHTTPServerTransport } = require('@modelcontextprotocol/sdk/server/streamableHttp.js')
      const server = new McpServer({ name: 'recorder', version: '0' }, { capabilities: { logging: {} } })
      server.registerTool('count', { description: 'counts' }, async ({ sendNotification }) => {
        for (let n = 0; n < 5; n++) await sendNotification({ method: 'notifications/message', params: { level: 'info', data: 'é\\u2028' + n } })
        return { content: [{ type: 'text', text: 'a\\nb' }] }
      })
      const events = []
      const eventStore = {
        storeEvent: async (stream, message) => String(events.push([stream, message])),
        replayEventsAfter: async () => '',
      }
      const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: undefined, eventStore, retryInterval: 1000 })
      server.connect(transport)
      require('node:http').createServer((request, response) => transport.handleRequest(request, response)).listen(${port}, '127.0.0.1')`)
    await listening(port, server)
    const proxy = await proxyTo(port)
    const accept = ['-H', 'Accept: application/json, text/event-stream', '-H', 'Content-Type: application/json']
    // HTTP 1.0, so that the events are not inside the chunks of chunked coding.
    const call = JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: { name: 'count', arguments: {}, _meta: { progressToken: 1 } },
    })
    const { stdout } = await run('curl', [
      '-sS',
      '-0',
      '-m',
      '10',
      ...accept,
      '-d',
      call,
      `http://127.0.0.1:${proxy.port}/mcp`,
    ])
    return { program: 'the MCP SDK over HTTP, and curl', chunks: await proxy.close(), saw: stdout }
  },

  /** The API and the compiler of sass-embedded, with a recording process between them. */
  async 'sass-embedded'() {
    const log = join(folder, 'sass.log')
    const [binary] = (
      await run('find', [join(modules, 'node_modules'), '-path', '*dart-sass/src/dart', '-type', 'f'])
    ).stdout.split('\n')
    await run('mv', ['-n', binary, `${binary}.real`])
    writeFileSync(binary, spyOn(`${binary}.real`, log), { mode: 0o755 })
    const saw = await node(`
      const sass = require('sass-embedded')
      sass.initAsyncCompiler().then(async (compiler) => {
        const importers = [{ canonicalize: (url) => new URL('u:' + url), load: () => ({ contents: '$a: red', syntax: 'scss' }) }]
        const { css } = await compiler.compileStringAsync('@use "a"; b { c: a.$a; d { e: 1 + 2; f: "é" } }', { importers })
        const error = await compiler.compileStringAsync('a {').catch(({ sassMessage }) => sassMessage)
        await compiler.dispose()
        console.log(JSON.stringify({ css, error }))
      })`)
    await delay(500)
    return { program: 'sass-embedded of npm, its API and its compiler', chunks: spiedOn(log), saw }
  },

  async 'null-json'() {
    const send = (message) => Buffer.from(`${JSON.stringify(message)}\0`)
    const url = 'data:text/html,<title>hello</title>'
    const flags = ['--headless=new', '--no-sandbox', '--disable-gpu', '--no-first-run', '--remote-debugging-pipe']
    return {
      program: 'Chromium --remote-debugging-pipe, Debian 12',
      chunks: await talk(
        'chromium',
        [...flags, `--user-data-dir=${join(folder, 'chromium')}`, 'about:blank'],
        presets.nullJson(),
        send,
        [
          [{ id: 1, method: 'Browser.getVersion' }],
          [
            { id: 2, method: 'Target.setDiscoverTargets', params: { discover: true } },
            { id: 3, method: 'Target.createTarget', params: { url } },
          ],
          [{ id: 4, method: 'No.such' }],
          [{ id: 5, method: 'Browser.close' }],
        ],
        { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'], input: 3, output: 4 },
      ),
    }
  },

  async nmea0183() {
    const log = join(folder, 'sentences.nmea')
    const sentences = []
    for (let second = 0; second < 8; second++) {
      const time = `12000${second}.00`
      for (const body of [
        `GPGGA,${time},5057.9700,N,00146.1100,E,1,08,1.0,${second}.0,M,0.0,M,,`,
        'GPGSA,A,3,01,02,03,04,05,06,07,08,,,,,1.5,1.0,1.1',
        `GPRMC,${time},A,5057.9700,N,00146.1100,E,0.5,054.7,261126,,,A`,
      ]) {
        const sum = Buffer.from(body).reduce((all, byte) => all ^ byte, 0)
        sentences.push(`$${body}*${sum.toString(16).toUpperCase().padStart(2, '0')}`)
      }
    }
    writeFileSync(log, `${sentences.join('\r\n')}\r\n`)
    const port = nextPort++
    await listening(port, start('gpsfake', ['-q', '-S', '-c', '0.2', '-P', port, log]))
    const proxy = await proxyTo(port)
    const { stdout } = await run('timeout', ['15', 'gpspipe', '-r', '-n', '30', `127.0.0.1:${proxy.port}`]).catch(
      (error) => error,
    )
    const saw = stdout
      .split('\n')
      .filter((line) => line.startsWith('$'))
      .map((line) => line.trim())
    return { program: 'gpsd with gpsfake, and gpspipe -r, Debian 12', chunks: await proxy.close(), saw }
  },

  /** Two pairs of pseudoterminals, joined by TCP so that a proxy can sit between them. */
  async 'modbus-rtu'() {
    const { port, client, server } = await terminals()
    const proxy = await proxyTo(port, (from) => presets.modbusRtu({ from }))
    await joinTerminal(client, proxy.port)
    nodeServer(`
      const { ServerSerial } = require('modbus-serial')
      const vector = {
        getHoldingRegister: (address) => address * 3,
        getCoil: (address) => address % 2 === 0,
        setRegister: () => {},
        setCoil: () => {},
        getInputRegister: () => { throw Object.assign(new Error('none'), { modbusErrorCode: 2 }) },
      }
      new ServerSerial(vector, { port: '${server}', baudRate: 115200, unitID: 1 })`)
    await delay(1500)
    const saw = await node(`
      const Modbus = require('modbus-serial')
      const client = new Modbus()
      client.connectRTUBuffered('${client}', { baudRate: 115200 }).then(async () => {
        client.setID(1)
        client.setTimeout(5000)
        const registers = (await client.readHoldingRegisters(5, 40)).data
        const coils = (await client.readCoils(0, 9)).data
        await client.writeRegister(7, 258)
        await client.writeRegisters(7, [1, 2, 3])
        await client.writeCoil(3, true)
        const error = await client.readInputRegisters(0, 1).then(() => null, ({ modbusCode }) => modbusCode ?? 'error')
        client.close(() => { console.log(JSON.stringify({ registers, coils, error })); process.exit() })
      })`)
    return {
      program: 'modbus-serial of npm, client and server, over pseudoterminals',
      chunks: await proxy.close(),
      saw,
    }
  },

  async slip() {
    const { port, client, server } = await terminals()
    const proxy = await proxyTo(port)
    await joinTerminal(client, proxy.port)
    const saw = await node(`
      const { SerialPort } = require('serialport')
      const { SlipEncoder, SlipDecoder } = require('@serialport/parser-slip-encoder')
      const open = (path) => new SerialPort({ path, baudRate: 115200 })
      const [one, two] = [open('${client}'), open('${server}')]
      const encoder = new SlipEncoder()
      encoder.pipe(one)
      const received = []
      two.pipe(new SlipDecoder()).on('data', (data) => {
        received.push(data.toString('hex'))
        if (received.length === 4) { console.log(JSON.stringify(received)); process.exit() }
      })
      const payloads = [Buffer.from('hello'), Buffer.from('c0dbdcdd', 'hex'), Buffer.alloc(600, 'x'), Buffer.from('dbdcdbddc0c0', 'hex')]
      setTimeout(() => { for (const each of payloads) encoder.write(each) }, 500)`)
    return { program: '@serialport/parser-slip-encoder of npm over pseudoterminals', chunks: await proxy.close(), saw }
  },
}

/** What each recording needs: commands, and modules in the folder UNSTICK_MODULES. */
const NEEDS = {
  postgres: ['psql', 'pg_ctlcluster'],
  'postgres-pg': ['pg_ctlcluster', 'pg of npm'],
  redis: ['redis-server', 'redis-cli'],
  'redis-ioredis': ['redis-server', 'ioredis of npm'],
  memcached: ['memcached', 'memccp'],
  'memcached-binary': ['memcached', 'memccp'],
  mqtt: ['mosquitto', 'mosquitto_pub'],
  'mqtt-js': ['mosquitto', 'mqtt of npm'],
  mysql: ['mariadbd', 'mariadb'],
  mysql2: ['mariadbd', 'mysql2 of npm'],
  'http-chunked': ['nginx', 'curl'],
  http2: ['nginx', 'curl'],
  'tls-records': ['nginx', 'curl', 'openssl'],
  'dns-tcp': ['dnsmasq', 'dig'],
  'dns-bind': ['named', 'dig'],
  git: ['git'],
  ssh: ['sshd', 'ssh'],
  ftp: ['vsftpd', 'curl'],
  nats: ['nats-server', 'nats of npm'],
  websocket: ['ws of npm'],
  lsp: ['typescript-language-server of npm'],
  mcp: ['@modelcontextprotocol/server-everything of npm'],
  'esbuild-service': ['esbuild of npm'],
  amqp091: ['rabbitmq-server', 'amqplib of npm'],
  smtp: ['smtp-server of npm', 'nodemailer of npm'],
  pop3: ['dovecot', 'python3'],
  imap: ['dovecot', 'python3'],
  irc: ['ngircd', 'irc-framework of npm'],
  sse: ['@modelcontextprotocol/sdk of npm', 'curl'],
  'sass-embedded': ['sass-embedded of npm'],
  'null-json': ['chromium'],
  nmea0183: ['gpsd', 'gpsfake', 'gpspipe'],
  'modbus-rtu': ['socat', 'modbus-serial of npm'],
  slip: ['socat', 'serialport of npm', '@serialport/parser-slip-encoder of npm'],
}

/** Which of its needs are not installed. */
export function missingFor(name) {
  return NEEDS[name].filter((need) => {
    const module = need.endsWith(' of npm') ? need.slice(0, -' of npm'.length) : undefined
    if (module !== undefined) return modules === '' || !existsSync(join(modules, 'node_modules', module))
    return !(process.env.PATH ?? '')
      .split(':')
      .concat('/usr/sbin')
      .some((path) => existsSync(join(path, need)))
  })
}

/** Ends all started servers. */
export function stopAll() {
  for (const child of started.splice(0)) child.kill('SIGTERM')
}

/** Removes their files. */
export function cleanUp() {
  rmSync(folder, { recursive: true, force: true })
}

/** Starts a server of our own, which ends with its recording. */
function start(command, args, env = { ...process.env, NODE_PATH: join(modules, 'node_modules') }) {
  const child = spawn(command, args.map(String), { stdio: ['ignore', 'ignore', 'ignore'], env })
  child.on('error', () => {})
  started.push(child)
  return child
}

async function listening(port, child, mostTries = 300) {
  for (let tries = 0; tries < mostTries; tries++) {
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
 * Forwards and records each chunk as it arrived. With `codecOf`, which returns the codec of a side, the stream adapter
 * decodes the same chunks.
 */
async function proxyTo(port, codecOf) {
  const chunks = []
  const faults = []
  let connections = 0
  const server = createServer((client) => {
    const connection = ++connections
    const upstream = connect(port, '127.0.0.1')
    const pass = (from, to, name) => {
      const decoding = codecOf === undefined ? undefined : decodeStream(codecOf(name))
      decoding?.on('error', (error) => faults.push(error)).resume()
      from.on('data', (chunk) => {
        chunks.push({ connection, from: name, data: chunk.toString('base64') })
        to.write(chunk)
        decoding?.write(chunk)
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
      if (faults.length > 0) throw faults[0]
      return chunks
    },
  }
}

/**
 * Writes messages to a process that answers requests by id: each group at once, and the next group when all requests of
 * this one are answered and the process has been silent for a moment.
 */
async function talk(
  command,
  args,
  codec,
  send,
  groups,
  { stdio = ['pipe', 'pipe', 'ignore'], input = 0, output = 1 } = {},
) {
  const child = spawn(command, args, { stdio })
  started.push(child)
  const chunks = []
  const waitingFor = new Set()
  const decoder = codec.decoder()
  let last = Date.now()
  child.stdio[output].on('data', (chunk) => {
    chunks.push({ connection: 1, from: 'server', data: chunk.toString('base64') })
    for (const { id, method } of decoder.decode(chunk)) if (method === undefined) waitingFor.delete(id)
    last = Date.now()
  })
  for (const group of groups) {
    const bytes = Buffer.concat(group.map(send))
    for (const { id } of group) if (id !== undefined) waitingFor.add(id)
    chunks.push({ connection: 1, from: 'client', data: bytes.toString('base64') })
    child.stdio[input].write(bytes)
    const sent = Date.now()
    while (waitingFor.size > 0 || Date.now() - Math.max(last, sent) < SILENCE) {
      if (Date.now() - sent > LONGEST_WAIT) throw new Error(`${command} did not answer ${[...waitingFor].join(', ')}`)
      await delay(50)
    }
  }
  child.kill()
  return chunks
}

/** A Python program of a few lines, without the indentation of the template. */
async function python(code) {
  const lines = code.split('\n').map((line) => line.replace(/^ {6}/, ''))
  return JSON.parse((await run('python3', ['-c', lines.join('\n')], { timeout: 30_000 })).stdout)
}

/** A process that starts another one, and records the traffic between it and the caller. */
function spyOn(binary, log) {
  return `#!/usr/bin/env node
    const { spawn } = require('node:child_process')
    const { appendFileSync } = require('node:fs')
    const child = spawn(${JSON.stringify(binary)}, process.argv.slice(2), { stdio: ['pipe', 'pipe', 'inherit'] })
    const pass = (from, to, name) => from.on('data', (chunk) => {
      appendFileSync(${JSON.stringify(log)}, name + ' ' + chunk.toString('base64') + '\\n')
      to.write(chunk)
    }).on('end', () => to.end())
    pass(process.stdin, child.stdin, 'client')
    pass(child.stdout, process.stdout, 'server')
    child.on('exit', (code) => process.exit(code ?? 0))`
}

function spiedOn(log) {
  const lines = readFileSync(log, 'utf8').trim().split('\n')
  return lines.map((line) => line.split(' ')).map(([from, data]) => ({ connection: 1, from, data }))
}

/** Runs a client, a Node program of a few lines, and returns what it printed, parsed if it is JSON. */
async function node(code, env = {}) {
  const { stdout } = await run('node', ['-e', code], {
    env: { ...process.env, ...env, NODE_PATH: join(modules, 'node_modules') },
    cwd: modules,
    timeout: 30_000,
  })
  return stdout === '' ? undefined : JSON.parse(stdout)
}

/** Starts a server, a Node program of a few lines. */
function nodeServer(code) {
  return start('node', ['-e', code])
}

async function feed(command, args, text) {
  const child = spawn(command, args.map(String), { stdio: ['pipe', 'ignore', 'ignore'] })
  child.stdin.end(text)
  await once(child, 'exit')
}

function owned(name, user) {
  return chown(mkdtempSync(join(folder, `${name}-`)), user)
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

async function postgres() {
  const bin = `/usr/lib/postgresql/${readFileSync('/etc/debian_version', 'utf8').startsWith('12') ? 15 : 17}/bin`
  const data = owned('postgres', 'postgres')
  const as = ['-u', 'postgres', '--']
  await run('runuser', [...as, `${bin}/initdb`, '-D', data, '-A', 'trust', '-U', 'postgres'])
  const port = nextPort++
  const server = start('runuser', [...as, `${bin}/postgres`, '-D', data, '-p', port, '-k', data, '-c', 'ssl=off'])
  await listening(port, server)
  return port
}

async function mosquitto() {
  const port = nextPort++
  const conf = join(folder, `mosquitto-${port}.conf`)
  writeFileSync(conf, `listener ${port} 127.0.0.1\nallow_anonymous true\n`)
  await listening(port, start('mosquitto', ['-c', conf]))
  return port
}

async function mariadb() {
  const data = owned('mysql', 'mysql')
  await run('mariadb-install-db', [`--datadir=${data}`, '--user=mysql', '--auth-root-authentication-method=normal'])
  const port = nextPort++
  const options = [`--datadir=${data}`, '--user=mysql', `--port=${port}`, '--bind-address=127.0.0.1']
  await listening(port, start('mariadbd', ['--no-defaults', ...options, `--socket=${data}/s.sock`, '--skip-ssl']))
  return port
}

/** Has two messages; one has lines that begin with a dot. */
async function dovecot(protocol) {
  const state = mkdtempSync(join(folder, 'dovecot-'))
  execFileSync('chmod', ['755', folder, state])
  const mail = join(state, 'mail')
  for (const name of ['', 'cur', 'new', 'tmp']) mkdirSync(join(mail, name))
  writeFileSync(join(mail, 'new', '1.a.b'), 'Subject: dots\r\n\r\n.\r\n..two\r\nend\r\n')
  writeFileSync(join(mail, 'new', '2.a.b'), `Subject: long\r\n\r\n${'x'.repeat(900)}\r\n`)
  execFileSync('chown', ['-R', 'nobody', mail])
  const port = nextPort++
  const conf = join(state, 'dovecot.conf')
  writeFileSync(
    conf,
    `protocols = ${protocol}
base_dir = ${state}/run
ssl = no
disable_plaintext_auth = no
first_valid_uid = 1
log_path = ${state}/log
login_greeting = ready
mail_location = maildir:${mail}
passdb {
  driver = static
  args = nopassword=y
}
userdb {
  driver = static
  args = uid=nobody gid=nogroup home=${state}
}
service ${protocol}-login {
  inet_listener ${protocol} {
    address = 127.0.0.1
    port = ${port}
  }
  inet_listener ${protocol}s {
    port = 0
  }
}
`,
  )
  await listening(port, start('dovecot', ['-F', '-c', conf]))
  return port
}

/** A pseudoterminal for the server, reachable by TCP at `port`, and the name of one for the client. */
async function terminals() {
  const port = nextPort++
  const server = join(folder, `tty-server-${port}`)
  const client = join(folder, `tty-client-${port}`)
  const child = start('socat', [`pty,raw,echo=0,link=${server}`, `tcp-listen:${port},bind=127.0.0.1,reuseaddr`])
  await delay(300)
  void child
  return { port, client, server }
}

async function joinTerminal(client, port) {
  start('socat', [`pty,raw,echo=0,link=${client}`, `tcp:127.0.0.1:${port}`])
  await delay(500)
}

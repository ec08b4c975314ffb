// The npm parsers of each protocol, next to ours, for the tests to compare and `npm run speed` to measure. Most are not
// exported by their package, so they are imported by file.

import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const require = createRequire(import.meta.url)

/** Loads a file of a package, exported or not; `up` is how many folders the package root is above its main file. */
function inside(name, file, up = 0) {
  let folder = dirname(require.resolve(name))
  for (let count = 0; count < up; count++) folder = dirname(folder)
  return require(join(folder, file))
}

const text = (bytes) => Buffer.from(bytes).toString('latin1')

/**
 * Each comparison has the recording, its direction, our codec, `make`, which makes their parser (it calls `onFrame`,
 * and returns a function that takes a chunk), and functions that convert a frame of ours and of theirs to the same
 * form. If their frame holds less than ours, `complete` makes up the rest, as its user would have to.
 */
export const peers = {
  'pg-protocol': {
    recording: 'postgres',
    from: 'server',
    // The answer to SSLRequest, which pg reads before its parser.
    skip: () => 1,
    codec: ({ postgres }) => postgres({ from: 'server' }),
    make(onFrame) {
      const { Parser } = inside('pg-protocol', 'parser.js')
      const parser = new Parser()
      return (chunk) => parser.parse(chunk, onFrame)
    },
    ours: ({ payload }) => payload.length + 4,
    // It reports length 5 for messages without content; on the wire it is 4.
    theirs: ({ name, length }) => (PG_WITHOUT_CONTENT.has(name) ? 4 : length),
  },
  'redis-parser': {
    recording: 'redis',
    from: 'server',
    // It supports RESP2 only: leave out a connection that begins with HELLO 3, whose answer is a map.
    isLeftOut: (bytes) => text(bytes.subarray(0, 1)) === '%',
    codec: ({ resp }) => resp(),
    make(onFrame) {
      const RedisParser = require('redis-parser')
      const parser = new RedisParser({
        returnReply: onFrame,
        returnError: ({ message }) => onFrame(message),
        returnBuffers: true,
      })
      return (chunk) => parser.execute(chunk)
    },
    ours: plainOf,
    theirs: plainReply,
  },
  'mqtt-packet': {
    recording: 'mqtt',
    from: 'server',
    codec: ({ mqtt }) => mqtt(),
    make(onFrame, first) {
      // It reads what follows CONNACK by the version given there: packets of version 5 have properties.
      const parser = require('mqtt-packet').parser({ protocolVersion: first[1] > 2 ? 5 : 4 })
      parser.on('packet', onFrame)
      return (chunk) => parser.parse(chunk)
    },
    ours: ({ type, payload }) => `${MQTT_TYPES[type]} ${payload.length}`,
    theirs: ({ cmd, length }) => `${cmd} ${length}`,
  },
  mysql2: {
    recording: 'mysql',
    from: 'server',
    codec: ({ mysql }) => mysql(),
    make(onFrame) {
      const PacketParser = inside('mysql2', 'lib/packet_parser.js')
      const parser = new PacketParser(onFrame)
      return (chunk) => parser.execute(chunk)
    },
    // It reuses one object, which gives the position of each packet in the chunk.
    complete: ({ sequenceId, buffer, start, end }) => ({
      sequence: sequenceId,
      payload: buffer.subarray(start + 4, end),
    }),
    ours: ({ sequence, payload }) => `${sequence} ${text(payload)}`,
    theirs: ({ sequenceId, buffer, start, end }) => `${sequenceId} ${text(buffer.subarray(start + 4, end))}`,
  },
  amqplib: {
    recording: 'amqp091',
    from: 'server',
    codec: ({ amqp091 }) => amqp091(),
    make(onFrame) {
      const { parseFrame } = inside('amqplib', 'lib/frame.js')
      // As its connection does.
      let rest = Buffer.alloc(0)
      return (chunk) => {
        rest = Buffer.concat([rest, chunk])
        for (let frame = parseFrame(rest, 0); frame !== false; frame = parseFrame(rest, 0)) {
          rest = frame.rest
          onFrame(frame)
        }
      }
    },
    ours: ({ type, channel, payload }) => `${type} ${channel} ${text(payload)}`,
    theirs: ({ type, channel, payload }) => `${type} ${channel} ${text(payload)}`,
  },
  'ws, as a server': {
    recording: 'websocket',
    from: 'client',
    skip: headLength,
    // The last message is a close, after which none may follow.
    untilRepeated: (bytes) => bytes.length - 12,
    codec: ({ websocket }) => websocket({ from: 'client' }),
    make: (onFrame) => receiver(onFrame, true),
    complete: withText,
    ours: wordsOf,
    theirs: (message) => wordsOf(withText(message)),
  },
  'ws, as a client': {
    recording: 'websocket',
    from: 'server',
    skip: headLength,
    untilRepeated: (bytes) => bytes.length - 8,
    codec: ({ websocket }) => websocket({ from: 'server' }),
    make: (onFrame) => receiver(onFrame, false),
    complete: withText,
    ours: wordsOf,
    theirs: (message) => wordsOf(withText(message)),
  },
  'vscode-jsonrpc': {
    recording: 'lsp',
    from: 'server',
    codec: ({ lsp }) => lsp(),
    make(onFrame) {
      const { default: ril } = inside('vscode-jsonrpc/node', 'ril.js')
      ril.install()
      const buffer = ril().messageBuffer.create('utf-8')
      let length
      // As its ReadableStreamMessageReader does before it parses the body.
      return (chunk) => {
        buffer.append(chunk)
        for (;;) {
          if (length === undefined) {
            const headers = buffer.tryReadHeaders(true)
            if (headers === undefined) return
            length = Number(headers.get('content-length'))
          }
          const body = buffer.tryReadBody(length)
          if (body === undefined) return
          length = undefined
          onFrame(JSON.parse(new TextDecoder().decode(body)))
        }
      }
    },
    ours: (value) => JSON.stringify(value),
    theirs: (value) => JSON.stringify(value),
  },
  '@modelcontextprotocol/sdk': {
    recording: 'mcp',
    from: 'server',
    codec: ({ mcp }) => mcp(),
    make(onFrame) {
      const { ReadBuffer } = require('@modelcontextprotocol/sdk/shared/stdio.js')
      const buffer = new ReadBuffer()
      return (chunk) => {
        buffer.append(chunk)
        for (let message = buffer.readMessage(); message !== null; message = buffer.readMessage()) onFrame(message)
      }
    },
    ours: sorted,
    theirs: sorted,
  },
  'dns-packet': {
    recording: 'dns-tcp',
    from: 'server',
    codec: ({ dnsTcp }) => dnsTcp(),
    make(onFrame) {
      const packet = require('dns-packet')
      // It takes one whole message and buffers nothing: its user has to join the chunks.
      let rest = Buffer.alloc(0)
      return (chunk) => {
        rest = Buffer.concat([rest, chunk])
        while (rest.length >= 2) {
          const message = packet.streamDecode(rest)
          if (message === null) return
          onFrame({ id: message.id, length: packet.streamDecode.bytes })
          rest = rest.subarray(2 + rest.readUInt16BE(0))
        }
      }
    },
    ours: (message) => `${message[0] * 256 + message[1]} ${message.length}`,
    theirs: ({ id, length }) => `${id} ${length}`,
  },
  nats: {
    recording: 'nats',
    from: 'server',
    codec: ({ nats }) => nats(),
    make(onFrame) {
      const { Parser, Kind } = inside('nats', 'lib/nats-base-client/parser.js')
      const parser = new Parser({ push: ({ kind, data }) => onFrame({ kind: Kind[kind], data }) })
      return (chunk) => parser.parse(chunk)
    },
    // It does not distinguish MSG from HMSG, which has headers.
    ours: ({ op, payload }) =>
      `${op.replace('HMSG', 'MSG').replace('+', '')} ${payload === undefined ? '' : text(payload)}`,
    theirs: ({ kind, data }) => `${kind} ${kind === 'MSG' ? text(data) : ''}`,
  },
  'smtp-server': {
    recording: 'smtp',
    from: 'client',
    // Stop before the message, which no longer consists of commands.
    until: (bytes) => Buffer.from(bytes).indexOf('DATA\r\n') + 6,
    codec: ({ smtp }) => smtp({ from: 'client' }),
    make(onFrame) {
      const { SMTPStream } = require('smtp-server/lib/smtp-stream')
      const stream = new SMTPStream()
      stream.oncommand = (command, callback) => {
        onFrame(command)
        callback()
      }
      // After 100 commands it continues asynchronously.
      return (chunk) => new Promise((resolve) => void stream.write(chunk, resolve))
    },
    // Its connection splits the lines.
    complete(command) {
      const line = command.toString()
      const verb = line.split(' ', 1)[0]
      return { verb: verb.toUpperCase(), args: line.slice(verb.length + 1) }
    },
    ours: ({ verb, args }) => (args === '' ? verb : `${verb} ${args}`),
    theirs: (command) => text(command),
  },
  'eventsource-parser': {
    recording: 'sse',
    from: 'server',
    skip: headLength,
    codec: ({ sse }) => sse(),
    make(onFrame) {
      const { createParser } = require('eventsource-parser')
      const decoder = new TextDecoder()
      const parser = createParser({ onEvent: onFrame })
      return (chunk) => parser.feed(decoder.decode(chunk, { stream: true }))
    },
    ours: ({ event, data, id }) => JSON.stringify([event, data, id ?? null]),
    theirs: ({ event, data, id }) => JSON.stringify([event ?? 'message', data, id ?? null]),
  },
}

function receiver(onFrame, isServer) {
  const { Receiver } = require('ws')
  const each = new Receiver({ isServer, binaryType: 'nodebuffer', maxPayload: 1 << 20 })
  each.on('message', (payload, isBinary) => onFrame({ type: isBinary ? 'binary' : 'text', payload }))
  each.on('ping', (payload) => onFrame({ type: 'ping', payload }))
  each.on('pong', (payload) => onFrame({ type: 'pong', payload }))
  each.on('conclude', (code, reason) => onFrame({ type: 'close', code, reason: reason.toString() }))
  // It unmasks in place, so it needs bytes of its own.
  return (chunk) => each.write(isServer ? Buffer.from(chunk) : chunk)
}

/** A message of `receiver`, whose text is validated but left as bytes. */
function withText(message) {
  return message.type === 'text' ? { type: 'text', text: message.payload.toString() } : message
}

function wordsOf(message) {
  if (message.type === 'close') return `close ${message.code} ${message.reason}`
  return `${message.type} ${message.type === 'text' ? message.text : text(message.payload)}`
}

function headLength(bytes) {
  return Buffer.from(bytes).indexOf('\r\n\r\n') + 4
}

/** JSON with sorted members: the SDK's schemas reorder them. */
function sorted(value) {
  return JSON.stringify(value, (_, each) =>
    each !== null && typeof each === 'object' && !Array.isArray(each)
      ? Object.fromEntries(
          Object.keys(each)
            .toSorted()
            .map((key) => [key, each[key]]),
        )
      : each,
  )
}

function plainOf(value) {
  if (value.type === '*') return value.value?.map(plainOf) ?? null
  if (value.type === '$') return value.value === null ? null : text(value.value)
  return value.value
}

function plainReply(reply) {
  if (Array.isArray(reply)) return reply.map(plainReply)
  return Buffer.isBuffer(reply) ? text(reply) : reply
}

const PG_WITHOUT_CONTENT = new Set([
  'bindComplete',
  'closeComplete',
  'copyDone',
  'emptyQuery',
  'noData',
  'parseComplete',
  'portalSuspended',
  'replicationStart',
])

const MQTT_TYPES = [
  '',
  'connect',
  'connack',
  'publish',
  'puback',
  'pubrec',
  'pubrel',
  'pubcomp',
  'subscribe',
  'suback',
  'unsubscribe',
  'unsuback',
  'pingreq',
  'pingresp',
  'disconnect',
  'auth',
]

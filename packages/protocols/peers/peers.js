// The parsers that npm has for each protocol, beside ours: what the tests compare, and `npm run speed` measures. Most have
// no export of their own, so their files are named.

import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const require = createRequire(import.meta.url)

/** A file of a package, whether or not the package exports it; `up` folders above its main file. */
function inside(name, file, up = 0) {
  let folder = dirname(require.resolve(name))
  for (let count = 0; count < up; count++) folder = dirname(folder)
  return require(join(folder, file))
}

const text = (bytes) => Buffer.from(bytes).toString('latin1')

/**
 * For each comparison: the recording, who wrote it, our codec, `make`, a parser of theirs that calls `onFrame` and returns
 * what takes a chunk, and the same few words or numbers of a frame of ours and of theirs. Where a frame of theirs holds
 * less than one of ours, `complete` makes the rest of it, as whoever uses it has to.
 */
export const peers = {
  'pg-protocol': {
    recording: 'postgres',
    from: 'server',
    // Which pg reads itself: the answer to SSLRequest.
    skip: () => 1,
    codec: ({ postgres }) => postgres({ from: 'server' }),
    make(onFrame) {
      const { Parser } = inside('pg-protocol', 'parser.js')
      const parser = new Parser()
      return (chunk) => parser.parse(chunk, onFrame)
    },
    ours: ({ payload }) => payload.length + 4,
    // Of messages without content it says 5, where 4 stands in the bytes.
    theirs: ({ name, length }) => (PG_WITHOUT_CONTENT.has(name) ? 4 : length),
  },
  'redis-parser': {
    recording: 'redis',
    from: 'server',
    // A connection that began with HELLO 3, whose answer is a map: it knows RESP2 only.
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
      // What follows CONNACK is read by the version that it tells: one of version 5 has properties.
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
    // It gives out one object again and again, which says where a packet lies in the chunk.
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
      // As its connection does with what it reads.
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
    // The last message is a close, after which there are no others.
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
      // As its ReadableStreamMessageReader does, which then parses the body.
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
      // It takes one whole message and keeps no bytes: whoever reads the stream joins them.
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
    // It does not tell MSG from HMSG, which has headers.
    ours: ({ op, payload }) =>
      `${op.replace('HMSG', 'MSG').replace('+', '')} ${payload === undefined ? '' : text(payload)}`,
    theirs: ({ kind, data }) => `${kind} ${kind === 'MSG' ? text(data) : ''}`,
  },
  'smtp-server': {
    recording: 'smtp',
    from: 'client',
    // Before the message, which is for whoever reads commands no more.
    until: (bytes) => Buffer.from(bytes).indexOf('DATA\r\n') + 6,
    codec: ({ smtp }) => smtp({ from: 'client' }),
    make(onFrame) {
      const { SMTPStream } = require('smtp-server/lib/smtp-stream')
      const stream = new SMTPStream()
      stream.oncommand = (command, callback) => {
        onFrame(command)
        callback()
      }
      // After 100 commands it goes on later.
      return (chunk) => new Promise((resolve) => void stream.write(chunk, resolve))
    },
    // A line, which its connection splits.
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
  // It unmasks where the bytes lie, so that they are another's no more.
  return (chunk) => each.write(isServer ? Buffer.from(chunk) : chunk)
}

/** A message of `receiver`, whose text is checked but left as bytes. */
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

/** JSON whose members are in order: the SDK's schemas put them into another one. */
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

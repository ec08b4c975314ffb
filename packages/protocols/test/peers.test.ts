// Beside the protocols' own parsers of npm: the same messages from the same recordings, under every cutting.

import mqttPacket from 'mqtt-packet'
import { once } from 'node:events'
import { PassThrough } from 'node:stream'
import { parse } from 'pg-protocol'
import RedisParser from 'redis-parser'
import { expect, it } from 'vitest'
import { mqtt, postgres, resp, type RespValue } from '../src/index.ts'
import { chunkingsOf } from './chunkings.ts'
import { connectionsOf, recordingOf } from './recording.ts'

it("pg-protocol gives messages of the same lengths as postgres({ from: 'server' })", async () => {
  const [recorded] = connectionsOf(recordingOf('postgres'), 'server')
  // Which pg reads itself: the answer to SSLRequest.
  const [answer, ...rest] = recorded!
  expect(answer).toEqual(Buffer.from('N'))
  for (const chunks of chunkingsOf(rest)) {
    const theirs: number[] = []
    const stream = new PassThrough()
    const parsed = parse(stream, ({ length }) => void theirs.push(length))
    for (const chunk of chunks) stream.write(Buffer.from(chunk))
    stream.end()
    await Promise.all([parsed, once(stream, 'close')])
    const decoder = postgres({ from: 'server' }).decoder()
    const ours = chunks.flatMap((chunk) => Array.from(decoder.decode(chunk), ({ payload }) => payload.length + 4))
    expect(ours.length).toBeGreaterThan(60)
    // Of messages without content it says 5, where they have 4.
    expect(ours).toEqual(theirs.map((length, index) => (ours[index] === 4 && length === 5 ? 4 : length)))
  }
})

it('mqtt-packet gives packets of the same types and lengths as mqtt()', () => {
  for (const from of ['client', 'server'] as const) {
    for (const recorded of connectionsOf(recordingOf('mqtt'), from)) {
      for (const chunks of chunkingsOf(recorded)) {
        const theirs: [cmd: string, length: number | undefined][] = []
        // What follows CONNECT and CONNACK is read by the version that they tell.
        const parser = mqttPacket.parser({ protocolVersion: versionOf(recorded, from) })
        parser.on('packet', ({ cmd, length }) => theirs.push([cmd, length]))
        for (const chunk of chunks) parser.parse(Buffer.from(chunk))
        const decoder = mqtt().decoder()
        const ours = chunks.flatMap((chunk) =>
          Array.from(decoder.decode(chunk), ({ type, payload }) => [NAMES[type], payload.length]),
        )
        expect(ours).toEqual(theirs)
      }
    }
  }
})

it('redis-parser gives the same replies as resp(), which knows RESP3 as well', () => {
  let replies = 0
  for (const recorded of connectionsOf(recordingOf('redis'), 'server')) {
    // A connection that began with HELLO 3, whose answer is a map.
    if (recorded[0]!.toString('latin1').startsWith('%')) continue
    for (const chunks of chunkingsOf(recorded)) {
      const theirs: unknown[] = []
      const parser = new RedisParser({
        returnReply: (reply) => theirs.push(reply),
        returnError: ({ message }) => theirs.push(message),
        returnBuffers: true,
      })
      for (const chunk of chunks) parser.execute(Buffer.from(chunk))
      const decoder = resp().decoder()
      const ours = chunks.flatMap((chunk) => Array.from(decoder.decode(chunk), plain))
      expect(ours).toEqual(theirs.map(plainReply))
      replies += ours.length
    }
  }
  expect(replies).toBeGreaterThan(500)
})

const NAMES = [
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

/** A CONNECT names it; a CONNACK of version 5 has properties. */
function versionOf(recorded: readonly Buffer[], from: 'client' | 'server'): number {
  const first = recorded[0]!
  if (from === 'client') return first[8]!
  return first[1]! > 2 ? 5 : 4
}

function plain(value: RespValue): unknown {
  if (value.type === '*') return value.value?.map(plain) ?? null
  if (value.type === '$') return value.value === null ? null : Buffer.from(value.value).toString()
  return value.value
}

function plainReply(reply: unknown): unknown {
  if (Array.isArray(reply)) return reply.map(plainReply)
  return Buffer.isBuffer(reply) ? reply.toString() : reply
}

// Parsers of one wire protocol. Most do more than framing: they also parse the fields of each message.

import { decodes, type Contender } from '../contender.ts'
import { streamOf } from '../streams.ts'

export const protocols: Contender[] = [
  {
    name: '@endo/netstring',
    group: 'peer',
    how: 'for await (const frame of makeNetstringReader(chunks))',
    supports: decodes('netstring'),
    async prepare({ chunks }, tally) {
      const { makeNetstringReader } = await import('@endo/netstring')
      return async () => {
        for await (const frame of makeNetstringReader(chunks)) tally.frame(frame)
      }
    },
  },
  {
    name: 'mqtt-packet',
    group: 'peer',
    how: "parser({ protocolVersion: 4 }).on('packet'), parser.parse(chunk): topic and payload parsed",
    supports: decodes('mqtt'),
    async prepare({ chunks }, tally) {
      const { default: mqtt } = await import('mqtt-packet')
      return () => {
        const parser = mqtt.parser({ protocolVersion: 4 })
        parser.on('packet', (packet) => {
          if (packet.cmd === 'publish') tally.frame(packet.payload as Buffer)
        })
        parser.on('error', (error: unknown) => {
          throw error
        })
        for (const chunk of chunks) parser.parse(chunk)
      }
    },
  },
  {
    name: 'pg-protocol',
    group: 'peer',
    how: 'parse(stream, callback): columns parsed into strings',
    supports: decodes('postgres'),
    async prepare({ chunks }, tally) {
      const { parse } = await import('pg-protocol')
      return () =>
        parse(streamOf(chunks), (message) => {
          tally.text((message as unknown as { fields: [string] }).fields[0])
        })
    },
  },
  {
    name: 'redis-parser',
    group: 'peer',
    how: 'new Parser({ returnReply }), parser.execute(chunk): replies as strings',
    supports: decodes('redis'),
    async prepare({ chunks }, tally) {
      const { default: Parser } = await import('redis-parser')
      return () => {
        const parser = new Parser({
          returnReply: (reply) => tally.text(reply),
          returnError(error) {
            throw error
          },
        })
        for (const chunk of chunks) parser.execute(chunk)
      }
    },
  },
  {
    name: 'vscode-jsonrpc',
    group: 'peer',
    how: 'new StreamMessageReader(stream).listen(callback): JSON parsed, one message a turn of the event loop',
    supports: decodes('jsonrpc'),
    async prepare({ chunks, expected }, tally) {
      const { StreamMessageReader } = await import('vscode-jsonrpc/node')
      return () =>
        new Promise((resolve, reject) => {
          const last = tally.frames + expected.frames!
          const reader = new StreamMessageReader(streamOf(chunks))
          reader.onError(reject)
          reader.listen((message) => {
            tally.text((message as unknown as { params: { text: string } }).params.text)
            // It reports the end of the stream before the messages still in its buffer.
            if (tally.frames === last) resolve()
          })
        })
    },
  },
  {
    name: 'eventsource-parser',
    group: 'peer',
    how: 'createParser({ onEvent }), parser.feed(text) of what a TextDecoder makes of each chunk',
    supports: decodes('sse', 'sse-crlf'),
    async prepare({ chunks }, tally) {
      const { createParser } = await import('eventsource-parser')
      return () => {
        const decoder = new TextDecoder()
        const parser = createParser({ onEvent: ({ data }) => tally.text(data) })
        for (const chunk of chunks) parser.feed(decoder.decode(chunk, { stream: true }))
      }
    },
  },
]

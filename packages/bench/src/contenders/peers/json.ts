// Streaming parsers of JSON values.

import { decodes, type Contender } from '../contender.ts'
import { piped } from '../streams.ts'

interface Value {
  size: number
}

export const json: Contender[] = [
  piped({
    name: 'stream-json',
    how: "pipe(streamValues.withParserAsStream()), of an array streamArray.withParserAsStream(), .on('data')",
    supports: decodes('json', 'json-array'),
    async load(workload) {
      const { streamValues } = await import('stream-json/streamers/stream-values.js')
      const { streamArray } = await import('stream-json/streamers/stream-array.js')
      const streamer = workload.wire === 'json' ? streamValues : streamArray
      return () => streamer.withParserAsStream()
    },
    reportTo: (tally) => (item: { value: Value }) => tally.value(item.value),
  }),
  piped({
    name: 'JSONStream',
    how: "pipe(JSONStream.parse()), of an array JSONStream.parse('*'), .on('data')",
    supports: decodes('json', 'json-array'),
    async load(workload) {
      const { default: JSONStream } = await import('JSONStream')
      const path = workload.wire === 'json' ? undefined : '*'
      return () => JSONStream.parse(path)
    },
    reportTo: (tally) => (value: Value) => tally.value(value),
  }),
  {
    name: '@streamparser/json',
    group: 'peer',
    how: "new JSONParser({ paths, separator: '\\n' }), of an array with keepStack: false; parser.write(chunk)",
    supports: decodes('json', 'json-array'),
    async prepare({ chunks, workload }, tally) {
      const { JSONParser } = await import('@streamparser/json')
      const options =
        workload.wire === 'json' ? { paths: ['$'], separator: '\n' } : { paths: ['$.*'], keepStack: false }
      return () => {
        const parser = new JSONParser(options)
        parser.onValue = ({ value }) => tally.value(value as unknown as Value)
        for (const chunk of chunks) parser.write(chunk)
      }
    },
  },
  {
    name: 'jsonparse',
    group: 'peer',
    how: 'new Parser(), parser.write(chunk): onValue of the values at the top level',
    supports: decodes('json', 'json-array'),
    async prepare({ chunks, workload }, tally) {
      const { default: Parser } = await import('jsonparse')
      const depth = workload.wire === 'json' ? 0 : 1
      return () => {
        const parser = new Parser()
        parser.onError = (error) => {
          throw error
        }
        parser.onValue = function (value) {
          if (parser.stack.length === depth) tally.value(value as Value)
        }
        for (const chunk of chunks) parser.write(chunk)
      }
    },
  },
]

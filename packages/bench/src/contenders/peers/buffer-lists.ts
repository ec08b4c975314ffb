// Peers that collect chunks and hand out bytes, with the loop that their users have to write.

import { decodes, type Contender } from '../contender.ts'

export const bufferLists: Contender[] = [
  {
    name: 'bl',
    group: 'peer',
    how: 'append, then readUInt32BE or indexOf, slice and consume while a frame is whole',
    supports: decodes('length', 'lf', 'delimiter', 'fixed'),
    async prepare({ chunks, workload }, tally) {
      const { BufferList } = await import('bl')
      const size = workload.payload as number
      if (workload.wire === 'length') {
        return () => {
          const list = new BufferList()
          for (const chunk of chunks) {
            list.append(chunk)
            while (list.length >= 4) {
              const end = 4 + list.readUInt32BE(0)
              if (list.length < end) break
              tally.frame(list.slice(4, end))
              list.consume(end)
            }
          }
        }
      }
      if (workload.wire === 'fixed') {
        return () => {
          const list = new BufferList()
          for (const chunk of chunks) {
            for (list.append(chunk); list.length >= size; list.consume(size)) tally.frame(list.slice(0, size))
          }
        }
      }
      const delimiter = workload.wire === 'lf' ? '\n' : '$_'
      return () => {
        const list = new BufferList()
        for (const chunk of chunks) {
          list.append(chunk)
          for (let end = list.indexOf(delimiter); end !== -1; end = list.indexOf(delimiter)) {
            tally.frame(list.slice(0, end))
            list.consume(end + delimiter.length)
          }
        }
      }
    },
  },
  {
    name: 'uint8arraylist',
    group: 'peer',
    how: 'append, then getUint32 or indexOf, subarray and consume while a frame is whole',
    supports: decodes('length', 'lf', 'delimiter', 'fixed'),
    async prepare({ chunks, workload }, tally) {
      const { Uint8ArrayList } = await import('uint8arraylist')
      const size = workload.payload as number
      const arrays = chunks as Uint8Array<ArrayBuffer>[]
      if (workload.wire === 'length') {
        return () => {
          const list = new Uint8ArrayList()
          for (const chunk of arrays) {
            list.append(chunk)
            while (list.byteLength >= 4) {
              const end = 4 + list.getUint32(0)
              if (list.byteLength < end) break
              tally.frame(list.subarray(4, end))
              list.consume(end)
            }
          }
        }
      }
      if (workload.wire === 'fixed') {
        return () => {
          const list = new Uint8ArrayList()
          for (const chunk of arrays) {
            for (list.append(chunk); list.byteLength >= size; list.consume(size)) tally.frame(list.subarray(0, size))
          }
        }
      }
      const delimiter = new TextEncoder().encode(workload.wire === 'lf' ? '\n' : '$_')
      return () => {
        const list = new Uint8ArrayList()
        for (const chunk of arrays) {
          list.append(chunk)
          for (let end = list.indexOf(delimiter); end !== -1; end = list.indexOf(delimiter)) {
            tally.frame(list.subarray(0, end))
            list.consume(end + delimiter.length)
          }
        }
      }
    },
  },
  {
    name: 'it-byte-stream',
    group: 'peer',
    how: 'await stream.read({ bytes: 4 }), then await stream.read({ bytes: length })',
    supports: decodes('length'),
    async prepare({ chunks }, tally) {
      const { byteStream } = await import('it-byte-stream')
      const ended = (error: Error): null => {
        if (error.name === 'UnexpectedEOFError') return null
        throw error
      }
      return async () => {
        const stream = byteStream({
          source: (async function* (): AsyncGenerator<Uint8Array> {
            yield* chunks
          })(),
          async sink() {},
        })
        while (true) {
          const header = await stream.read({ bytes: 4 }).catch(ended)
          if (header === null) return
          const length = header.getUint32(0)
          const frame = length === 0 ? undefined : await stream.read({ bytes: length })
          tally.frame(frame?.subarray() ?? new Uint8Array(0))
        }
      }
    },
  },
]

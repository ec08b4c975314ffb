// The bare loops: the least code that finds frames in a stream that is wholly in memory, and the cost of Node's own
// streams.

import { Transform } from 'node:stream'
import type { Load } from '../load.ts'
import type { Wire } from '../workloads.ts'
import { decodesMany, encodes, type Contender, type Pass } from './contender.ts'
import { forAwait, onData } from './streams.ts'

export const floor: Contender[] = [
  {
    name: 'length loop',
    group: 'floor',
    how: 'reads each length byte by byte and steps on; makes no frame',
    supports: decodesMany('length'),
    makesFrames: false,
    prepare({ whole }, tally) {
      return () => {
        const end = whole.length
        let frames = 0
        let bytes = 0
        for (let at = 0; at < end; frames++) {
          const length = ((whole[at]! << 24) | (whole[at + 1]! << 16) | (whole[at + 2]! << 8) | whole[at + 3]!) >>> 0
          bytes += length
          at += 4 + length
        }
        tally.passed(frames, bytes)
      }
    },
  },
  {
    name: 'length loop, DataView',
    group: 'floor',
    how: 'reads each length through a DataView and steps on; makes no frame',
    supports: decodesMany('length'),
    makesFrames: false,
    prepare({ whole }, tally) {
      return () => {
        const view = new DataView(whole.buffer, whole.byteOffset, whole.length)
        const end = whole.length
        let frames = 0
        let bytes = 0
        for (let at = 0; at < end; frames++) {
          const length = view.getUint32(at)
          bytes += length
          at += 4 + length
        }
        tally.passed(frames, bytes)
      }
    },
  },
  {
    name: 'subarray loop',
    group: 'floor',
    how: 'steps from frame to frame and makes one Buffer view of each with subarray',
    supports: decodesMany('length', 'varint', 'fixed'),
    prepare(load, tally) {
      const { whole } = load
      return steps(load, (start, end) => tally.frame(whole.subarray(start, end)))
    },
  },
  {
    name: 'Uint8Array loop',
    group: 'floor',
    how: 'steps from frame to frame and makes one new Uint8Array(buffer, offset, length) of each',
    supports: decodesMany('length', 'varint', 'fixed'),
    prepare(load, tally) {
      const { buffer, byteOffset } = load.whole
      return steps(load, (start, end) => tally.frame(new Uint8Array(buffer, byteOffset + start, end - start)))
    },
  },
  {
    name: 'indexOf loop',
    group: 'floor',
    how: 'Buffer#indexOf of the delimiter (one byte as a number, two bytes as a Buffer); makes no frame',
    supports: decodesMany('lf', 'crlf', 'delimiter'),
    makesFrames: false,
    prepare({ whole, workload }, tally) {
      if (workload.wire === 'lf') {
        return () => {
          let frames = 0
          let at = 0
          for (let end = whole.indexOf(10); end !== -1; end = whole.indexOf(10, at)) {
            frames++
            at = end + 1
          }
          tally.passed(frames, at - frames)
        }
      }
      const sought = Buffer.from(workload.wire === 'crlf' ? '\r\n' : '$_')
      return () => {
        let frames = 0
        let at = 0
        for (let end = whole.indexOf(sought); end !== -1; end = whole.indexOf(sought, at)) {
          frames++
          at = end + 2
        }
        tally.passed(frames, at - 2 * frames)
      }
    },
  },
  {
    name: 'split loop',
    group: 'floor',
    how: 'makes a string of each chunk and splits it at LF; joins the lines that a chunk cut',
    supports: decodesMany('lf', 'crlf'),
    prepare({ chunks, workload }, tally) {
      const ending = workload.wire === 'crlf' ? '\r\n' : '\n'
      return () => {
        let rest = ''
        for (const chunk of chunks) {
          const lines = (rest + chunk.toString()).split(ending)
          const last = lines.length - 1
          for (let index = 0; index < last; index++) tally.text(lines[index]!)
          rest = lines[last]!
        }
      }
    },
  },
  {
    name: 'JSON.parse loop',
    group: 'floor',
    how: 'makes a string of each value, whose place is known beforehand, by a TextDecoder that refuses bad UTF-8; parses it',
    supports: decodesMany('json', 'json-array'),
    prepare({ payloads, whole, workload }, tally) {
      const lengths = payloads.map((payload) => payload.length)
      const first = workload.wire === 'json' ? 0 : 1
      const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
      return () => {
        let at = first
        for (let index = 0; index < lengths.length; index++) {
          const end = at + lengths[index]!
          tally.value(JSON.parse(decoder.decode(whole.subarray(at, end))) as { size: number })
          at = end + 1
        }
      }
    },
  },
  {
    name: 'Transform',
    group: 'floor',
    how: "a bare object-mode Transform that pushes one view of each frame, 'data' events",
    supports: decodesMany('length'),
    prepare: ({ chunks }, tally) => onData(chunks, bareTransform, (frame: Buffer) => tally.frame(frame)),
  },
  {
    name: 'Transform, for await',
    group: 'floor',
    how: 'the same Transform, for await',
    supports: decodesMany('length'),
    prepare: ({ chunks }, tally) => forAwait(chunks, bareTransform, (frame: Buffer) => tally.frame(frame)),
  },
  {
    name: 'copy loop',
    group: 'floor',
    how: 'copies each chunk after the last one, into memory of the right size',
    supports: ({ direction, frames }) => direction === 'decode' && frames === 1,
    makesFrames: false,
    prepare({ chunks, whole, payloads }, tally) {
      return () => {
        const copied = new Uint8Array(whole.length)
        let at = 0
        for (const chunk of chunks) {
          copied.set(chunk, at)
          at += chunk.length
        }
        tally.passed(1, at - whole.length + payloads[0]!.length)
      }
    },
  },
  {
    name: 'views of known places',
    group: 'floor',
    how: 'one Buffer view of each payload, whose length and place are known beforehand',
    supports: decodesMany('codec'),
    makesFrames: false,
    prepare({ payloads, whole }, tally) {
      const lengths = payloads.map((payload) => payload.length)
      return () => {
        let at = 0
        for (let index = 0; index < lengths.length; index++) {
          const end = at + lengths[index]!
          tally.frame(whole.subarray(at, end))
          at = end
        }
      }
    },
  },
  {
    name: 'alloc and copy',
    group: 'floor',
    how: 'Buffer.allocUnsafe, the length or the LF written, the payload copied',
    supports: encodes('length', 'lf'),
    prepare({ payloads, workload }, tally) {
      if (workload.wire === 'lf') {
        return () => {
          for (let index = 0; index < payloads.length; index++) {
            const payload = payloads[index]!
            const bytes = Buffer.allocUnsafe(payload.length + 1)
            bytes.set(payload)
            bytes[payload.length] = 10
            tally.written(bytes)
          }
        }
      }
      return () => {
        for (let index = 0; index < payloads.length; index++) {
          const payload = payloads[index]!
          const bytes = Buffer.allocUnsafe(4 + payload.length)
          bytes.writeUInt32BE(payload.length)
          bytes.set(payload, 4)
          tally.written(bytes)
        }
      }
    },
  },
]

/** A separate loop for each wire, so that no frame pays for checks that its wire does not need. */
function steps({ whole, workload }: Load, each: (start: number, end: number) => void): Pass {
  const size = workload.payload as number
  const loops: Partial<Record<Wire, Pass>> = {
    length() {
      const view = new DataView(whole.buffer, whole.byteOffset, whole.length)
      for (let at = 0; at < view.byteLength;) {
        const start = at + 4
        at = start + view.getUint32(at)
        each(start, at)
      }
    },
    varint() {
      for (let at = 0; at < whole.length;) {
        let length = 0
        let weight = 1
        let byte = 128
        while (byte >= 128) {
          byte = whole[at++]!
          length += (byte & 127) * weight
          weight *= 128
        }
        each(at, at + length)
        at += length
      }
    },
    fixed() {
      for (let at = 0; at < whole.length; at += size) each(at, at + size)
    },
  }
  return loops[workload.wire]!
}

/** A frame that spans chunks is assembled separately, so that whole chunks are not copied. */
function bareTransform(): Transform {
  let rest: Buffer = Buffer.alloc(0)
  return new Transform({
    readableObjectMode: true,
    transform(chunk: Buffer, _encoding, done) {
      let at = 0
      while (rest.length > 0) {
        const needed = rest.length < 4 ? 4 : 4 + rest.readUInt32BE(0)
        const taken = chunk.subarray(at, at + needed - rest.length)
        rest = Buffer.concat([rest, taken])
        at += taken.length
        if (rest.length < needed) break
        if (rest.length >= 4 && rest.length === 4 + rest.readUInt32BE(0)) {
          this.push(rest.subarray(4))
          rest = rest.subarray(0, 0)
        }
      }
      while (at + 4 <= chunk.length) {
        const end = at + 4 + chunk.readUInt32BE(at)
        if (end > chunk.length) break
        this.push(chunk.subarray(at + 4, end))
        at = end
      }
      if (at < chunk.length) rest = Buffer.from(chunk.subarray(at))
      done()
    },
  })
}

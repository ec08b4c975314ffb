// One source, and the same ways to read and write, for every contender that is a stream.

import { Readable } from 'node:stream'
import type { Tally } from '../tally.ts'
import type { Workload } from '../workloads.ts'
import type { Contender, Pass } from './contender.ts'

/** A peer that is a stream. `load` imports its package, and returns a function that makes the stream. */
interface Piped extends Pick<Contender, 'name' | 'how' | 'supports'> {
  load: (workload: Workload) => Promise<() => NodeJS.ReadWriteStream>
  /** Reports a frame to the tally. Default: as bytes. */
  reportTo?: (tally: Tally) => (frame: never) => void
}

/** A peer that gives frames as 'data' events, or encodes the frames that are written to it. */
export function piped({ load, reportTo = bytesTo, ...peer }: Piped): Contender {
  return {
    ...peer,
    group: 'peer',
    async prepare({ chunks, payloads, workload }, tally) {
      const make = await load(workload)
      if (workload.direction === 'decode') return onData(chunks, make, reportTo(tally))
      return writing(payloads, make, (bytes) => tally.written(bytes))
    },
  }
}

function bytesTo(tally: Tally): (frame: Uint8Array) => void {
  return (frame) => tally.frame(frame)
}

/** For peers whose frames are strings. */
export function textTo(tally: Tally): (frame: string) => void {
  return (text) => tally.text(text)
}

/** A byte stream that gives these chunks on demand, as a socket does. */
export function streamOf(chunks: readonly Uint8Array[]): Readable {
  let next = 0
  return new Readable({
    read() {
      this.push(next < chunks.length ? chunks[next++] : null)
    },
  })
}

/** `source.pipe(transform).on('data', each)`, until the end. */
export function onData(
  chunks: readonly Uint8Array[],
  makeTransform: () => NodeJS.ReadWriteStream,
  each: (frame: never) => void,
): Pass {
  return () =>
    new Promise((resolve, reject) => {
      streamOf(chunks)
        .pipe(makeTransform())
        .on('data', each as (frame: unknown) => void)
        .on('end', resolve)
        .on('error', reject)
    })
}

/** `for await (const frame of source.pipe(transform))`. */
export function forAwait(
  chunks: readonly Uint8Array[],
  makeTransform: () => NodeJS.ReadWriteStream,
  each: (frame: never) => void,
): Pass {
  return async () => {
    for await (const frame of streamOf(chunks).pipe(makeTransform())) each(frame as never)
  }
}

/** Writes all frames, waiting for drain, and ends. Timed until the last byte has come out. */
export function writing(
  frames: readonly Uint8Array[],
  makeTransform: () => NodeJS.ReadWriteStream,
  each: (bytes: Uint8Array) => void,
): Pass {
  return () =>
    new Promise((resolve, reject) => {
      const transform = makeTransform()
      transform.on('data', each).on('end', resolve).on('error', reject)
      let next = 0
      const write = (): void => {
        while (next < frames.length) if (!transform.write(frames[next++]!)) return
        transform.off('drain', write)
        transform.end()
      }
      transform.on('drain', write)
      write()
    })
}

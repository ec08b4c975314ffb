// The same source and the same two ways to listen for every contender that is a stream.

import { Readable } from 'node:stream'
import type { Pass } from './contender.ts'

/** A byte stream that gives these chunks as they are asked for, as a socket does. */
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

/** What is written is counted, too: writes all frames as they are drained, and ends. */
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

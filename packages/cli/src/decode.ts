// `unstick decode`: frames of a file or of standard input, one a line.

import { once } from 'node:events'
import { createReadStream } from 'node:fs'
import { isFrameError } from '@unstick/core'
import { frames } from '@unstick/stream'
import { codecOf, type CodecFlags } from './decode-codec.ts'
import type { Terminal } from './terminal.ts'

export interface DecodeOptions extends CodecFlags {
  skipInitial: number
  limit?: number
  as: 'hex' | 'text' | 'json'
}

export async function decode(file: string | undefined, options: DecodeOptions, terminal: Terminal): Promise<number> {
  const codec = codecOf(options)
  const input = file === undefined ? terminal.stdin : createReadStream(file)
  const { stdout, stderr } = terminal
  // A reader that goes away, as `head` does, is no error.
  const gone = new AbortController()
  const stop = (): void => gone.abort()
  stdout.on('error', stop)
  stdout.on('close', stop)
  const skipped = (skip: { offset: number; length: number }): void => {
    stderr.write(`unstick: skipped ${skip.length} bytes at offset ${skip.offset + options.skipInitial}\n`)
  }
  let index = 0
  try {
    if (options.limit === 0) return 0
    for await (const frame of frames(withoutFirst(input, options.skipInitial), codec, { onSkip: skipped })) {
      const flowing = stdout.write(`${printed(frame, index++, options.as)}\n`)
      if (!flowing) await once(stdout, 'drain', { signal: gone.signal }).catch(stop)
      if (gone.signal.aborted) break
      if (index === options.limit) break
    }
    return 0
  } catch (error) {
    if (isFrameError(error)) {
      const offset = (error.offset ?? 0) + options.skipInitial
      stderr.write(`unstick: ${error.code} at offset ${offset}: ${error.message}\n`)
    } else {
      stderr.write(`unstick: ${(error as Error).message}\n`)
    }
    return 1
  } finally {
    stdout.off('error', stop)
    stdout.off('close', stop)
  }
}

async function* withoutFirst(input: NodeJS.ReadableStream, count: number): AsyncGenerator<Uint8Array, void, void> {
  for await (const chunk of input) {
    const bytes = chunk as Uint8Array
    const skipped = Math.min(count, bytes.length)
    count -= skipped
    yield bytes.subarray(skipped)
  }
}

function printed(frame: Uint8Array, index: number, form: DecodeOptions['as']): string {
  const bytes = Buffer.from(frame.buffer, frame.byteOffset, frame.length)
  if (form === 'hex') return bytes.toString('hex')
  if (form === 'json') return JSON.stringify({ index, length: frame.length, hex: bytes.toString('hex') })
  // JSON's escapes, and those of the controls it leaves alone, keep a frame on its line and off the terminal.
  return JSON.stringify(bytes.toString('utf8'))
    .slice(1, -1)
    .replaceAll('\\"', '"')
    .replaceAll(/[\u007F-\u009F\u2028\u2029]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

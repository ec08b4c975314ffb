// `unstick decode`: frames of a file or of standard input, one a line.

import { once } from 'node:events'
import { createReadStream } from 'node:fs'
import { isFrameError, type FrameCodec } from '@unstick/core'
import { fixedSize, type FixedSizeOptions } from '@unstick/fixed-size'
import { lengthField, type LengthFieldOptions } from '@unstick/length-field'
import { frames } from '@unstick/stream'
import type { Terminal } from './terminal.ts'

export interface DecodeOptions {
  lengthField?: number
  offset?: number
  byteOrder?: LengthFieldOptions['byteOrder']
  adjustment?: number
  includes?: LengthFieldOptions['lengthIncludes']
  strip?: number
  maxFrameLength?: number
  oversize?: LengthFieldOptions['oversize']
  fixedSize?: number
  atEnd?: FixedSizeOptions['atEnd']
  skipInitial: number
  limit?: number
  as: 'hex' | 'text' | 'json'
}

export async function decode(file: string | undefined, options: DecodeOptions, terminal: Terminal): Promise<number> {
  const codec = codecOf(options)
  const input = file === undefined ? terminal.stdin : createReadStream(file)
  const { stdout, stderr } = terminal
  let closed = false
  const stop = (): void => void (closed = true)
  // A reader that goes away, as `head` does, is no error.
  stdout.on('error', stop)
  const skipped = (skip: { offset: number; length: number }): void => {
    stderr.write(`unstick: skipped ${skip.length} bytes at offset ${skip.offset + options.skipInitial}\n`)
  }
  let index = 0
  try {
    if (options.limit === 0) return 0
    for await (const frame of frames(withoutFirst(input, options.skipInitial), codec, { onSkip: skipped })) {
      if (closed) break
      if (!stdout.write(`${printed(frame, index++, options.as)}\n`) && !closed) {
        await Promise.race([once(stdout, 'drain'), once(stdout, 'close')]).catch(stop)
      }
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
  }
}

function codecOf(options: DecodeOptions): FrameCodec {
  if ((options.lengthField === undefined) === (options.fixedSize === undefined)) {
    throw new TypeError('give one of --length-field and --fixed-size')
  }
  if (options.fixedSize !== undefined) return fixedSize(given({ size: options.fixedSize, atEnd: options.atEnd }))
  return lengthField(
    given({
      lengthFieldLength: options.lengthField,
      lengthFieldOffset: options.offset,
      byteOrder: options.byteOrder,
      lengthAdjustment: options.adjustment,
      lengthIncludes: options.includes,
      initialBytesToStrip: options.strip,
      maxFrameLength: options.maxFrameLength,
      oversize: options.oversize,
    }),
  )
}

type Given<Options> = { [Name in keyof Options]: Exclude<Options[Name], undefined> }

/** The options without those that were left out. */
function given<Options extends object>(options: Options): Given<Options> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Given<Options>
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
  // JSON's escapes make control characters visible, and keep a frame on its line.
  return JSON.stringify(bytes.toString('utf8')).slice(1, -1).replaceAll('\\"', '"')
}

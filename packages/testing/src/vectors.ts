// Conformance vectors: streams and the frames that they must give, in a format that every language can read. See
// docs/vectors.md.

import type { FrameCodec, Skipped } from '@unstick/core'
import fc from 'fast-check'
import { fromHex, hex, joined } from './bytes.ts'
import { isBytes } from './frame-content.ts'
import { expectSame, LawBook, type Law } from './law.ts'
import { outcomeOf, type Outcome } from './outcome.ts'

/** One file of `vectors/`. */
export interface VectorFile {
  /** The codec's name, such as `lengthField`. */
  codec: string
  /** The vectors, with unique names. */
  vectors: Vector[]
}

/** A stream in chunks, and what a decoder must make of it. */
export interface Vector {
  /** What the vector shows. */
  name: string
  /** The options of the codec, by name. Bytes are in hexadecimal. */
  configuration: Record<string, unknown>
  /** The stream as it arrives, each chunk in hexadecimal. */
  chunks: string[]
  /** The frames in hexadecimal, strings as UTF-8. */
  frames?: string[]
  /** Instead of `frames`, if frames are values. Bytes in them are in hexadecimal; undefined members are left out. */
  values?: unknown[]
  /** The frames that were dropped because the configuration asks for it. */
  skipped: Pick<Skipped, 'offset' | 'length'>[]
  /** The error that ended the stream, if any. */
  error?: { code: string; offset: number }
}

/** The names of options that are bytes. */
const BYTES = new Set(['delimiter', 'end', 'start', 'terminator', 'trailer', 'magic', 'sync'])

/**
 * A law for each vector of the file. `codecOf` makes the codec from the configuration, whose bytes are `Uint8Array`s.
 */
export function vectorLaws<Frame>(file: VectorFile, codecOf: (configuration: never) => FrameCodec<Frame>): Law[] {
  return file.vectors.flatMap((vector) => {
    const chunks = vector.chunks.map(fromHex)
    const whole = joined(chunks)
    const { law, laws } = new LawBook(`${file.codec}(${JSON.stringify(vector.configuration)})`)
    law({
      name: vector.name,
      sentence: 'as listed, as it came, at once and byte by byte',
      cases: fc.constant({ chunks }),
      check() {
        const { values, frames = [], skipped, error } = vector
        const expected: Outcome = { frames: values ?? frames, skipped, ...(error && { error }) }
        const codec = codecOf(optionsOf(vector.configuration) as never)
        const bytes = Array.from(whole, (byte) => new Uint8Array([byte]))
        for (const cut of [chunks, [whole], bytes]) {
          const outcome = outcomeOf(codec, cut)
          expectSame({ ...outcome, frames: values === undefined ? framesInHex(outcome) : valuesOf(outcome) }, expected)
        }
      },
      mostRuns: 1,
    })
    return laws
  })
}

/** A vector's configuration as the codec takes it. */
export function optionsOf(configuration: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(configuration).map(([name, value]) => [name, BYTES.has(name) ? bytesIn(value) : value]),
  )
}

/** A string is bytes in hexadecimal: alone, in a list, or in a member. */
function bytesIn(value: unknown): unknown {
  if (typeof value === 'string') return fromHex(value)
  if (Array.isArray(value)) return value.map(bytesIn)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, bytesIn(member)]))
}

/** Frames as a vector lists them: bytes, and strings as UTF-8, in hexadecimal. */
export function framesInHex({ frames }: Outcome): string[] {
  return frames.map((frame) => hex(isBytes(frame) ? frame : new TextEncoder().encode(frame as string)))
}

/** Frames that are values, as a vector lists them. */
export function valuesOf({ frames }: Outcome): unknown[] {
  return frames.map(plain)
}

function plain(value: unknown): unknown {
  if (isBytes(value)) return hex(value)
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value !== 'object' || value === null) return value
  const members = Object.entries(value).filter(([, member]) => member !== undefined)
  return Object.fromEntries(members.map(([name, member]) => [name, plain(member)]))
}

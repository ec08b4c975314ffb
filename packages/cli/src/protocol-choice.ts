// Chooses the codec of a protocol by its name and the flags of its options.

import type { FrameCodec } from '@unstick/core'
import { codecOptionNames } from './codec-flags.ts'
import type { CodecFlags } from './codecs.ts'
import { DIRECTIONS, type Direction } from './direction.ts'
import { Misuse } from './misuse.ts'
import { presetOf } from './protocols.ts'

export interface ChoiceFlags extends CodecFlags {
  protocol?: string
  codec?: string
  /** The protocol's own name for a side of the connection. */
  from?: string
}

export interface CodecChoice {
  /** The side that --from names. */
  from: Direction | undefined
  /**
   * The codec for the bytes of one side, the same for both if the directions do not differ. Throws a `Misuse` if it
   * cannot be created.
   */
  codecOf: (from: Direction | undefined) => FrameCodec<unknown>
}

/** Throws a `Misuse` that names the flag. */
export async function protocolChoice(name: string, flags: ChoiceFlags): Promise<CodecChoice> {
  const preset = await presetOf(name)
  const options = optionsIn(flags)
  return {
    from: directionOf(flags.from, preset.sides ?? DIRECTIONS),
    codecOf: (from) => preset.codec(options, from),
  }
}

/** `client` and `server` name the sides of every protocol, even if it has its own names. */
export function directionOf(from: string | undefined, sides: readonly string[]): Direction | undefined {
  if (from === undefined) return undefined
  for (const [index, direction] of DIRECTIONS.entries()) {
    if (from === direction || from === sides[index]) return direction
  }
  throw new Misuse(`--from must be ${sides.join(' or ')}, received ${JSON.stringify(from)}`)
}

/** The options of codecs among the flags. */
export function optionsIn(flags: ChoiceFlags): Record<string, unknown> {
  const given = Object.entries(flags).filter(([name, value]) => value !== undefined && codecOptionNames.has(name))
  return Object.fromEntries(given.map(([name, value]) => [name, isBytes(value) ? numberOf(value.bytes) : value]))
}

/** Sync and magic bytes: protocols take them as a number. */
function isBytes(value: unknown): value is { bytes: Uint8Array } {
  return typeof value === 'object' && value !== null && 'bytes' in value && value.bytes instanceof Uint8Array
}

function numberOf(bytes: Uint8Array): number {
  return bytes.reduce((number, byte) => number * 256 + byte, 0)
}

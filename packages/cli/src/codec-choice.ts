// The codec that the flags of a command ask for: of the list, of a protocol, or of the caller's own module.

import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { FrameCodec } from '@unstick/core'
import { codecOptionNames } from './codec-flags.ts'
import { CHOICES, codecOf, hasCodec, type CodecFlags } from './codecs.ts'
import { DIRECTIONS, type Direction } from './direction.ts'
import { spelled } from './flags.ts'
import { Misuse } from './misuse.ts'
import { allPresets, presetOf } from './protocols.ts'

export interface ChoiceFlags extends CodecFlags {
  protocol?: string
  codec?: string
  /** The protocol's own name of a side of the connection. */
  from?: string
}

export interface CodecChoice {
  /** The side that --from names. */
  from: Direction | undefined
  /**
   * The codec for what one side writes: where the directions are alike it is the same for both. Throws a `Misuse` for
   * one that cannot be made.
   */
  codecOf: (from: Direction | undefined) => FrameCodec<unknown>
}

/** Throws a `Misuse` that names the flag. */
export async function choiceOf(flags: ChoiceFlags): Promise<CodecChoice> {
  const choice = await optionalChoiceOf(flags)
  if (choice === undefined) throw new Misuse(`give one of ${CHOICES}`)
  return choice
}

/** The same, for commands that can do without a codec. */
export async function optionalChoiceOf(flags: ChoiceFlags): Promise<CodecChoice | undefined> {
  const given = [flags.protocol !== undefined, flags.codec !== undefined, hasCodec(flags)].filter(Boolean)
  if (given.length > 1) throw new Misuse(`give one of ${CHOICES}`)
  if (flags.protocol !== undefined) return protocolChoice(flags.protocol, flags)
  const from = directionOf(flags.from, DIRECTIONS)
  if (flags.codec !== undefined) {
    const [option] = Object.keys(optionsIn(flags))
    if (option !== undefined) throw new Misuse(`${spelled(option)} does not go with --codec`)
    return { from, codecOf: await moduleCodecs(flags.codec) }
  }
  if (given.length === 0) return undefined
  const codec = codecOf(flags)
  return { from, codecOf: () => codec }
}

async function protocolChoice(name: string, flags: ChoiceFlags): Promise<CodecChoice> {
  const preset = await presetOf(name)
  const options = optionsIn(flags)
  return {
    from: directionOf(flags.from, preset.sides ?? DIRECTIONS),
    codecOf: (from) => preset.codec(options, from),
  }
}

/** `client` and `server` name the sides of every protocol, whatever it calls them itself. */
function directionOf(from: string | undefined, sides: readonly string[]): Direction | undefined {
  if (from === undefined) return undefined
  for (const [index, direction] of DIRECTIONS.entries()) {
    if (from === direction || from === sides[index]) return direction
  }
  throw new Misuse(`--from must be ${sides.join(' or ')}, received ${JSON.stringify(from)}`)
}

/** The options of codecs among the flags. */
function optionsIn(flags: ChoiceFlags): Record<string, unknown> {
  const given = Object.entries(flags).filter(([name, value]) => value !== undefined && codecOptionNames.has(name))
  return Object.fromEntries(given.map(([name, value]) => [name, isBytes(value) ? numberOf(value.bytes) : value]))
}

/** Sync and magic bytes: protocols take them as a number. */
function isBytes(value: unknown): value is { bytes: Uint8Array } {
  return isObject(value) && 'bytes' in value && value.bytes instanceof Uint8Array
}

function numberOf(bytes: Uint8Array): number {
  return bytes.reduce((number, byte) => number * 256 + byte, 0)
}

/** For `--protocol list`. */
export async function protocolList(): Promise<string> {
  return `${[...(await allPresets()).keys()].join('\n')}\n`
}

/** The module's default export: a codec, or a function that makes one, given the side that writes. */
async function moduleCodecs(file: string): Promise<CodecChoice['codecOf']> {
  let loaded: { default?: unknown }
  try {
    loaded = (await import(/* @vite-ignore */ pathToFileURL(resolve(file)).href)) as typeof loaded
  } catch (error) {
    throw new Misuse(`--codec ${file}: ${(error as Error).message}`, { cause: error })
  }
  // A CommonJS module that was compiled from ESM has its default export one level deeper.
  const exported = isObject(loaded.default) && 'default' in loaded.default ? loaded.default.default : loaded.default
  const codecFor: CodecChoice['codecOf'] = (from) =>
    checked(typeof exported === 'function' ? exported({ from }) : exported, file)
  codecFor(undefined)
  return codecFor
}

function checked(value: unknown, file: string): FrameCodec<unknown> {
  if (isObject(value) && 'decoder' in value && typeof value.decoder === 'function')
    return value as unknown as FrameCodec<unknown>
  throw new Misuse(`--codec ${file}: its default export must be a codec, or a function that makes one`)
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

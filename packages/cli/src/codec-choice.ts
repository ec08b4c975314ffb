// Chooses the codec that the flags name: a built-in one, a protocol, or the caller's own module.

import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { FrameCodec } from '@unstick/core'
import { CHOICES, chosenFlags, codecOf } from './codecs.ts'
import { DIRECTIONS } from './direction.ts'
import { spelled } from './flag.ts'
import { listed } from './flags.ts'
import { Misuse } from './misuse.ts'
import { directionOf, optionsIn, protocolChoice, type ChoiceFlags, type CodecChoice } from './protocol-choice.ts'
import { allPresets } from './protocols.ts'

/** Throws a `Misuse` that names the flag. */
export async function choiceOf(flags: ChoiceFlags): Promise<CodecChoice> {
  const choice = await optionalChoiceOf(flags)
  if (choice === undefined) throw new Misuse(`give one of ${CHOICES}`)
  return choice
}

/** The same, for commands that do not require a codec. */
export async function optionalChoiceOf(flags: ChoiceFlags): Promise<CodecChoice | undefined> {
  const given = chosenFlags({ ...flags })
  if (given.length > 1) throw new Misuse(`give only one of ${listed(given.map(spelled), 'and')}`)
  if (flags.protocol !== undefined) return protocolChoice(flags.protocol, flags)
  const from = directionOf(flags.from, DIRECTIONS)
  if (flags.codec !== undefined) {
    const [option] = Object.keys(optionsIn(flags))
    if (option !== undefined) throw new Misuse(`${spelled(option)} cannot be used with --codec`)
    return { from, codecOf: await moduleCodecs(flags.codec) }
  }
  if (given.length === 0) return undefined
  const codec = codecOf(flags)
  return { from, codecOf: () => codec }
}

/** For `--protocol list`. */
export async function protocolList(): Promise<string> {
  return `${[...(await allPresets()).keys()].join('\n')}\n`
}

/** The module's default export: a codec, or a function that takes the writing side and returns one. */
async function moduleCodecs(file: string): Promise<CodecChoice['codecOf']> {
  let loaded: { default?: unknown }
  try {
    loaded = (await import(/* @vite-ignore */ pathToFileURL(resolve(file)).href)) as typeof loaded
  } catch (error) {
    throw new Misuse(`--codec ${file}: ${(error as Error).message}`, { cause: error })
  }
  // In a CommonJS module compiled from ESM the default export is one level deeper.
  const exported = isObject(loaded.default) && 'default' in loaded.default ? loaded.default.default : loaded.default
  const codecFor: CodecChoice['codecOf'] = (from) =>
    checked(typeof exported === 'function' ? exported({ from }) : exported, file)
  codecFor(undefined)
  return codecFor
}

function checked(value: unknown, file: string): FrameCodec<unknown> {
  if (isObject(value) && 'decoder' in value && typeof value.decoder === 'function')
    return value as unknown as FrameCodec<unknown>
  throw new Misuse(`--codec ${file}: its default export must be a codec, or a function that returns one`)
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

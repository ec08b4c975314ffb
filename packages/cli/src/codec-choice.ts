// The codec that the flags of a command ask for: of the list, of a protocol, or of the caller's own module.

import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { FrameCodec } from '@unstick/core'
import { CHOICES, codecOf, hasCodec, type CodecFlags } from './codecs.ts'
import { Misuse } from './misuse.ts'
import { allPresets, presetOf, type Side } from './protocols.ts'

export interface ChoiceFlags extends CodecFlags {
  protocol?: string
  codec?: string
  from?: Side
}

/** Gives the codec for what one side writes. Where the directions are alike, or the side is not known, it is the same. */
export type CodecChoice = (from?: Side) => FrameCodec<unknown>

/** Throws a `Misuse` that names the flag. */
export async function choiceOf(flags: ChoiceFlags): Promise<CodecChoice> {
  const choice = await optionalChoiceOf(flags)
  if (choice === undefined) throw new Misuse(`give one of ${CHOICES}`)
  return choice
}

/** The same, for commands that can do without a codec. */
export async function optionalChoiceOf(flags: ChoiceFlags): Promise<CodecChoice | undefined> {
  const given = [flags.protocol !== undefined, flags.codec !== undefined, hasCodec(flags)].filter(Boolean)
  if (given.length === 0) return undefined
  if (given.length > 1) throw new Misuse(`give one of ${CHOICES}`)
  if (flags.protocol !== undefined) {
    const preset = await presetOf(flags.protocol)
    const { maxFrameLength, oversize, corrupt } = flags
    const options = Object.entries({ maxFrameLength, oversize, corrupt }).filter(([, value]) => value !== undefined)
    return (from = flags.from) => preset.codec(Object.fromEntries(options), from)
  }
  if (flags.codec !== undefined) return moduleChoice(flags.codec)
  const codec = codecOf(flags)
  return () => codec
}

/** For `--protocol list`. */
export async function protocolList(): Promise<string> {
  return `${[...(await allPresets()).keys()].join('\n')}\n`
}

/** The module's default export: a codec, or a function that makes one, given the side that writes. */
async function moduleChoice(file: string): Promise<CodecChoice> {
  let loaded: { default?: unknown }
  try {
    loaded = (await import(/* @vite-ignore */ pathToFileURL(resolve(file)).href)) as typeof loaded
  } catch (error) {
    throw new Misuse(`--codec ${file}: ${(error as Error).message}`, { cause: error })
  }
  // A CommonJS module that was compiled from ESM has its default export one level deeper.
  const exported = isObject(loaded.default) && 'default' in loaded.default ? loaded.default.default : loaded.default
  const codecFor: CodecChoice = (from) => checked(typeof exported === 'function' ? exported({ from }) : exported, file)
  codecFor()
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

// Makes the codec that the flags of a command choose.

import type { FrameCodec } from '@unstick/core'
import { codecOptionNames } from './codec-flags.ts'
import { codecKinds, type CodecKind } from './codec-kinds.ts'
import { camelCase, spelled } from './flag.ts'
import { Misuse } from './misuse.ts'

/**
 * The values of the flags by their camelCase names: the flag that chooses a codec, and those that are its options.
 */
export type CodecFlags = Readonly<Record<string, unknown>>

/** The codecs by the camelCase names of their flags. */
const kinds = new Map(codecKinds.map((kind) => [camelCase(kind.name), kind]))

/** For the message of a command that needs a codec but got none. */
export const CHOICES: string = ['protocol', 'codec', ...kinds.keys()].map(spelled).join(', ')

/** The given flags that choose a codec, by their camelCase names; more than one is misuse. */
export function chosenFlags(flags: CodecFlags): string[] {
  return ['protocol', 'codec', ...kinds.keys()].filter((flag) => flags[flag] !== undefined)
}

/** Throws a `Misuse` that names the flag, for flags that conflict or are out of range. */
export function codecOf(flags: CodecFlags): FrameCodec<unknown> {
  const { kind, options, flagOf } = codecOptions(flags)
  try {
    return kind.make(options as never)
  } catch (error) {
    if (!(error instanceof RangeError || error instanceof TypeError)) throw error
    // The codec's message names the option; replace it by the flag.
    const message = error.message.replace(/^\w+/, (option) => flagOf.get(option) ?? option)
    throw new Misuse(message, { cause: error })
  }
}

export interface ChosenOptions {
  kind: CodecKind
  /** By the codec's names for them. */
  options: Record<string, unknown>
  /** For each option, the flag as it is spelled. */
  flagOf: Map<string, string>
}

/** Throws a `Misuse` that names the flag, for flags that conflict. */
export function codecOptions(flags: CodecFlags): ChosenOptions {
  const given = new Map(Object.entries(flags).filter(([, value]) => value !== undefined))
  const [chosen, ...others] = [...kinds].filter(([flag]) => given.has(flag))
  if (chosen === undefined || others.length > 0) throw new Misuse(`give one of ${CHOICES}`)
  const [chosenFlag, kind] = chosen
  const options: Record<string, unknown> = {}
  const flagOf = new Map<string, string>()
  for (const [name, value] of given) {
    const option = name === chosenFlag ? kind.option : kind.options[name]
    if (option === undefined) {
      if (codecOptionNames.has(name)) throw new Misuse(`${spelled(name)} cannot be used with ${spelled(chosenFlag)}`)
      continue
    }
    options[option] = value
    flagOf.set(option, spelled(name))
  }
  return { kind, options, flagOf }
}

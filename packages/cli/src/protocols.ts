// Loads presets of @unstick/protocols by name.

import type { FrameCodec } from '@unstick/core'
import type { Direction } from './direction.ts'
import { spelled } from './flag.ts'
import { didYouMean, Misuse } from './misuse.ts'

type MakePreset = (options: Record<string, unknown>) => FrameCodec<unknown>

export interface Preset {
  /** The protocol's names for its sides, the client first. Undefined if both sides have the same format. */
  sides: readonly [client: string, server: string] | undefined
  hasOption: (name: string) => boolean
  /** Throws a `Misuse` for options that are missing, unknown or out of range. */
  codec: (options: Record<string, unknown>, from?: Direction) => FrameCodec<unknown>
}

/** Throws a `Misuse` for an unknown name. */
export async function presetOf(name: string): Promise<Preset> {
  const presets = await allPresets()
  const found = presets.get(name)
  if (found !== undefined) return found
  throw new Misuse(`--protocol: there is none called ${name}${didYouMean(name, presets.keys())}; \`list\` lists them`)
}

/** Every preset by its name, in alphabetical order. */
export async function allPresets(): Promise<Map<string, Preset>> {
  // Loaded on demand: most commands need no preset.
  const exported = Object.entries(await import('@unstick/protocols'))
  const presets = exported
    .filter(([, value]) => typeof value === 'function')
    .map(([name, make]): [string, Preset] => {
      const kebab = spelled(name).slice(2)
      return [kebab, preset(kebab, make as unknown as MakePreset)]
    })
  return new Map(presets.toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

function preset(name: string, make: MakePreset): Preset {
  const sides = sidesOf(make)
  return {
    sides,
    hasOption(option) {
      try {
        make({ [option]: Symbol('any'), ...(sides && { from: sides[0] }) })
        return true
      } catch (error) {
        // Any other error is about the value.
        return unknownOptionIn((error as Error).message) === undefined
      }
    },
    codec(options, from) {
      if (sides !== undefined && from === undefined)
        throw new Misuse(`--protocol ${name} needs --from ${sides.join(' or ')}: who wrote the bytes`)
      try {
        return make(sides === undefined ? options : { ...options, from: sides[from === 'client' ? 0 : 1] })
      } catch (error) {
        if (!(error instanceof RangeError || error instanceof TypeError)) throw error
        throw new Misuse(misuseText(name, options, error.message), { cause: error })
      }
    },
  }
}

/** A preset whose directions differ throws without `from`, and its message names the sides. */
function sidesOf(make: MakePreset): Preset['sides'] {
  try {
    make({})
  } catch (error) {
    const [, client, server] = /^from must be "(\w+)" or "(\w+)"/.exec((error as Error).message) ?? []
    if (client !== undefined && server !== undefined) return [client, server]
  }
  return undefined
}

function unknownOptionIn(message: string): string | undefined {
  return /has no option "(\w+)"/.exec(message)?.[1]
}

/** A preset's error message, with flags in place of options. */
function misuseText(name: string, options: Record<string, unknown>, message: string): string {
  const unknown = unknownOptionIn(message)
  if (unknown !== undefined) return `${spelled(unknown)} cannot be used with --protocol ${name}`
  const [option = '', ...rest] = message.split(' ')
  const flag = spelled(option)
  return option in options ? `${flag} ${rest.join(' ')}` : `--protocol ${name} needs ${flag}: ${message}`
}

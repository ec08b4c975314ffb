// The presets of @unstick/protocols, loaded by name when one is asked for.

import type { FrameCodec } from '@unstick/core'
import { made } from './codecs.ts'
import { spelled } from './flags.ts'
import { didYouMean, Misuse } from './misuse.ts'

/** Who wrote the bytes: 'client' or 'server', or what a protocol calls its sides. */
export type Side = string

type MakePreset = (options: Record<string, unknown>) => FrameCodec<unknown>

export interface Preset {
  /** Whether the bytes of the two sides differ, so that one must be named. */
  isDirected: boolean
  codec(options: Record<string, unknown>, from?: Side): FrameCodec<unknown>
}

/** Throws a `Misuse` for a name that there is not. */
export async function presetOf(name: string): Promise<Preset> {
  const presets = await allPresets()
  const found = presets.get(name)
  if (found !== undefined) return found
  throw new Misuse(`--protocol: there is none called ${name}${didYouMean(name, presets.keys())}; \`list\` lists them`)
}

/** Every preset by its name, in alphabetical order. */
export async function allPresets(): Promise<Map<string, Preset>> {
  // Loaded when it is needed: most commands need none.
  const exported = Object.entries(await import('@unstick/protocols'))
  const presets = exported
    .filter(([, value]) => typeof value === 'function')
    .map(([name, make]): [string, Preset] => [spelled(name).slice(2), preset(make as unknown as MakePreset)])
  return new Map(presets.toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

function preset(make: MakePreset): Preset {
  const isDirected = needsSide(make)
  return {
    isDirected,
    codec(options, from) {
      return made(() => make(isDirected ? { ...options, from } : options), spelled)
    },
  }
}

/** A preset whose directions differ refuses to be made without one, and says so. */
function needsSide(make: MakePreset): boolean {
  try {
    make({})
    return false
  } catch (error) {
    return error instanceof Error && /\bfrom\b/.test(error.message)
  }
}

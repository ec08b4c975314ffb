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

const PACKAGE = '@unstick/protocols'

/** Throws a `Misuse` for a name that there is not. */
export async function presetOf(name: string): Promise<Preset> {
  const names = await presetNames()
  if (!names.includes(name))
    throw new Misuse(`--protocol: there is none called ${name}${didYouMean(name, names)}; \`list\` lists them`)
  return preset((await load(`${PACKAGE}/${name}`))[camelCase(name)] as MakePreset)
}

/** Every preset. */
export async function presetNames(): Promise<string[]> {
  return Object.entries(await load(PACKAGE))
    .filter(([, value]) => typeof value === 'function')
    .map(([name]) => spelled(name).slice(2))
    .toSorted()
}

/** Every preset by name, or none where the package is not installed. */
export async function installedPresets(): Promise<Map<string, Preset>> {
  try {
    const names = await presetNames()
    return new Map(
      await Promise.all(names.map(async (name): Promise<[string, Preset]> => [name, await presetOf(name)])),
    )
  } catch (error) {
    if (error instanceof Misuse) return new Map()
    throw error
  }
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

/** A preset whose directions differ refuses to be made without one. */
function needsSide(make: MakePreset): boolean {
  try {
    make({})
    return false
  } catch {
    return true
  }
}

async function load(specifier: string): Promise<Record<string, unknown>> {
  try {
    return (await import(/* @vite-ignore */ specifier)) as Record<string, unknown>
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error
    throw new Misuse(`--protocol needs ${PACKAGE}: npm install ${PACKAGE}`, { cause: error })
  }
}

function camelCase(name: string): string {
  return name.replaceAll(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
}

// The chosen codec, as the flags of the `unstick` command: form, URL and command line use the same names and values.

import type { FrameCodec } from '@unstick/core'
import { codecFlags } from '../../packages/cli/src/codec-flags.ts'
import { codecKinds } from '../../packages/cli/src/codec-kinds.ts'
import { codecOf, type CodecFlags } from '../../packages/cli/src/codecs.ts'
import { camelCase, isSwitch, spelled, type Flag } from '../../packages/cli/src/flag.ts'
import { Misuse } from '../../packages/cli/src/misuse.ts'
import { protocolChoice } from '../../packages/cli/src/protocol-choice.ts'
import { allPresets } from '../../packages/cli/src/protocols.ts'

/** The flags by their camelCase names; a switch is ''. Several delimiters are separated by spaces. */
export type Choice = Record<string, string>

const flags: ReadonlyMap<string, Flag> = new Map(
  Object.values(codecFlags)
    .flat()
    .map((flag) => [camelCase(flag.name), flag]),
)

/** The flags that choose a codec, including `protocol`. */
export const KINDS: readonly string[] = [...codecKinds.map(({ name }) => camelCase(name)), 'protocol']

export function kindOf(choice: Choice): string {
  return KINDS.find((kind) => kind in choice) ?? 'lengthField'
}

export function flagOf(name: string): Flag | undefined {
  return flags.get(name)
}

/**
 * The parsed values of the flags.
 *
 * @throws {Misuse} The message names the flag and the allowed values.
 */
export function flagValues(choice: Choice): CodecFlags {
  return Object.fromEntries(Object.entries(choice).map(([name, text]) => [name, valueOf(name, text)]))
}

function valueOf(name: string, text: string): unknown {
  if (name === 'from') return text
  const flag = flags.get(name)
  if (flag === undefined) throw new Misuse(`${spelled(name)} is not a flag of a codec`)
  if (isSwitch(flag)) return true
  if (text === '') throw new Misuse(`--${flag.name} needs a value`)
  if (flag.choices !== undefined && !flag.choices.includes(text)) {
    throw new Misuse(`--${flag.name} must be ${flag.choices.join(', ')}`)
  }
  const parse = (one: string): unknown => (flag.parse === undefined ? one : flag.parse(one))
  try {
    return flag.isMultiple === true ? writtenSeveral(text).map(parse) : parse(text)
  } catch (error) {
    if (error instanceof Misuse) error.message = `--${flag.name} ${error.message}`
    throw error
  }
}

/** The values of a repeatable flag. A space inside a value is written \x20. */
export function writtenSeveral(text: string): string[] {
  return text.split(' ').filter((one) => one !== '')
}

/** @throws {Misuse} The message names the flag. */
export async function codecFor(choice: Choice): Promise<FrameCodec<unknown>> {
  const values = flagValues(choice)
  if (choice.protocol === undefined) return codecOf(values)
  const { from, codecOf: codecFrom } = await protocolChoice(choice.protocol, values)
  return codecFrom(from)
}

/**
 * The codec that explains the bytes of a frame. It throws for an incomplete packet, unlike the chosen codec, which
 * resynchronises.
 *
 * @throws {Misuse} The message names the flag.
 */
export function explainingCodecFor(choice: Choice): Promise<FrameCodec<unknown>> {
  return codecFor('packet' in choice ? { ...choice, corrupt: 'error' } : choice)
}

/** The flags that a codec accepts. */
export function optionsOf(kind: string): Flag[] {
  const names = Object.keys(codecKinds.find(({ name }) => camelCase(name) === kind)?.options ?? {})
  return names.map((name) => flags.get(name)!)
}

export interface ProtocolForm {
  /** The sides that may have written the bytes; undefined if both use the same format. */
  sides: readonly [string, string] | undefined
  options: Flag[]
}

/** The fields of a form for this protocol. */
export async function protocolForm(name: string): Promise<ProtocolForm> {
  const preset = (await allPresets()).get(name)
  if (preset === undefined) return { sides: undefined, options: [] }
  const options = [...flags].filter(
    ([option, flag]) => !KINDS.includes(option) && flag.name !== 'codec' && preset.hasOption(option),
  )
  return { sides: preset.sides, options: options.map(([, flag]) => flag) }
}

export async function protocolNames(): Promise<string[]> {
  return [...(await allPresets()).keys()]
}

// Reads the flags of a command, from the declarations that --help uses as well.

import { parseArgs } from 'node:util'
import { camelCase, isSwitch, type Flag } from './flag.ts'
import { didYouMean, Misuse } from './misuse.ts'

export type FlagValues = Record<string, unknown>

export interface ReadArguments {
  values: FlagValues
  positionals: string[]
}

const HELP: Flag = { name: 'help', description: 'print this help' }

/** Throws a `Misuse` that names the flag. */
export function readArguments(args: string[], declared: readonly Flag[]): ReadArguments {
  const flags = new Map([...declared, HELP].map((flag) => [flag.name, flag]))
  const options: Record<string, { type: 'boolean' | 'string'; short?: string }> = {}
  for (const flag of flags.values()) options[flag.name] = { type: isSwitch(flag) ? 'boolean' : 'string' }
  options.help!.short = 'h'
  // Not strict: strict mode refuses values such as -4, and its messages do not list the flags.
  const { tokens } = parseArgs({ args, options, strict: false, allowPositionals: true, tokens: true })
  const values: FlagValues = {}
  const positionals: string[] = []
  for (const flag of declared) if (flag.default !== undefined) values[camelCase(flag.name)] = flag.default
  const given = new Set<string>()
  for (const token of tokens) {
    if (token.kind === 'positional') positionals.push(token.value)
    if (token.kind !== 'option') continue
    const flag = flags.get(token.name)
    if (flag === undefined)
      throw new Misuse(`unknown flag ${token.rawName}${didYouMean(token.rawName, spelledAll(flags))}`)
    const name = camelCase(flag.name)
    if (given.has(name) && flag.isMultiple === undefined) throw new Misuse(`--${flag.name} is given more than once`)
    const value = valueOf(flag, token.value)
    values[name] =
      flag.isMultiple && given.has(name) ? [...(values[name] as unknown[]), value] : flag.isMultiple ? [value] : value
    given.add(name)
  }
  return { values, positionals }
}

function valueOf(flag: Flag, text: string | undefined): unknown {
  if (isSwitch(flag)) {
    if (text !== undefined) throw new Misuse(`--${flag.name} takes no value`)
    return true
  }
  if (text === undefined) throw new Misuse(`--${flag.name} needs a value`)
  if (flag.choices !== undefined && !flag.choices.includes(text)) {
    throw new Misuse(`--${flag.name} must be ${listed(flag.choices)}, received ${JSON.stringify(text)}`)
  }
  try {
    return flag.parse === undefined ? text : flag.parse(text)
  } catch (error) {
    if (error instanceof Misuse) error.message = `--${flag.name} ${error.message}, received ${JSON.stringify(text)}`
    throw error
  }
}

/** `a, b or c`. */
export function listed(choices: readonly string[], conjunction: 'and' | 'or' = 'or'): string {
  return choices.length === 1 ? choices[0]! : `${choices.slice(0, -1).join(', ')} ${conjunction} ${choices.at(-1)}`
}

function* spelledAll(flags: Map<string, Flag>): Generator<string> {
  for (const name of flags.keys()) yield `--${name}`
}

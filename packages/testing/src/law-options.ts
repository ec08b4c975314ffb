// Checks the options of laws: with a mistyped option a law would try less than it seems to.

import { choiceOption, functionOption, readOptions, stringOption } from '@unstick/core'

type Check = (name: string, value: unknown) => unknown

const oneOf =
  (...choices: string[]): Check =>
  (name, value) =>
    choiceOption(name, value as string, choices)

const CHECKS: Record<string, Check> = {
  frame: arbitraryOption,
  stream: arbitraryOption,
  name: stringOption,
  oracle: functionOption,
  encode: functionOption,
  frameOfParts: functionOption,
  announcing: functionOption,
  frameOfLength: (name, value) => (value === 'none' ? value : functionOption(name, value)),
  atEnd: oneOf('error', 'emit', 'drop'),
  scan: oneOf('frames', 'slices'),
  errors: oneOf('some', 'none'),
  skips: oneOf('some', 'none'),
  completion: oneOf('immediate', 'delayed'),
}

/** Reads the options of `by` that have these names, once. */
export function readLawOptions<Options extends object>(
  by: string,
  options: Options,
  names: (keyof Options & string)[],
): Options {
  const read = readOptions(by, options, names)
  for (const [name, value] of Object.entries(read)) CHECKS[name]!(name, value)
  return read
}

/** Recognised by its methods, since fast-check may be loaded as ESM and as CommonJS. */
function arbitraryOption(name: string, value: unknown): void {
  if (typeof (value as { generate?: unknown } | undefined)?.generate !== 'function') {
    throw new TypeError(`${name} must be an arbitrary of fast-check`)
  }
}

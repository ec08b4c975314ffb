// What a flag is, and how its names are spelled.

export interface Flag {
  /** In kebab-case; its value gets the camelCase name. */
  name: string
  /** What stands for the value in --help. A flag without it is a switch. */
  value?: string
  choices?: readonly string[]
  description: string
  isMultiple?: true
  default?: string | number
  /** Throws a `Misuse` that says what the value must be. */
  parse?: (text: string) => unknown
}

/** `--max-frame-length` for `maxFrameLength`. */
export function spelled(name: string): string {
  return `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
}

export function isSwitch(flag: Flag): boolean {
  return flag.value === undefined && flag.choices === undefined
}

/** The other way round. */
export function camelCase(name: string): string {
  return name.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())
}

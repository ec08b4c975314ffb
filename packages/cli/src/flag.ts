// The declaration of a flag, and the spelling of its name.

export interface Flag {
  /** In kebab-case; its value gets the camelCase name. */
  name: string
  /** The placeholder for the value in --help. A flag without it or `choices` is a switch. */
  value?: string
  choices?: readonly string[]
  description: string
  isMultiple?: true
  default?: string | number
  /** Throws a `Misuse` with the allowed values. */
  parse?: (text: string) => unknown
}

/** `--max-frame-length` for `maxFrameLength`. */
export function spelled(name: string): string {
  return `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
}

export function isSwitch(flag: Flag): boolean {
  return flag.value === undefined && flag.choices === undefined
}

/** `maxFrameLength` for `max-frame-length`. */
export function camelCase(name: string): string {
  return name.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())
}

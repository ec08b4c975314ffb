// The `unstick decode` command line with given flags, quoted for a shell.

import { spelled } from './flag.ts'

/** The text after each flag; `true` for a switch, a list for a flag that is given more than once. */
export type WrittenFlags = Record<string, string | number | true | readonly string[]>

export function decodeCommandWith(flags: WrittenFlags, file: string): string {
  const words = Object.entries(flags).flatMap(([name, value]) =>
    value === true
      ? [spelled(name)]
      : [value].flat().map((one) => `${spelled(name)}${separator(one)}${quoted(`${one}`)}`),
  )
  return ['unstick decode', ...words, quoted(file)].join(' ')
}

/** After a space, a value that begins with a dash would be read as a flag. */
function separator(value: string | number): string {
  return `${value}`.startsWith('-') ? '=' : ' '
}

function quoted(word: string): string {
  return /^[\w./:=+-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`
}

// The text of --help.

import type { Command } from './command.ts'
import { isSwitch, type Flag } from './flag.ts'

const WIDTH = 100
/** The column of the descriptions. Longer flags get a separate line. */
const COLUMN = 32

export function helpOf(command: Command): string {
  const usage = ['Usage: unstick', command.name, '[flags]', command.operands].filter((word) => word !== undefined)
  const parts = [usage.join(' '), command.summary]
  for (const [heading, flags] of Object.entries(command.flags)) {
    parts.push([`${heading}:`, ...flags.map((flag) => entry(nameOf(flag), describe(flag)))].join('\n'))
  }
  if (command.notes !== undefined) parts.push(command.notes.trim())
  return `${parts.join('\n\n')}\n`
}

export function overview(commands: readonly Command[]): string {
  return `Usage: unstick <command> [flags]

Turns a stream of bytes back into messages.

Commands:
${commands.map(({ name, summary }) => entry(name, summary)).join('\n')}

  unstick <command> --help        the flags of a command
  unstick --version               the version

Exit codes: 0 for success; 1 for a difference or faulty input; 2 for misuse.
`
}

function nameOf(flag: Flag): string {
  if (isSwitch(flag)) return `--${flag.name}`
  return `--${flag.name} <${flag.value ?? flag.choices!.join('|')}>`
}

function describe({ description, default: value }: Flag): string {
  return value === undefined ? description : `${description} (default: ${value})`
}

function entry(name: string, description: string): string {
  const indented = `  ${name}`.padEnd(COLUMN)
  const lines = wrapped(description, WIDTH - COLUMN)
  if (indented.length > COLUMN) lines.unshift('')
  return lines.map((line, index) => `${index === 0 ? indented : ' '.repeat(COLUMN)}${line}`.trimEnd()).join('\n')
}

function wrapped(text: string, width: number): string[] {
  const lines = ['']
  for (const word of text.split(' ')) {
    const last = lines.at(-1)!
    if (last !== '' && last.length + 1 + word.length > width) lines.push(word)
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`
  }
  return lines
}

// The text of --help.

import type { Command } from './command.ts'
import { isSwitch, type Flag } from './flag.ts'

/** The width of lines, unless the terminal is narrower. */
const WIDTH = 100
/** The column of the descriptions. Longer flags get a separate line. */
const COLUMN = 32
/** In narrower terminals every flag gets a separate line. */
const FEWEST_COLUMNS = 72
const INDENTATION = 6

/** Where the text goes: a terminal tells its width. */
interface Screen {
  columns?: number
}

export function helpOf(command: Command, screen: Screen = {}): string {
  const width = widthOf(screen)
  const usage = ['Usage: unstick', command.name, '[flags]', command.operands].filter((word) => word !== undefined)
  const parts = [usage.join(' '), paragraph(command.summary, width)]
  for (const [heading, flags] of Object.entries(command.flags)) {
    parts.push([`${heading}:`, ...flags.map((flag) => entry(nameOf(flag), describe(flag), width))].join('\n'))
  }
  for (const note of command.notes?.trim().split('\n\n') ?? []) parts.push(paragraph(note, width))
  return `${parts.join('\n\n')}\n`
}

export function overview(commands: readonly Command[], screen: Screen = {}): string {
  const width = widthOf(screen)
  return `Usage: unstick <command> [flags]

${paragraph('Turns a stream of bytes back into messages.', width)}

Commands:
${commands.map(({ name, summary }) => entry(name, summary, width)).join('\n')}

${entry('unstick <command> --help', 'the flags of a command', width)}
${entry('unstick --version', 'the version', width)}

${paragraph('Exit codes: 0 for success; 1 for a difference or faulty input; 2 for misuse.', width)}
`
}

function widthOf({ columns = WIDTH }: Screen): number {
  return Math.min(columns, WIDTH)
}

function paragraph(text: string, width: number): string {
  return wrapped(text.replaceAll('\n', ' '), width).join('\n')
}

function nameOf(flag: Flag): string {
  if (isSwitch(flag)) return `--${flag.name}`
  return `--${flag.name} <${flag.value ?? flag.choices!.join('|')}>`
}

function describe({ description, default: value }: Flag): string {
  return value === undefined ? description : `${description} (default: ${value})`
}

function entry(name: string, description: string, width: number): string {
  const isNarrow = width < FEWEST_COLUMNS
  const column = isNarrow ? INDENTATION : COLUMN
  const indented = `  ${name}`.padEnd(column)
  const lines = wrapped(description, width - column)
  if (isNarrow || indented.length > column) lines.unshift('')
  return lines.map((line, index) => `${index === 0 ? indented : ' '.repeat(column)}${line}`.trimEnd()).join('\n')
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

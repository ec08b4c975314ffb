// Commands, one a line: a verb and its arguments.

import type { FrameCodec } from '@unstick/core'
import { notEncodable } from './errors.ts'
import { headLine } from './head-line.ts'
import { STRING } from './members.ts'
import type { PresetOptions } from './options.ts'
import { isLine, upperCase } from './text.ts'

export interface Command {
  /** 'USER', 'RETR' ... as Latin-1, with ASCII letters in upper case. */
  verb: string
  /** What follows the verb and a space, as Latin-1, which keeps every byte. */
  args: string
}

export interface CommandRules {
  name: string
  maxLineLength: number
  ending: 'crlf' | 'auto'
}

export function commands(options: PresetOptions, rules: CommandRules): FrameCodec<Command> {
  return headLine<Command>(options, {
    ...rules,
    members: { verb: STRING, args: STRING },
    bodyEnd: '',
    mayHaveBody: () => false,
    bodyLength: () => undefined,
    decode: commandOf,
    encode: (command) => ({ line: lineOf(rules.name, command) }),
  })
}

export function commandOf(line: string): Command {
  const space = line.indexOf(' ')
  const verb = space < 0 ? line : line.slice(0, space)
  return { verb: upperCase(verb), args: line.slice(verb.length + 1) }
}

/** @throws {FrameError} `ERR_FRAME_NOT_ENCODABLE`: the line would be another command. */
export function lineOf(name: string, { verb, args }: Command): string {
  if (!isLine(verb) || !isLine(args)) throw notEncodable(name, 'verb and args must be strings without CR and LF')
  const line = args === '' ? verb : `${verb} ${args}`
  if (commandOf(line).verb !== verb) throw notEncodable(name, 'a verb must be one word in upper case')
  return line
}

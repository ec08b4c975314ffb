// Writes the `unstick decode` command with the chosen flags.

import { decodeCommandWith, type WrittenFlags } from '../../../packages/cli/src/decode-command.ts'
import { flagOf, flagValues, writtenSeveral, type Choice } from '../codec-choice.ts'

/** @throws {Misuse} A flag has no value, or one that is not allowed. */
export function commandLineFor(choice: Choice): string {
  flagValues(choice)
  const flags: WrittenFlags = {}
  for (const [name, text] of Object.entries(choice)) {
    const isMultiple = flagOf(name)?.isMultiple === true
    flags[name] = text === '' ? true : isMultiple ? writtenSeveral(text) : text
  }
  return decodeCommandWith(flags, 'capture.bin')
}

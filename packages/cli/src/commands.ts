// Every command. To add one, add a line.

import { benchCommand } from './bench.ts'
import type { Command } from './command.ts'
import { decodeCommand } from './decode.ts'
import { demoCommand } from './demo.ts'
import { guessCommand } from './guess.ts'
import { tapCommand } from './tap.ts'
import { tortureCommand } from './torture.ts'
import { verifyCommand } from './verify.ts'

export const commands: readonly Command[] = [
  decodeCommand,
  tapCommand,
  guessCommand,
  demoCommand,
  tortureCommand,
  verifyCommand,
  benchCommand,
]

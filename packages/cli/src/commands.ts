// Every command. To add one, add a line.

import { benchCommand } from './bench.ts'
import type { Command } from './command.ts'
import { decodeCommand } from './decode.ts'
import { demoCommand } from './demo.ts'

export const commands: readonly Command[] = [decodeCommand, demoCommand, benchCommand]

// Finds the command that the arguments name, reads its flags, and runs it.

import { version } from '../package.json'
import { commands } from './commands.ts'
import { readArguments } from './flags.ts'
import { helpOf, overview } from './help.ts'
import { didYouMean, Misuse } from './misuse.ts'
import type { Terminal } from './terminal.ts'

/**
 * Runs the command with `args` (without node and script). Resolves to its exit code: 0, 1 (a difference or faulty
 * input) or 2 (misuse).
 */
export async function run(args: string[], terminal: Terminal = process): Promise<number> {
  try {
    return await dispatch(args, terminal)
  } catch (error) {
    if (!(error instanceof Misuse)) throw error
    terminal.stderr.write(`unstick: ${error.message}\n`)
    return 2
  }
}

async function dispatch([name, ...args]: string[], terminal: Terminal): Promise<number> {
  const { stdout, stderr } = terminal
  switch (name) {
    case undefined:
      stderr.write(overview(commands, stdout))
      return 2
    case '--help':
    case '-h':
    case 'help':
      if (args[0] !== undefined && !args[0].startsWith('-')) return dispatch([args[0], '--help'], terminal)
      stdout.write(overview(commands, stdout))
      return 0
    case '--version':
    case '-v':
      stdout.write(`${version}\n`)
      return 0
  }
  const command = commands.find((one) => one.name === name)
  if (command === undefined) {
    const names = commands.map((one) => one.name)
    throw new Misuse(`there is no command ${name}${didYouMean(name, names)}; see unstick --help`)
  }
  // Before all checks, since the other arguments may be wrong.
  const ownArgs = args.includes('--') ? args.slice(0, args.indexOf('--')) : args
  if (ownArgs.includes('--help') || ownArgs.includes('-h')) {
    stdout.write(helpOf(command, stdout))
    return 0
  }
  const { values, positionals } = readArguments(args, Object.values(command.flags).flat())
  const excess = positionals[command.maxOperands ?? 0]
  if (excess !== undefined) throw new Misuse(`unexpected argument ${excess}; see unstick ${name} --help`)
  return command.run({ values, operands: positionals, args, terminal })
}

import { createWriteStream } from 'node:fs'
import type { Terminal } from './terminal.ts'

/**
 * Node writes to a terminal synchronously: Ctrl-S would stop the process, and with it the connections of a proxy.
 * Written as a file, its output waits in a queue instead.
 */
export function unblocked(terminal: Terminal): Terminal {
  if (terminal.stdout !== process.stdout || !process.stdout.isTTY) return terminal
  const stdout = createWriteStream('', { fd: process.stdout.fd, autoClose: false })
  // If the terminal closes, the process ends, as with every command.
  stdout.on('error', (error) => process.stdout.destroy(error))
  return { ...terminal, stdout: Object.assign(stdout, { isTTY: true }) }
}

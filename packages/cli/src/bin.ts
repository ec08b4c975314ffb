#!/usr/bin/env node
import { run } from './run.ts'

// If the reader exits, as `head` does, the command ends without an error. A full disk is one.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit()
  process.stderr.write(`unstick: standard output: ${error.message}\n`)
  process.exit(1)
})
process.stderr.on('error', () => {})

run(process.argv.slice(2)).then(
  (exitCode) => {
    process.exitCode = exitCode
  },
  (error: unknown) => {
    console.error(error)
    process.exitCode = 1
  },
)

#!/usr/bin/env node
import { run } from './index.ts'

run(process.argv.slice(2)).then(
  (exitCode) => {
    process.exitCode = exitCode
  },
  (error: unknown) => {
    console.error(error)
    process.exitCode = 1
  },
)

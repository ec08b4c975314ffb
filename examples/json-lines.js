// Two processes that exchange JSON values, one per line. Without arguments, the program also starts itself as the worker.

import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { jsonLines } from '@unstick/delimiter'
import { framed } from '@unstick/stream'

const codec = jsonLines({ maxFrameLength: 1024 * 1024 })

if (process.argv[2] === 'worker') {
  const parent = framed({ readable: process.stdin, writable: process.stdout }, codec)
  for await (const { id, numbers } of parent) {
    parent.write({ id, sum: numbers.reduce((sum, number) => sum + number, 0) })
  }
} else {
  const child = spawn(process.execPath, [fileURLToPath(import.meta.url), 'worker'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const worker = framed({ readable: child.stdout, writable: child.stdin }, codec)
  worker.write({ id: 1, numbers: [1, 2, 3] })
  // JSON escapes a line end inside a string, so it does not end the line.
  worker.write({ id: 2, numbers: [40, 2], note: 'two\nlines' })
  worker.end()
  for await (const { id, sum } of worker) console.log(`task ${id}: ${sum}`)
}

// Prints:
// task 1: 6
// task 2: 42

// Two processes that talk in JSON, a line for each value. Run without arguments it starts itself once more, as the worker.

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
  // A line end inside a text is escaped by JSON, so it ends no line.
  worker.write({ id: 2, numbers: [40, 2], note: 'two\nlines' })
  worker.end()
  for await (const { id, sum } of worker) console.log(`task ${id}: ${sum}`)
}

// Prints:
// task 1: 6
// task 2: 42

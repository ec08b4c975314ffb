// Runs the command in this process, and returns its output.

import { PassThrough, Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { run } from '../src/index.ts'

export interface Outcome {
  code: number
  out: string
  err: string
}

export async function unstick(args: string[], stdin: Buffer = Buffer.alloc(0)): Promise<Outcome> {
  const stdout = new PassThrough()
  const stderr = new PassThrough()
  const printed = Promise.all([text(stdout), text(stderr)])
  const code = await run(args, { stdin: Readable.from([stdin]), stdout, stderr })
  stdout.end()
  stderr.end()
  const [out, err] = await printed
  return { code, out, err }
}

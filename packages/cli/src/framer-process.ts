// A framer in another process, in any language: it reads chunks from its standard input and prints frames, one per
// line. docs/testing.md describes the lines.

import { spawn, type ChildProcessByStdio } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'

/** A framer's output for a stream. */
export interface Said {
  /** In hexadecimal. */
  frames: string[]
  skipped: { offset: number; length: number }[]
  error?: { code: string; offset?: number }
}

export class FramerProcess {
  private readonly child: ChildProcessByStdio<Writable, Readable, null>
  private readonly lines: AsyncIterator<string>
  private readonly name: string
  /** If a framer prints nothing for this many milliseconds, it has failed. */
  private readonly patience: number

  private constructor(command: readonly string[], patience: number) {
    const [file = '', ...args] = command
    this.name = command.join(' ')
    this.patience = patience
    this.child = spawn(file, args, { stdio: ['pipe', 'pipe', 'inherit'] })
    // If a framer exits early, `next` reports its missing answer.
    this.child.stdin.on('error', () => {})
    this.lines = createInterface({ input: this.child.stdout })[Symbol.asyncIterator]()
  }

  /** Throws an `Error` if the command cannot be run. */
  static async start(command: readonly string[], patience: number): Promise<FramerProcess> {
    const framer = new FramerProcess(command, patience)
    await once(framer.child, 'spawn')
    return framer
  }

  stop(): void {
    this.child.kill('SIGKILL')
  }

  /** Feeds a stream, and reads the frames. Throws an `Error` for a line that is not in the format. */
  async decode(chunks: readonly Uint8Array[], options: unknown): Promise<Said> {
    const lines = [
      `options ${JSON.stringify(options)}`,
      ...chunks.map((chunk) => `chunk ${Buffer.from(chunk).toString('hex')}`.trimEnd()),
      'end',
    ]
    this.child.stdin.write(`${lines.join('\n')}\n`)
    const said: Said = { frames: [], skipped: [] }
    for (let line = await this.next(); line !== 'done'; line = await this.next()) this.take(line, said)
    return said
  }

  private async next(): Promise<string> {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`${this.name} printed nothing for ${this.patience} ms`)), this.patience)
    })
    try {
      const { value, done } = await Promise.race([this.lines.next(), late])
      if (done === true) throw new Error(`${this.name} exited before it printed "done"`)
      return value.trim()
    } finally {
      clearTimeout(timer)
    }
  }

  private take(line: string, said: Said): void {
    const frame = /^frame(?: ((?:[0-9a-f]{2})+))?$/i.exec(line)
    const skipped = /^skipped (\d+) (\d+)$/.exec(line)
    const error = /^error (\w+)(?: (\d+))?$/.exec(line)
    if (frame !== null) said.frames.push((frame[1] ?? '').toLowerCase())
    else if (skipped !== null) said.skipped.push({ offset: Number(skipped[1]), length: Number(skipped[2]) })
    else if (error !== null) said.error = { code: error[1]!, ...(error[2] && { offset: Number(error[2]) }) }
    else throw new Error(`${this.name} must print frame, skipped, error or done, received ${JSON.stringify(line)}`)
  }
}

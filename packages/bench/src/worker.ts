// A measuring process, seen from its parent.

import { fork, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Answer, Request } from './answering.ts'

/** The built modules: Node 20 does not run TypeScript, so the package must have been built. */
const BUILT = new URL(import.meta.url.endsWith('.ts') ? '../dist/' : './', import.meta.url)

/**
 * Counts are taken in V8's interpreter. Its compilers lose some of them, more or fewer from version to version: for one
 * frame in chunks of 16 bytes the exponent was 1.005 in Node 20 and 1.08 in Node 26, without them it is 1.0000 in both.
 */
const FLAGS: Record<'child' | 'counting-child', string[]> = {
  child: ['--expose-gc'],
  'counting-child': ['--no-opt', '--no-maglev', '--no-sparkplug'],
}

/** No answer arrived in time; the process was killed. */
export class NoAnswer extends Error {}

export class Worker {
  private readonly process: ChildProcess
  private readonly started: Promise<void>
  private gone: string | undefined

  /** `entry` is the module that the process runs. */
  constructor(entry: keyof typeof FLAGS = 'child') {
    this.process = fork(fileURLToPath(new URL(`${entry}.js`, BUILT)), {
      execArgv: FLAGS[entry],
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    })
    this.started = new Promise((resolve) => {
      this.process.once('message', () => resolve())
      this.process.once('exit', (code, signal) => {
        this.gone ??= `the measuring process ended (${signal ?? code})`
        resolve()
      })
    })
  }

  /** Rejects with `NoAnswer` after `patienceMs`, and with an `Error` if the process dies or the request fails. */
  async ask(request: Request, patienceMs: number): Promise<Answer> {
    await this.started
    return new Promise((resolve, reject) => {
      if (this.gone !== undefined) {
        reject(new Error(this.gone))
        return
      }
      const settle = (): void => {
        clearTimeout(timer)
        this.process.off('message', answered).off('exit', exited)
      }
      const answered = (answer: Answer): void => {
        settle()
        if ('error' in answer) reject(new Error(answer.error))
        else resolve(answer)
      }
      const exited = (code: number | null, signal: string | null): void => {
        settle()
        reject(new Error(`the measuring process ended (${signal ?? code})`))
      }
      const timer = setTimeout(() => {
        settle()
        this.stop()
        reject(new NoAnswer(`no end within ${patienceMs / 1000} s`))
      }, patienceMs)
      this.process.on('message', answered).on('exit', exited)
      this.process.send(request)
    })
  }

  stop(): void {
    this.gone ??= 'the measuring process was ended'
    this.process.kill('SIGKILL')
  }
}

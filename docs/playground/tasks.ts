// Tasks that run in a worker, because they are slow or run pasted code that may never end.

import type { Choice } from './codec-choice.ts'
import type { MessageKind } from './framers/exhibits.ts'
import type { FramerOutcome, TriedLaw } from './framers/try-framer.ts'
import type { ShownGuess } from './guessing.ts'

export interface Tasks {
  try: { input: { source: string; messages: MessageKind; choice: Choice; seed: number }; result: TriedLaw[] }
  run: { input: { source: string; chunks: Uint8Array[] }; result: FramerOutcome }
  guess: { input: { chunks: Uint8Array[] }; result: ShownGuess[] }
}

/** The answer repeats `id`, which pasted code does not know: whatever else it posts is no answer. */
export type TaskRequest = { id: number } & {
  [Name in keyof Tasks]: { task: Name; input: Tasks[Name]['input'] }
}[keyof Tasks]

export type TaskAnswer = { id: number } & ({ result: unknown } | { error: string })

/** The part of a worker that the page uses. */
export interface TaskWorker {
  postMessage(request: TaskRequest): void
  terminate(): void
  addEventListener(type: 'message', listener: (event: { data: unknown }) => void): void
  addEventListener(type: 'error', listener: (event: { message?: string }) => void): void
}

/** Thrown when a task was stopped because it took too long. */
export class TimeLimit extends Error {
  override name = 'TimeLimit'
}

/**
 * Runs one task in its own worker, and always terminates the worker afterwards.
 *
 * @throws {TimeLimit} It took longer than `milliseconds`.
 * @throws {Error} With the message of the task's exception.
 */
export async function runTask<Name extends keyof Tasks>(
  makeWorker: () => TaskWorker,
  task: Name,
  input: Tasks[Name]['input'],
  milliseconds: number,
): Promise<Tasks[Name]['result']> {
  const worker = makeWorker()
  const id = Math.random()
  let timer: ReturnType<typeof setTimeout> | undefined
  try {
    return await new Promise((resolve, reject) => {
      timer = setTimeout(() => {
        reject(new TimeLimit(`it was stopped after ${milliseconds / 1000} seconds`))
      }, milliseconds)
      worker.addEventListener('message', ({ data }) => {
        const answer = data as TaskAnswer | null | undefined
        if (answer?.id !== id) return
        if ('error' in answer) reject(new Error(answer.error))
        else resolve(answer.result as Tasks[Name]['result'])
      })
      worker.addEventListener('error', ({ message }) => reject(new Error(message ?? 'the worker could not be started')))
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker's has none
      worker.postMessage({ id, task, input } as TaskRequest)
    })
  } finally {
    clearTimeout(timer)
    worker.terminate()
  }
}

/** Runs a request inside the worker. */
export async function perform({ id, task, input }: TaskRequest): Promise<TaskAnswer> {
  try {
    return { id, result: await resultOf(task, input) }
  } catch (error) {
    return { id, error: error instanceof Error ? error.message : String(error) }
  }
}

/** The code of each task is loaded on demand. */
async function resultOf(task: keyof Tasks, input: unknown): Promise<unknown> {
  if (task === 'guess') {
    const { guessFraming } = await import('./guessing.ts')
    return guessFraming((input as Tasks['guess']['input']).chunks)
  }
  const { runFramer, tryFramer } = await import('./framers/try-framer.ts')
  if (task === 'run') {
    const { source, chunks } = input as Tasks['run']['input']
    return runFramer(source, chunks)
  }
  const { source, messages, choice, seed } = input as Tasks['try']['input']
  return tryFramer(source, messages, choice, seed)
}

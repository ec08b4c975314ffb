import { lengthField } from '@unstick/length-field'
import { describe, expect, it, vi } from 'vitest'
import { perform, runTask, TimeLimit, type TaskRequest, type TaskWorker } from '../../playground/tasks.ts'

/** A worker in the same thread. */
class LocalWorker implements TaskWorker {
  isTerminated = false
  private readonly listeners: ((event: { data: unknown }) => void)[] = []
  private readonly answer: (request: TaskRequest) => Promise<unknown>

  constructor(answer: (request: TaskRequest) => Promise<unknown> = perform) {
    this.answer = answer
  }

  addEventListener(type: string, listener: (event: never) => void): void {
    if (type === 'message') this.listeners.push(listener as (event: { data: unknown }) => void)
  }

  postMessage(request: TaskRequest): void {
    void this.answer(request).then((data) => this.post(data))
  }

  post(data: unknown): void {
    for (const listener of this.listeners) listener({ data })
  }

  terminate(): void {
    this.isTerminated = true
  }
}

describe('a task', () => {
  const source = '(chunks) => chunks'
  const chunks = [Uint8Array.of(1, 2), Uint8Array.of(3)]

  it('resolves to its result, and terminates its worker', async () => {
    const worker = new LocalWorker()
    const outcome = await runTask(() => worker, 'run', { source, chunks }, 60_000)
    expect(outcome).toEqual({ frames: ['01 02', '03'], error: undefined })
    expect(worker.isTerminated).toBe(true)
  })

  it("rejects with the task's exception, and terminates its worker", async () => {
    const worker = new LocalWorker()
    const run = runTask(() => worker, 'run', { source: '7', chunks }, 60_000)
    await expect(run).rejects.toThrow('paste one function')
    expect(worker.isTerminated).toBe(true)
  })

  it('does not end with what pasted code posts', async () => {
    const worker = new LocalWorker(async (request) => {
      for (const data of [null, undefined, 5, { result: 5 }, { error: 'no' }, { id: 1, result: 5 }]) worker.post(data)
      return perform(request)
    })
    const outcome = await runTask(() => worker, 'run', { source, chunks }, 60_000)
    expect(outcome).toEqual({ frames: ['01 02', '03'], error: undefined })
  })

  it('is stopped at its limit', async () => {
    vi.useFakeTimers()
    try {
      const worker = new LocalWorker(() => new Promise(() => {}))
      const run = runTask(() => worker, 'run', { source, chunks }, 5000).catch((error: unknown) => error)
      await vi.advanceTimersByTimeAsync(5000)
      expect(await run).toBeInstanceOf(TimeLimit)
      expect(worker.isTerminated).toBe(true)
    } finally {
      vi.useRealTimers()
    }
  })

  it('guesses a framing, with reasons and a choice that makes its codec', async () => {
    const codec = lengthField({ lengthFieldLength: 4 })
    const messages = ['hello', 'sticky', 'a message of more than forty bytes to frame', 'and', 'a last one']
    const messageChunks = messages.map((message) => codec.encode(new TextEncoder().encode(message)))
    const guesses = await runTask(() => new LocalWorker(), 'guess', { chunks: messageChunks }, 60_000)
    expect(guesses[0]).toMatchObject({
      description: 'u32, big-endian, at 0, counts the bytes after it',
      choice: { lengthField: '4' },
      frames: 5,
      rest: 0,
    })
    expect(guesses[0]!.reasons).toContain('4 of 4 chunk ends are frame ends')
  })
})

import { vi } from 'vitest'

/** The running timers of this package, while they are watched, and where they were set. */
const running = new Map<unknown, string>()

/** Watches `setTimeout`. The timers that other code of the process sets, such as the test runner, do not count. */
export function watchTimers(): void {
  running.clear()
  const { setTimeout, clearTimeout } = globalThis
  vi.spyOn(globalThis, 'setTimeout').mockImplementation((run, milliseconds, ...values) => {
    const timer = setTimeout(() => {
      running.delete(timer)
      run(...values)
    }, milliseconds)
    const { stack } = new Error('set')
    if (stack!.includes('/stream/src/')) running.set(timer, stack!)
    return timer
  })
  vi.spyOn(globalThis, 'clearTimeout').mockImplementation((timer) => {
    running.delete(timer)
    clearTimeout(timer)
  })
}

/** Replaces `setTimeout`, and watches it. */
export function fakeTimers(): void {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  watchTimers()
}

export function realTimers(): void {
  vi.restoreAllMocks()
  vi.useRealTimers()
}

/** How many timers of this package are running. */
export function timerCount(): number {
  return running.size
}

/** Where they were set. */
export function runningTimers(): string[] {
  return [...running.values()]
}

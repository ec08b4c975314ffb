import { vi } from 'vitest'

/** The running timers of this package, while `setTimeout` is faked. */
const running = new Set<unknown>()

/** Replaces `setTimeout`. The timers that other code of the process sets, such as the test runner, do not count. */
export function fakeTimers(): void {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  running.clear()
  const { setTimeout, clearTimeout } = globalThis
  vi.spyOn(globalThis, 'setTimeout').mockImplementation((run: () => void, milliseconds?: number) => {
    const timer = setTimeout(() => {
      running.delete(timer)
      run()
    }, milliseconds)
    if (new Error().stack!.includes('/stream/src/')) running.add(timer)
    return timer
  })
  vi.spyOn(globalThis, 'clearTimeout').mockImplementation((timer) => {
    running.delete(timer)
    clearTimeout(timer)
  })
}

export function realTimers(): void {
  vi.restoreAllMocks()
  vi.useRealTimers()
}

/** How many timers of this package are running. */
export function timerCount(): number {
  return running.size
}

// Vite finds the worker by this expression, and builds it as a file of its own.

import type { TaskWorker } from '../../../playground/index.ts'

export function makeWorker(): TaskWorker {
  return new Worker(new URL('../../../playground/worker.ts', import.meta.url), { type: 'module' })
}

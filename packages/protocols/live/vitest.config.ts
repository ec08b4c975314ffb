import { defineConfig } from 'vitest/config'
import shared from '../../../vitest.shared.ts'

/** Not in the test command: these start servers, and wait for them. */
export default defineConfig({
  ...shared,
  test: { ...shared.test, include: ['live/*.test.ts'], fileParallelism: false },
})

import { defineConfig } from 'vitest/config'
import shared from '../../../vitest.shared.ts'

/** Not part of the test command: these tests start servers and wait for them. */
export default defineConfig({
  ...shared,
  test: { ...shared.test, include: ['live/*.test.ts'], fileParallelism: false },
})

// The tests of all packages are one project: each worker loads and compiles a module once, not once for each package.
import { defineConfig } from 'vitest/config'
import shared from './vitest.shared.ts'

export default defineConfig({
  ...shared,
  test: {
    ...shared.test,
    include: ['{packages/*,examples,docs}/test/**/*.test.ts', 'tools/check/*.test.ts'],
    maxWorkers: '100%',
    // There is a worker for each core, so V8's background threads would only compete with the workers. Most functions
    // run too seldom in tests to be worth optimizing; Node 22 has a cheaper compiler for them, and not this flag.
    execArgv: ['--single-threaded', ...(process.version.startsWith('v20.') ? ['--interrupt-budget=1000000'] : [])],
    reporters: ['default', ['json', { outputFile: 'reports/vitest.json' }]],
  },
})

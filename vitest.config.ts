// The tests of all packages are one project: each worker loads and compiles a module once, not once for each package.
import { defineConfig } from 'vitest/config'
import shared from './vitest.shared.ts'

/** Their examples subscribe to diagnostics channels, and stay subscribed. */
const subscribing = ['packages/stream/test/readme.test.ts', 'tools/check/readme.test.ts', 'docs/test/examples.test.ts']

const packages = {
  ...shared,
  test: {
    ...shared.test,
    name: 'packages',
    include: ['{packages/*,examples,docs}/test/**/*.test.ts', 'tools/check/*.test.ts'],
    exclude: ['**/node_modules/**', ...subscribing],
  },
}

const examples = { ...shared, test: { ...shared.test, name: 'examples', include: subscribing, isolate: true } }

export default defineConfig({
  test: {
    projects: [packages, examples],
    maxWorkers: '100%',
    reporters: ['default', ['json', { outputFile: 'reports/vitest.json' }]],
  },
})

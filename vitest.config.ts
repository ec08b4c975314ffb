// The tests of all packages are one project: each worker loads and compiles a module once, not once for each package.
import { defineConfig } from 'vitest/config'
import shared from './vitest.shared.ts'

const packages = {
  ...shared,
  test: {
    ...shared.test,
    name: 'packages',
    include: ['{packages/*,examples}/test/**/*.test.ts', 'tools/check/*.test.ts'],
  },
}

export default defineConfig({
  test: {
    projects: [packages, 'docs'],
    maxWorkers: '100%',
    reporters: ['default', ['json', { outputFile: 'reports/vitest.json' }]],
  },
})

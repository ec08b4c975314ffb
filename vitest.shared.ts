// Tests run from source: the `@unstick/source` condition of each package's exports needs no build.
import { defineConfig } from 'vitest/config'

export default defineConfig({
  resolve: { conditions: ['@unstick/source'] },
  ssr: { resolve: { conditions: ['@unstick/source'] } },
  test: {
    include: ['test/**/*.test.ts'],
    reporters: ['default', ['json', { outputFile: 'reports/vitest.json' }]],
    testTimeout: 30_000,
  },
})

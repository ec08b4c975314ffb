// The tests of all packages in one run, whose workers and modules they share: a run for each package takes a fifth more.
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    projects: ['packages/*', 'docs', 'examples', 'tools'],
    maxWorkers: '100%',
    reporters: ['default', ['json', { outputFile: 'reports/vitest.json' }]],
  },
})

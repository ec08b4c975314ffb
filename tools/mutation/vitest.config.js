// The tests of the packages under mutation in the copy of the repository that is mutated: packages see each other there
// by their sources, not through node_modules.
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { MUTATED } from './stryker.config.js'

const here = (path) => fileURLToPath(new URL(`../../${path}`, import.meta.url))

export default defineConfig({
  resolve: {
    alias: [
      { find: /^@unstick\/testing\/vectors\/(.*)$/, replacement: here('packages/testing/vectors/$1') },
      { find: /^@unstick\/([a-z-]+)$/, replacement: here('packages/$1/src/index.ts') },
    ],
  },
  test: {
    root: here('.'),
    include: MUTATED.map((name) => `packages/${name}/test/**/*.test.ts`),
    // The laws make their codecs while tests are collected, for which every mutant would run every test. The generated
    // code has a comment more here than where it is compared.
    exclude: ['**/{readme,captures,laws,line-block-wasm}.test.ts'],
    setupFiles: [here('tools/mutation/setup.ts')],
    // Each mutant has a worker of its own anyway: one for every file besides costs more than most tests.
    isolate: false,
    testTimeout: 60_000,
  },
})

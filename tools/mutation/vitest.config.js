// Runs the tests of the packages under mutation in the mutated copy of the repository. There, packages import each
// other's sources, not node_modules.
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
    // The laws create their codecs while vitest collects tests, so every mutant would run every test. Generated code
    // has an additional comment here, so its comparison would fail.
    exclude: ['**/{readme,captures,laws,line-block-wasm,value-block-wasm}.test.ts'],
    setupFiles: [here('tools/mutation/setup.ts')],
    // Each mutant has its own worker already: another one for every file would cost more than most tests.
    isolate: false,
    testTimeout: 60_000,
  },
})

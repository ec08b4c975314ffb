// Mutation testing: run `npm run mutate`, for one package `UNSTICK_MUTATE=fixed-size npm run mutate`, and for a part of
// it
// `UNSTICK_MUTATE=fixed-size npm run mutate -- --mutate 'packages/fixed-size/src/size-by-type.ts'`.

/** The packages under mutation, which also provide the tests. */
export const MUTATED = (
  process.env.UNSTICK_MUTATE ?? 'core,fixed-size,delimiter,length-field,json,packet,stuffing,protocols'
).split(',')

export default {
  testRunner: 'vitest',
  plugins: ['@stryker-mutator/vitest-runner'],
  vitest: { configFile: 'tools/mutation/vitest.config.js', related: false },
  coverageAnalysis: 'perTest',
  mutate: [
    ...MUTATED.map((name) => `packages/${name}/src/**/*.ts`),
    // Generated.
    '!packages/delimiter/src/line-block-wasm.ts',
    '!packages/json/src/value-block-wasm.ts',
  ],
  ignorePatterns: ['reports', 'coverage', 'packages/*/dist', 'packages/{bench,cli,stream}', '.git', '.turbo'],
  reporters: ['progress-append-only', 'clear-text', 'html', 'json'],
  htmlReporter: { fileName: 'reports/mutation/index.html' },
  jsonReporter: { fileName: 'reports/mutation/mutation.json' },
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false, skipFull: false },
  concurrency: 1,
  // In addition to 1.5 times the duration of a mutant's tests: enough to start a worker on a busy machine.
  timeoutMS: 5_000,
}

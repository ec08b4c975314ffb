// Tests run from source: the `@unstick/source` condition of each package's exports needs no build.
import { defineConfig, type ViteUserConfig } from 'vitest/config'

const config: ViteUserConfig = defineConfig({
  resolve: { conditions: ['@unstick/source'] },
  ssr: { resolve: { conditions: ['@unstick/source'] } },
  test: {
    include: ['test/**/*.test.ts'],
    setupFiles: ['properties', 'bytes'].map(
      (name) => new URL(`tools/tests/${name}.setup.ts`, import.meta.url).pathname,
    ),
    // Against hangs alone: a measure of time would fail on a busy machine.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Files share a process and its modules: a process for each takes half as much again.
    isolate: false,
  },
})

export default config

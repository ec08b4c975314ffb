// Tests run from source: the `@unstick/source` condition of each package's exports needs no build.
import { defineConfig, type ViteUserConfig } from 'vitest/config'

const config = {
  resolve: { conditions: ['@unstick/source'] },
  ssr: { resolve: { conditions: ['@unstick/source'] } },
  test: {
    include: ['test/**/*.test.ts'],
    setupFiles: [new URL('tools/tests/properties.setup.ts', import.meta.url).pathname],
    // Against hangs alone: a measure of time would fail on a busy machine.
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
} satisfies ViteUserConfig

/** For tests that look at the process itself: its sockets, timers, listeners and children. */
export const isolated: ViteUserConfig = defineConfig(config)

/** The files of a package share a process: one for each takes a quarter more time where tests only compute. */
export default defineConfig({ ...config, test: { ...config.test, isolate: false } })

// What every published package is built like: ESM and CommonJS, types for both, siblings left external.
import { defineConfig, type Options } from 'tsup'

export function library(options: Options = {}): ReturnType<typeof defineConfig> {
  return defineConfig({
    entry: ['src/index.ts'],
    format: ['esm', 'cjs'],
    target: 'es2022',
    platform: 'neutral',
    // tsup 8 sets `baseUrl`, which TypeScript 6 reports as deprecated. Types are checked by `typecheck`, not here again.
    dts: { compilerOptions: { ignoreDeprecations: '6.0', noCheck: true } },
    // One copy of a class shared by several entries; without treeshake, splitting sends CommonJS through a transpiler
    // that turns `??` into a closure call.
    splitting: true,
    treeshake: true,
    removeNodeProtocol: false,
    sourcemap: true,
    clean: true,
    ...options,
  })
}

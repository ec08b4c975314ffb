// What every published package is built like: ESM and CommonJS, types for both, siblings left external.
import { rolldown } from 'rolldown'
import { dts } from 'rolldown-plugin-dts'
import { defineConfig, type Options } from 'tsup'

interface LibraryOptions extends Options {
  entry?: string[]
}

export function library({ entry = ['src/index.ts'], ...options }: LibraryOptions = {}): ReturnType<
  typeof defineConfig
> {
  return defineConfig({
    entry,
    format: ['esm', 'cjs'],
    target: 'es2022',
    platform: 'neutral',
    // One copy of a class shared by several entries; without treeshake, splitting sends CommonJS through a transpiler
    // that turns `??` into a closure call.
    splitting: true,
    treeshake: true,
    removeNodeProtocol: false,
    // Writes constants as numbers. Bundled they are variables, which V8 reads anew in each round of a loop.
    esbuildOptions(esbuild) {
      esbuild.minifySyntax = true
      // The folder that esbuild was started in is another package's where one process builds them all.
      esbuild.absWorkingDir = process.cwd()
    },
    sourcemap: true,
    clean: true,
    onSuccess: () => writeTypes(entry),
    ...options,
  })
}

/**
 * Exported names have explicit types here (`isolatedDeclarations`), so declarations are written file by file, without
 * the type checker that tsup's own `dts` starts: a tenth of its time.
 */
async function writeTypes(entry: string[]): Promise<void> {
  const types = await rolldown({
    input: entry.map((path) => `./${path}`),
    external: /^[^./]/,
    plugins: [dts({ emitDtsOnly: true, oxc: true, tsconfig: 'tsconfig.build.json' })],
  })
  for (const extension of ['js', 'cjs']) {
    await types.write({
      dir: 'dist',
      entryFileNames: `[name].${extension}`,
      chunkFileNames: `[name]-[hash].${extension}`,
    })
  }
  await types.close()
}

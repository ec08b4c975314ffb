// Browser bundles of the installed packages have no Node modules, no unused code, and few bytes.

import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompressSync } from 'node:zlib'
import { nodeResolve } from '@rollup/plugin-node-resolve'
import { build } from 'esbuild'
import { rollup } from 'rollup'
import { describe, expect, inject, it } from 'vitest'
import webpack from 'webpack'

const FOR_BROWSERS = [
  '@unstick/core',
  '@unstick/delimiter',
  '@unstick/fixed-size',
  '@unstick/json',
  '@unstick/length-field',
  '@unstick/packet',
  '@unstick/protocols',
  '@unstick/stream/web',
  '@unstick/stuffing',
]

/** The size limit in bytes in addition to `@unstick/core`, minified and compressed with Brotli. */
const SIZES = {
  '@unstick/core': { defineCodec: 10_620, isFrameError: 270, indexOfByte: 540 },
  '@unstick/delimiter': {
    delimiter: 4050,
    lines: 2700,
    textLines: 3700,
    jsonLines: 4750,
    markers: 2650,
    textFrames: 1150,
  },
  '@unstick/fixed-size': { fixedSize: 280, sizeByType: 650 },
  '@unstick/json': { jsonValues: 3750, jsonSequence: 2050 },
  '@unstick/length-field': { lengthField: 2700, varintLength: 2250, textLength: 1950, contentLength: 2400 },
  '@unstick/packet': { packet: 4400 },
  '@unstick/stuffing': { slip: 1420, cobs: 1040, hdlc: 1620, dotStuffed: 1110 },
}

/** Bundles a source for browsers with each bundler. */
const bundlers = {
  async esbuild(source, project) {
    const { outputFiles } = await build({ ...optionsOf(source, project), minify: false })
    return outputFiles[0].text
  },
  async rollup(source, project) {
    return inFile(source, project, async (input) => {
      const bundle = await rollup({ input, plugins: [nodeResolve({ browser: true })], onwarn: refuse })
      const { output } = await bundle.generate({ format: 'es' })
      return output[0].code
    })
  },
  async webpack(source, project) {
    return inFile(source, project, async (entry, folder) => {
      const stats = await promisify(webpack)({
        mode: 'production',
        target: 'web',
        // Webpack's size hints are not useful here: the tests have their own budgets.
        performance: false,
        context: project,
        entry,
        output: { path: folder, filename: 'bundle.js' },
      })
      if (stats.hasErrors() || stats.hasWarnings()) throw new Error(stats.toString('errors-warnings'))
      return readFile(join(folder, 'bundle.js'), 'utf8')
    })
  },
}

function refuse(warning) {
  throw new Error(warning.message)
}

function optionsOf(contents, project) {
  return {
    stdin: { contents, resolveDir: project },
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    logLevel: 'error',
  }
}

async function inFile(source, project, use) {
  const folder = await mkdtemp(join(project, 'bundle-'))
  try {
    const file = join(folder, 'entry.js')
    await writeFile(file, source)
    return await use(file, folder)
  } finally {
    await rm(folder, { recursive: true })
  }
}

describe.each(Object.entries(bundlers))('%s', (_name, bundle) => {
  it.each(FOR_BROWSERS)('needs no Node modules for %s', async (name) => {
    const code = await bundle(`import * as all from '${name}'\nglobalThis.all = all\n`, inject('project'))
    expect(code).not.toMatch(/\bfrom\s*["']node:|require\(["']|\bimport\(["']/)
  })

  it('leaves out the codecs that are not imported', async () => {
    const source = "import { lengthField } from '@unstick/length-field'\nglobalThis.codec = lengthField()\n"
    const code = await bundle(source, inject('project'))
    expect(code).toContain('lengthFieldLength')
    expect(code).not.toMatch(/compactSize|leb128|Content-Length|maxDigits/)
  })

  it.each(['isFrameError', 'FrameError', 'UNKNOWN', 'integerOption', 'indexOfByte'])(
    'leaves out the decoder if only %s of @unstick/core is imported',
    async (member) => {
      const source = `import { ${member} } from '@unstick/core'\nglobalThis.member = ${member}\n`
      expect(await bundle(source, inject('project'))).not.toMatch(/bufferedLength|lengthFirst/)
    },
  )
})

describe('the size of', () => {
  const cases = Object.entries(SIZES).flatMap(([name, sizes]) =>
    Object.entries(sizes).map(([member, most]) => ({ name, member, most })),
  )

  it.each(cases)('$member of $name is at most $most bytes', async ({ name, member, most }) => {
    const project = inject('project')
    const { outputFiles } = await build({
      ...optionsOf(`export { ${member} } from '${name}'`, project),
      minify: true,
      external: name === '@unstick/core' ? [] : ['@unstick/core'],
    })
    const size = brotliCompressSync(outputFiles[0].contents).length
    expect(size).toBeLessThanOrEqual(most)
    // A budget far above the size would not detect growth.
    expect(size).toBeGreaterThan(most * 0.9)
  })
})

it('has the files of a package and nothing else in its tarball', () => {
  for (const name of FOR_BROWSERS) {
    const folder = join(inject('project'), 'node_modules', name.replace('/web', ''))
    for (const file of ['README.md', 'LICENSE', 'dist/index.js', 'dist/index.cjs', 'dist/index.d.ts', 'src/index.ts'])
      expect([name, file, existsSync(join(folder, file))]).toEqual([name, file, true])
    for (const file of ['test', 'node_modules', 'api.md', 'vitest.config.ts', 'tsup.config.ts'])
      expect([name, file, existsSync(join(folder, file))]).toEqual([name, file, false])
  }
})

// Compiles against the installed types with common compilers and module resolutions.

import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, inject, it } from 'vitest'

const compilers = { 5.5: 'typescript55', 5.9: 'typescript59', 7: 'typescript7' }
const resolutions = {
  node16: ['--module', 'node16', '--moduleResolution', 'node16'],
  bundler: ['--module', 'esnext', '--moduleResolution', 'bundler'],
}
const STRICT = ['--noEmit', '--strict', '--exactOptionalPropertyTypes', '--target', 'es2022', '--types', 'node']

describe.each(Object.entries(compilers))('TypeScript %s', (_version, name) => {
  const compiler = join(import.meta.dirname, '../node_modules', name, 'bin/tsc')
  const compile = (args) =>
    promisify(execFile)(process.execPath, [compiler, ...STRICT, ...args], { cwd: inject('project') }).catch((error) => {
      throw new Error(error.stdout)
    })

  it.each(Object.entries(resolutions))('resolves every package as %s does', async (resolution, args) => {
    const files = ['types.ts', ...(resolution === 'node16' ? ['types.cts'] : [])]
    await expect(compile([...args, ...files])).resolves.toMatchObject({ stdout: '' })
  })

  it('refuses frames of another type', async () => {
    await expect(compile([...resolutions.node16, 'wrong-types.ts'])).rejects.toThrow(/TS2345|TS2769/)
  })
})

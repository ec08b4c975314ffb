// Runs the files that npm packs under other test runners, each in a process of its own.

import { execFile } from 'node:child_process'
import { cpSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { beforeAll, describe, expect, it } from 'vitest'

const e2e = fileURLToPath(new URL('..', import.meta.url))
/** Below this folder, so that test runners are found, but no package of the workspace. */
const folder = join(e2e, 'reports/runners')

/** Installs a package in the folder, with the files that npm would pack: `npm run check:exports` checks the tarball. */
function install(name) {
  const source = join(e2e, '../packages', name)
  const { files } = JSON.parse(readFileSync(join(source, 'package.json'), 'utf8'))
  for (const file of ['package.json', ...files]) {
    cpSync(join(source, file), join(folder, 'node_modules/@unstick', name, file), { recursive: true })
  }
}

/** The file of the command of a package. */
function command(name, file) {
  const require = createRequire(import.meta.url)
  return join(require.resolve(`${name}/package.json`), '..', file)
}

const jest = [
  command('jest', 'bin/jest.js'),
  '--rootDir',
  '.',
  '--testMatch',
  '**/globals.test.cjs',
  '--transform',
  '{}',
  '--env',
]
const runners = {
  vitest: [command('vitest', 'vitest.mjs'), 'run'],
  'jest, node': [...jest, command('jest-environment-node', 'build/index.js')],
  'jest, jsdom': [...jest, command('jest-environment-jsdom', 'build/index.js')],
  mocha: [command('mocha', 'bin/mocha.js'), '--timeout', '0', 'globals.test.cjs'],
  'node:test': ['--test', 'node.cjs'],
}

describe('the packed package', () => {
  beforeAll(() => {
    rmSync(folder, { recursive: true, force: true })
    cpSync(join(e2e, 'runners'), folder, { recursive: true })
    install('core')
    install('testing')
  })

  it.each(Object.entries(runners))('passes under %s', async (_name, args) => {
    const run = promisify(execFile)(process.execPath, args, {
      cwd: folder,
      env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0' },
    })
    const { stdout, stderr } = await run.catch((error) => {
      throw new Error(`${error.stdout}\n${error.stderr}`)
    })
    const [, passed] = /(?:Tests: +|Tests {2}|[#ℹ] pass |^ {2})(\d+) ?(?:pass|$)/m.exec(`${stdout}\n${stderr}`) ?? []
    expect(Number(passed)).toBeGreaterThan(60)
  })
})

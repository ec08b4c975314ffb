// Runs the installed packages on every supported runtime.

import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, inject, it } from 'vitest'

const modules = join(import.meta.dirname, '../node_modules')
const runtimes = {
  [`Node ${process.versions.node}`]: [process.execPath],
  'Node 22': [join(modules, 'node22/bin/node')],
  'Node 24': [join(modules, 'node24/bin/node')],
  'Node 26': [join(modules, 'node26/bin/node')],
  Bun: [join(modules, '@oven/bun-linux-x64/bin/bun')],
  Deno: [join(modules, '@deno/linux-x64-glibc/deno'), 'run', '--allow-all', '--no-lock'],
}
const programs = {
  'laws.js': /^\d{3,} laws kept$/,
  'require.cjs': /^1 project required$/,
  'streams.js': /^8 scenes of sockets right$/,
  'web.js': /^7 Web streams right$/,
}

describe.each(Object.entries(runtimes))('%s', (_name, [command, ...args]) => {
  it.skipIf(!existsSync(command)).each(Object.entries(programs))('runs %s', async (program, printed) => {
    const { stdout } = await promisify(execFile)(command, [...args, program], { cwd: inject('project') })
    expect(stdout.trim()).toMatch(printed)
  })
})

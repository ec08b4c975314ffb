// The runtimes that the tests of `e2e` use, by name, as command lines. A missing one is reported and left out.

import { existsSync } from 'node:fs'
import { join } from 'node:path'

const modules = join(import.meta.dirname, '../../../../e2e/node_modules')

export const runtimes = Object.entries({
  [`Node ${process.versions.node.split('.')[0]}`]: [process.execPath],
  'Node 22': [join(modules, 'node22/bin/node')],
  'Node 24': [join(modules, 'node24/bin/node')],
  'Node 26': [join(modules, 'node26/bin/node')],
  Bun: [join(modules, '@oven/bun-linux-x64/bin/bun')],
  Deno: [join(modules, '@deno/linux-x64-glibc/deno'), 'run', '--allow-all', '--no-lock'],
})
  .filter(([name, [command]]) => {
    if (!existsSync(command)) console.error(`${name}: skipped, there is no ${command}`)
    return existsSync(command)
  })
  .map(([name, command]) => ({ name, command }))

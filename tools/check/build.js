// Builds every package with its own `tsup` configuration, but in one process: loading the bundlers for each package
// would take longer than the bundling.

import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'tsup'

const SCOPE = '@unstick/'
const packages = join(import.meta.dirname, '../../packages')

/** The folders of all packages, each after its dependencies, which the command's bundle includes. */
function inOrder() {
  const order = new Set()
  function add(folder) {
    if (order.has(folder)) return
    const { dependencies, devDependencies } = JSON.parse(readFileSync(join(packages, folder, 'package.json'), 'utf8'))
    for (const name of Object.keys({ ...dependencies, ...devDependencies })) {
      if (name.startsWith(SCOPE)) add(name.slice(SCOPE.length))
    }
    order.add(folder)
  }
  for (const folder of readdirSync(packages)) add(folder)
  return order
}

for (const folder of inOrder()) {
  // tsup looks for its configuration in the working directory.
  process.chdir(join(packages, folder))
  await build({ silent: true })
  console.log(`${folder}: built`)
}

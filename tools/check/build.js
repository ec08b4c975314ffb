// Builds every package, each as its own `tsup` does, but in one process: loading the bundlers for each takes longer than
// all of the bundling.

import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'tsup'

const SCOPE = '@unstick/'
const packages = join(import.meta.dirname, '../../packages')

/** The folders of all packages, each after those of the packages that it needs: the command is bundled with them. */
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
  // Where tsup looks for its configuration.
  process.chdir(join(packages, folder))
  await build({ silent: true })
  console.log(`${folder}: built`)
}

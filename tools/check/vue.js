// Checks the types of the site's Vue components. vue-tsc patches a file of TypeScript 6 and does not find it by the
// name that the package has here.

import { createRequire } from 'node:module'
import { run } from 'vue-tsc'

const typescript = createRequire(createRequire(import.meta.url).resolve('typescript'))

process.argv.push('--project', 'docs/vue.tsconfig.json')
run(typescript.resolve('@typescript/old/lib/tsc'))

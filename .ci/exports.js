// Packs the package of the working folder, and lints what its users will install: publint with warnings as errors, and
// the types as Node 16 and bundlers resolve them. In one process, since two commands pack it twice and take twice as long.

import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'

const FOLDER = 'reports/packed'

const tarball = packed()
const { pkg, messages } = await publint({ pack: { tarball: tarball.buffer }, strict: true })
const lint = messages
  .filter(({ type }) => type !== 'suggestion')
  .map((message) => `publint: ${formatMessage(message, pkg, { color: false })}`)
const { types, problems = [] } = await checkPackage(createPackageFromTarballData(tarball))
const wrong = problems
  // Which knows no `exports`: this repository supports no Node that old.
  .filter(({ resolutionKind }) => resolutionKind !== 'node10')
  .map((problem) => `types: ${JSON.stringify(problem)}`)
const faults = [...lint, ...wrong, ...(types ? [] : ['types: there are none'])]

for (const fault of faults) console.error(fault)
console.log(`${pkg.name}: ${faults.length === 0 ? 'publint and types are right' : `${faults.length} faults`}`)
process.exitCode = faults.length === 0 ? 0 : 1

/** The package's tarball, in memory of its own. */
function packed() {
  rmSync(FOLDER, { recursive: true, force: true })
  mkdirSync(FOLDER, { recursive: true })
  const stdio = ['ignore', 'pipe', 'inherit']
  const name = execFileSync('npm', ['pack', '--silent', '--pack-destination', FOLDER], {
    stdio,
    encoding: 'utf8',
  }).trim()
  return Uint8Array.from(readFileSync(`${FOLDER}/${name}`))
}

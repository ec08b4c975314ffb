// Packs every package and lints the tarball: publint with warnings as errors, the metadata, and the types as Node 16
// and bundlers resolve them. One process checks all packages: loading npm and TypeScript for each would take twice as
// long.

import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { metadataFaults } from './metadata.js'

const FOLDER = 'reports/packed'

/** The folder of each package, by its name. */
const folders = new Map(
  readdirSync('packages').map((name) => [
    JSON.parse(readFileSync(`packages/${name}/package.json`, 'utf8')).name,
    `packages/${name}`,
  ]),
)

for (const tarball of packed()) {
  const { pkg, messages } = await publint({ pack: { tarball: tarball.buffer }, strict: true })
  const lint = messages
    .filter(({ type }) => type !== 'suggestion')
    .map((message) => `publint: ${formatMessage(message, pkg, { color: false })}`)
  const { types, problems = [] } = await checkPackage(createPackageFromTarballData(tarball))
  const wrong = problems
    // Node 10 does not read `exports`, and is not supported.
    .filter(({ resolutionKind }) => resolutionKind !== 'node10')
    .map((problem) => `types: ${JSON.stringify(problem)}`)
  const folder = folders.get(pkg.name)
  const metadata = metadataFaults(pkg, folder, readFileSync(`${folder}/README.md`, 'utf8'))
  const faults = [...lint, ...metadata, ...wrong, ...(types ? [] : ['types: there are none'])]

  for (const fault of faults) console.error(fault)
  console.log(
    `${pkg.name}: ${faults.length === 0 ? 'publint, metadata and types are right' : `${faults.length} faults`}`,
  )
  if (faults.length > 0) process.exitCode = 1
}

/** The tarballs of all packages, each in its own memory. */
function packed() {
  rmSync(FOLDER, { recursive: true, force: true })
  mkdirSync(FOLDER, { recursive: true })
  const args = ['pack', '--workspaces', '--json', '--ignore-scripts', '--pack-destination', FOLDER]
  const stdio = ['ignore', 'pipe', 'inherit']
  const tarballs = JSON.parse(execFileSync('npm', args, { stdio, encoding: 'utf8' }))
  return Object.values(tarballs).map(({ filename }) => Uint8Array.from(readFileSync(`${FOLDER}/${filename}`)))
}

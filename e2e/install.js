// Packs every package, and installs the tarballs as a user would: into an empty project outside this repository.

import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const repository = join(import.meta.dirname, '..')
/** The versions that this repository is tested with. */
const BESIDE = ['fast-check@4.10.2', '@types/node@20.19.43']

/** Provides tests with the `project` folder in which the packages are installed. */
export default function setup({ provide }) {
  const project = mkdtempSync(join(tmpdir(), 'unstick-e2e-'))
  npm(['pack', '--workspaces', '--pack-destination', project], repository)
  writeFileSync(join(project, 'package.json'), JSON.stringify({ name: 'consumer', private: true, type: 'module' }))
  // All at once: otherwise npm would ask the registry for siblings that are not installed yet.
  const tarballs = readdirSync(project).filter((name) => name.endsWith('.tgz'))
  npm(['install', '--no-audit', '--no-fund', ...tarballs.map((name) => `./${name}`), ...BESIDE], project)
  cpSync(join(import.meta.dirname, 'consumer'), project, { recursive: true })
  // The fuzzer's files, at the same paths as in this repository.
  for (const folder of ['tools/fuzz', 'packages/protocols/recordings']) {
    cpSync(join(repository, folder), join(project, folder), { recursive: true })
  }
  provide('project', project)
  return () => rmSync(project, { recursive: true })
}

function npm(args, cwd) {
  execFileSync('npm', [...args, '--silent'], { cwd, stdio: ['ignore', 'ignore', 'inherit'] })
}

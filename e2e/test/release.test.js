// Publishes all packages to a local registry as `npm run release` does, then installs them by name.

import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'

const repository = join(import.meta.dirname, '../..')
const verdaccio = join(import.meta.dirname, '../node_modules/verdaccio/bin/verdaccio')
const run = promisify(execFile)

let folder
let registry
let port
let env

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'unstick-release-'))
  port = await freePort()
  // It has no uplink, so only packages published here can be installed.
  await writeFile(
    join(folder, 'verdaccio.yaml'),
    `storage: ${folder}/storage
packages:
  '**': { access: $all, publish: $anonymous, unpublish: $anonymous }
log: { type: stdout, format: pretty, level: warn }
`,
  )
  const args = [verdaccio, '--config', join(folder, 'verdaccio.yaml'), '--listen', `127.0.0.1:${port}`]
  registry = spawn(process.execPath, args, { stdio: 'ignore' })
  await answering(`http://127.0.0.1:${port}/-/ping`)
  await writeFile(join(folder, 'npmrc'), `registry=http://127.0.0.1:${port}/\n//127.0.0.1:${port}/:_authToken=local\n`)
  // changesets reads the registry only from the environment.
  env = {
    ...process.env,
    npm_config_userconfig: join(folder, 'npmrc'),
    npm_config_registry: `http://127.0.0.1:${port}/`,
  }
})

afterAll(async () => {
  registry.kill()
  await once(registry, 'exit')
  await rm(folder, { recursive: true })
})

it('publishes all packages with one version, which an empty project installs and runs', async () => {
  const copy = join(folder, 'repository')
  await mkdir(copy)
  // Copies the working tree with the build output, without node_modules.
  const { stdout } = await run('git', ['ls-files'], { cwd: repository })
  const built = (await readdirOf('packages')).map((name) => `packages/${name}/dist`)
  for (const path of [...stdout.trim().split('\n'), ...built]) {
    await cp(join(repository, path), join(copy, path), { recursive: true })
  }
  for (const args of [['init', '--quiet', '--initial-branch=main'], ['add', '.'], commit('start')]) {
    await run('git', args, { cwd: copy })
  }
  const changeset = join(repository, 'node_modules/@changesets/cli/bin.js')
  await run(process.execPath, [changeset, 'version'], { cwd: copy, env })
  await run('git', ['add', '.'], { cwd: copy })
  await run('git', commit('version', '--allow-empty'), { cwd: copy })
  await run(process.execPath, [changeset, 'publish', '--no-git-tag'], { cwd: copy, env })

  const versions = new Set()
  for (const name of await readdirOf('packages')) {
    const manifest = JSON.parse(await readFile(join(copy, 'packages', name, 'package.json'), 'utf8'))
    const { stdout: published } = await run('npm', ['view', manifest.name, 'version'], { env, cwd: folder })
    expect(published.trim()).toBe(manifest.version)
    versions.add(manifest.version)
    expect(await readFile(join(copy, 'packages', name, 'CHANGELOG.md'), 'utf8')).toContain(manifest.version)
  }
  expect([...versions]).toEqual([expect.stringMatching(/^0\.[1-9]\d*\.\d+$/)])

  const project = join(folder, 'project')
  await mkdir(project)
  await writeFile(join(project, 'package.json'), '{ "private": true, "type": "module" }\n')
  const wanted = ['@unstick/stream', '@unstick/length-field', '@unstick/protocols']
  await run('npm', ['install', '--no-audit', '--no-fund', ...wanted], { cwd: project, env })
  const readme = await readFile(join(repository, 'README.md'), 'utf8')
  const [, example, output] = /```js\n(.*?)```\n+```text\n(.*?)```/s.exec(readme)
  await writeFile(join(project, 'example.js'), example)
  const { stdout: printed } = await run(process.execPath, ['example.js'], { cwd: project })
  expect(printed).toBe(output)
})

function commit(message, ...options) {
  return ['-c', 'user.name=release', '-c', 'user.email=release@localhost', 'commit', '-qm', message, ...options]
}

async function readdirOf(path) {
  const { stdout } = await run('git', ['ls-files', '--', `${path}/*/package.json`], { cwd: repository })
  return stdout
    .trim()
    .split('\n')
    .map((file) => file.split('/')[1])
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port: free } = server.address()
  server.close()
  return free
}

async function answering(url) {
  for (;;) {
    try {
      if ((await fetch(url)).ok) return
    } catch {}
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

// Runs the check of changesets in small repositories, with and without history.

import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'

const script = join(import.meta.dirname, 'changeset.js')
/** Git hooks set these variables for their own repository. */
const env = { ...process.env, GIT_DIR: undefined, GIT_INDEX_FILE: undefined, GIT_WORK_TREE: undefined }
let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'unstick-changeset-'))
  git('init', '--quiet', '--initial-branch=main')
  write('packages/a/package.json', '{ "name": "@unstick/a" }')
  write('packages/b/package.json', '{ "name": "b" }')
  write('packages/a/src/index.ts', '1')
  write('.changeset/old.md', "---\n'@unstick/a': minor\n---\n\nBefore.\n")
  commit()
  git('switch', '--quiet', '--create', 'work')
})

afterEach(() => rmSync(folder, { recursive: true }))

function git(...args: string[]): void {
  const settings = ['user.name=a', 'user.email=a@b', 'commit.gpgSign=false'].flatMap((setting) => ['-c', setting])
  execFileSync('git', [...settings, ...args], { cwd: folder, env })
}

function write(path: string, content: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true })
  writeFileSync(join(folder, path), content)
}

function commit(): void {
  git('add', '.')
  git('commit', '--quiet', '--message', 'x')
}

function check(cwd: string = folder): { status: number | null; printed: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [script], { cwd, env, encoding: 'utf8' })
  return { status, printed: stdout + stderr }
}

it('refuses a branch that changes a package, and names it', () => {
  write('packages/a/src/index.ts', '2')
  write('packages/b/src/new.ts', '1')
  commit()
  const { status, printed } = check()
  expect(printed).toContain('names @unstick/a, b.')
  expect(status).toBe(1)
})

it('refuses a change that is not committed, and a changeset of another package', () => {
  write('packages/a/src/index.ts', '2')
  write('.changeset/new.md', '---\n"b": patch\n---\n\nNews of b.\n')
  const { status, printed } = check()
  expect(printed).toContain('names @unstick/a.')
  expect(status).toBe(1)
})

it.each([
  ['names the package', "'@unstick/a': patch\n"],
  ['is empty', ''],
])('accepts a changeset that %s, committed or not', (_title, names) => {
  write('packages/a/src/index.ts', '2')
  write('.changeset/new.md', `---\n${names}---\n\nNews.\n`)
  expect(check().status).toBe(0)
  commit()
  expect(check()).toEqual({ status: 0, printed: expect.stringContaining('every changed package') })
})

it('needs none for tests, or for later changes on main', () => {
  write('packages/a/test/a.test.ts', '1')
  commit()
  git('switch', '--quiet', 'main')
  write('packages/a/src/index.ts', '2')
  commit()
  git('switch', '--quiet', 'work')
  expect(check()).toEqual({ status: 0, printed: expect.stringContaining('every changed package') })
})

it('skips main, a branch that sets the versions, and a clone without history', () => {
  write('packages/a/src/index.ts', '2')
  git('switch', '--quiet', 'main')
  expect(check()).toEqual({ status: 0, printed: expect.stringContaining('this is main') })
  git('switch', '--quiet', 'work')
  write('packages/a/CHANGELOG.md', '0.1.0')
  expect(check()).toEqual({ status: 0, printed: expect.stringContaining('sets the versions') })
  commit()
  git('clone', '--quiet', '--depth=1', '--branch=work', `file://${folder}`, 'clone')
  expect(check(join(folder, 'clone'))).toEqual({ status: 0, printed: expect.stringContaining('no main') })
})

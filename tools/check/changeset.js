// Checks that a changeset names each package whose published files a branch changes. An empty changeset means that
// users notice nothing. Compares the working tree with the commit at which the branch left main.

import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'

const PUBLISHED = /^(packages\/[^/]+)\/(?:src\/|vectors\/|package\.json$)/
const CHANGESET = /^\.changeset\/(?!README)[^/]+\.md$/
const CHANGELOG = /^packages\/[^/]+\/CHANGELOG\.md$/

const base = branchPoint()
if (base !== undefined)
  check([...lines('diff', '--name-only', base), ...lines('ls-files', '--others', '--exclude-standard')])

/** The last common commit of this branch and main. */
function branchPoint() {
  if (git('symbolic-ref', '--quiet', '--short', 'HEAD') === 'main') return skip('this is main')
  const point = git('merge-base', 'HEAD', 'origin/main') ?? git('merge-base', 'HEAD', 'main')
  return point ?? skip('there is no main to compare with, as in a clone without history')
}

function check(paths) {
  if (paths.some((path) => CHANGELOG.test(path))) return skip('this branch sets the versions')
  const changesets = paths.filter((path) => CHANGESET.test(path) && existsSync(path)).map(namesIn)
  const named = new Set(changesets.flat())
  const isEmpty = changesets.some((names) => names.length === 0)
  const changed = new Set(
    paths.map((path) => PUBLISHED.exec(path)?.[1]).filter((folder) => existsSync(`${folder}/package.json`)),
  )
  const missing = [...changed].map(nameOf).filter((name) => !named.has(name))
  if (missing.length === 0 || isEmpty) return console.log('Changesets name every changed package.')
  console.error(`No changeset of this branch names ${missing.join(', ')}.`)
  console.error('Describe the change with `npx changeset`, or with `npx changeset --empty` if users do not notice it.')
  process.exitCode = 1
}

function nameOf(folder) {
  return JSON.parse(readFileSync(`${folder}/package.json`, 'utf8')).name
}

/** The packages in the head of a changeset: `'@unstick/core': minor`. */
function namesIn(path) {
  const [, head] = readFileSync(path, 'utf8').split(/^---\r?$/m)
  return [...head.matchAll(/^["']?([^"':\s]+)["']?:/gm)].map(([, name]) => name)
}

function skip(why) {
  console.log(`Changesets: skipped, ${why}.`)
}

function lines(...args) {
  return git(...args)?.split('\n') ?? []
}

/** The output of git, or undefined if it fails. */
function git(...args) {
  try {
    return execFileSync('git', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trimEnd()
  } catch {
    return undefined
  }
}

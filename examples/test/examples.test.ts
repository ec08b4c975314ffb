// Runs every example as users do: in its own process, with the built packages.

import { execFile } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'

const folder = new URL('../', import.meta.url)
const sources = new Map(
  readdirSync(folder)
    .filter((name) => name.endsWith('.js'))
    .map((name) => [name, readFileSync(new URL(name, folder), 'utf8')]),
)
/** Sets the number of runs of properties, which users leave at 100. */
const FEW_RUNS = new URL('few-runs.js', import.meta.url).href
/** The expected output: the comment at the end of an example that needs no arguments. */
const OUTPUT = /\n\/\/ Prints:\n((?:\/\/ .*\n)+)$/

describe.each([...sources])('%s', (name, source) => {
  it('has at most 40 lines', () => expect(source.trimEnd().split('\n').length).toBeLessThanOrEqual(40))

  it('is listed in the README of the examples', () => {
    expect(readFileSync(new URL('README.md', folder), 'utf8')).toContain(`[${name}](${name})`)
  })

  const output = OUTPUT.exec(source)?.[1]
  if (output === undefined) return
  it('prints what it says', async () => {
    const options = source.includes("from 'fast-check'") ? ['--import', FEW_RUNS] : []
    const file = new URL(name, folder).pathname
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [...options, file])
    expect(stderr).toBe('')
    expect(stdout).toBe(output.replaceAll(/^\/\/ /gm, ''))
  })
})

it('all examples that need no server run without arguments', () => {
  const others = [...sources].filter(([, source]) => !OUTPUT.test(source)).map(([name]) => name)
  expect(others).toEqual(['postgres-log.js'])
})

// Checks that every list of codecs has every exported codec. A failure names the list that lacks one.

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { oracles } from '@unstick/testing'
import { describe, expect, it } from 'vitest'
import { codecKinds } from '../../packages/cli/src/codec-kinds.ts'
import { codecNames } from '../fuzz/codecs.js'

const root = new URL('../../', import.meta.url)
const textOf = (path: string): string => readFileSync(new URL(path, root), 'utf8')
const kebabCase = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)

/** The packages without codecs of their own. */
const OTHERS = new Set(['bench', 'cli', 'core', 'protocols', 'stream', 'testing'])

/** Functions of these packages that are not codecs. */
const HELPERS = new Set(['crc', 'readVarint', 'textFrames', 'varintSize'])

/** Lists that may lack a codec. */
const WITHOUT = new Set([
  // Their frames are those of another codec in the list, in a different form.
  'headerBlock: a vector file',
  'headerBlock: npm run fuzz',
  'headerBlock: the command',
  'textLines: the command',
])

const codecs: [codec: string, folder: string, make: unknown][] = []
for (const folder of readdirSync(new URL('packages', root))) {
  if (OTHERS.has(folder)) continue
  const exported = (await import(new URL(`packages/${folder}/src/index.ts`, root).pathname)) as Record<string, unknown>
  for (const [name, value] of Object.entries(exported)) {
    if (typeof value === 'function' && !HELPERS.has(name)) codecs.push([name, folder, value])
  }
}

it('there are codecs', () => expect(codecs.length).toBeGreaterThan(15))

describe.each(codecs)('%s of %s', (name, folder, make) => {
  const places: Record<string, () => boolean> = {
    'an oracle in packages/testing/src/oracles': () => name in oracles,
    'a vector file': () => existsSync(new URL(`packages/testing/vectors/${kebabCase(name)}.json`, root)),
    'npm run fuzz': () => codecNames.includes(name),
    'the command': () => codecKinds.some((kind) => kind.make === make || kind.name === kebabCase(name)),
    'the README of its package': () => textOf(`packages/${folder}/README.md`).includes(`\`${name}`),
    'the README at the root': () => textOf('README.md').includes(`](packages/${folder})`),
  }
  it.each(Object.entries(places))('%s', (place, isKnown) => {
    expect(isKnown()).toBe(!WITHOUT.has(`${name}: ${place}`))
  })
})

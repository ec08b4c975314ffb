// Each preset has a subpath that loads no other preset.

import { readdirSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import manifest from '../package.json' with { type: 'json' }
import * as all from '../src/index.ts'

const names = readdirSync(new URL('../src/', import.meta.url))
  .filter((file) => file.endsWith('.ts') && file !== 'index.ts')
  .map((file) => file.slice(0, -'.ts'.length))

it('has a subpath for each preset (written by node exports.js)', () => {
  const expected = ['.', './package.json', ...names.map((name) => `./${name}`)]
  expect(Object.keys(manifest.exports).toSorted()).toEqual(expected.toSorted())
})

it.each(names)('%s exports the codec of its name, as does the index', async (name) => {
  const camelCase = name.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase())
  const preset = (await import(`../src/${name}.ts`)) as Record<string, unknown>
  expect(Object.keys(preset)).toEqual([camelCase])
  expect((all as Record<string, unknown>)[camelCase]).toBe(preset[camelCase])
})

it.each(names)('%s imports no other preset', (name) => {
  const source = readFileSync(new URL(`../src/${name}.ts`, import.meta.url), 'utf8')
  const imports = Array.from(source.matchAll(/^(?:import|\}).* from '([^']+)'$/gm), ([, from]) => from!)
  for (const from of imports)
    expect(from).toMatch(/^(@unstick\/(core|delimiter|length-field|packet)|\.\/framing\/[a-z-]+\.ts)$/)
})

it.each(names)('%s has a test that holds it to the rules of presets', (name) => {
  const source = readFileSync(new URL(`${name}.test.ts`, import.meta.url), 'utf8')
  expect(source).toMatch(/\btest(?:Preset|ContentLengthJson)(?:<.*>)?\(/)
})

it.each(names)('%s has a line in the README', (name) => {
  expect(readFileSync(new URL('../README.md', import.meta.url), 'utf8')).toContain(`| \`${name}\` |`)
})

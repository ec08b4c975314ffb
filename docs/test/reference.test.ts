import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { read, repository } from './pages.ts'

const PACKAGES = ['core', 'length-field', 'delimiter', 'fixed-size', 'json', 'packet', 'stuffing', 'stream']

/** Interfaces whose members are described with the option that takes them; the last one is not public. */
const ELSEWHERE = new Set(['MagicOptions', 'SyncOptions', 'ChecksumOptions', 'ReadableChunksOptions'])

/** The members of every interface `...Options` in the sources of a package. */
function optionsOf(name: string): string[] {
  const folder = `packages/${name}/src`
  const files = readdirSync(join(repository, folder), { recursive: true, encoding: 'utf8' })
  return files
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) => [...read(`${folder}/${file}`).matchAll(/^export interface (\w*Options)\b.*?^\}/gms)])
    .filter(([, interfaceName]) => !ELSEWHERE.has(interfaceName!))
    .flatMap(([declaration]) => [...declaration.matchAll(/^  (\w+)\??:/gm)].map(([, member]) => member!))
}

const headingsOf = (page: string): string[] =>
  [...read(page).matchAll(/^## `(.+)`$/gm)].flatMap(([, names]) => names!.split('`, `'))

describe('the reference', () => {
  it('has a heading for each option, and for nothing else', () => {
    const options = new Set(PACKAGES.flatMap(optionsOf))
    expect(options.size).toBeGreaterThan(50)
    expect(headingsOf('docs/reference/options.md').toSorted()).toEqual([...options].toSorted())
  })

  it('has a heading for each error code, and for nothing else', () => {
    const codes = [...read('packages/core/src/errors.ts').matchAll(/^  \| '(\w+)'/gm)].map(([, code]) => code!)
    expect(headingsOf('docs/reference/errors.md').toSorted()).toEqual(codes.toSorted())
  })
})

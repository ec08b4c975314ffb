import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { VectorFile } from '../src/index.ts'
import { vectorFiles } from './vectors/cases.ts'

describe('vectors', () => {
  it.each(Object.entries(vectorFiles))('%s matches the oracles (npm run vectors writes it)', async (name, file) => {
    const text = JSON.stringify({ $schema: './schema.json', ...file }, undefined, 2)
    await expect(`${text}\n`).toMatchFileSnapshot(`../vectors/${name}`)
  })

  it('cover every error of decoding', () => {
    const codes = new Set(Object.values(vectorFiles).flatMap(({ vectors }) => vectors.map(({ error }) => error?.code)))
    const schema = JSON.parse(readFileSync(new URL('../vectors/schema.json', import.meta.url), 'utf8')) as {
      $defs: { vector: { properties: { error: { properties: { code: { enum: string[] } } } } } }
    }
    expect([...codes].filter((code) => code !== undefined).toSorted()).toEqual(
      schema.$defs.vector.properties.error.properties.code.enum.toSorted(),
    )
  })

  it.each(Object.values(vectorFiles))(
    '$codec: names are unique, and every vector lists frames or values',
    (file: VectorFile) => {
      expect(new Set(file.vectors.map(({ name }) => name)).size).toBe(file.vectors.length)
      for (const { frames, values } of file.vectors)
        expect((frames === undefined) !== (values === undefined)).toBe(true)
    },
  )
})

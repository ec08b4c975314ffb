// Runs the examples in docstrings, from source. The comment after a call of `console.log` is its expected output;
// several calls on one line have their outputs separated by commas.

import { mkdirSync, writeFileSync } from 'node:fs'
import type TypeScript from 'typescript'
import { describe, expect, it, vi } from 'vitest'
import { entries, exportsOf, packages, ts, type Exported } from './public-api.ts'

const folder = new URL('../../reports/examples/', import.meta.url)

/** Packages whose functions need no example: the README shows the protocols, and the others are commands. */
const WITHOUT = new Set(['bench', 'cli', 'protocols'])

function exampleOf({ declaration }: Exported): string | undefined {
  const tag = ts.getJSDocTags(declaration).find(({ tagName }) => tagName.text === 'example')
  return /```ts\n(.*?)```/s.exec(ts.getTextOfJSDocComment(tag?.comment) ?? '')?.[1]
}

describe.each(entries.filter(([name]) => !WITHOUT.has(name)))('%s', (name, sources) => {
  const exported = sources.flatMap((source) => exportsOf(new URL(`${name}/${source}`, packages)))
  const functions = exported.filter(({ declaration }) => ts.isFunctionDeclaration(declaration))
  const examples = functions.flatMap((each) => {
    const example = exampleOf(each)
    return example === undefined ? [] : [[each.name, example] as const]
  })

  it('has an example for every function with options', () => {
    const configured = functions.filter(({ declaration }) =>
      (declaration as TypeScript.FunctionDeclaration).parameters.some((parameter) =>
        /^(?:options|given|definition|mapping)$/.test(parameter.name.getText()),
      ),
    )
    const shown = new Set(examples.map(([of]) => of))
    const helpers = new Set(['readOptions'])
    expect(configured.map((each) => each.name).filter((each) => !shown.has(each) && !helpers.has(each))).toEqual([])
  })

  if (examples.length === 0) return
  it.each(examples)('the example of %s prints the output in its comments', async (of, example) => {
    mkdirSync(folder, { recursive: true })
    const file = new URL(`${name}-${of}.ts`, folder)
    writeFileSync(file, example)
    const log = vi.spyOn(console, 'log').mockImplementation(() => {})
    try {
      await import(/* @vite-ignore */ file.pathname)
      const expected = [...example.matchAll(/console\.log\(.*\/\/ (.*)/g)].map(([, text]) => text)
      expect(log.mock.calls.map((args) => args.join(' ')).join(', ')).toBe(expected.join(', '))
    } finally {
      log.mockRestore()
    }
  })
})

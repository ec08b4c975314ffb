import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import manifest from '../../package.json' with { type: 'json' }
import { printedBySession } from '../../packages/cli/test/console-session.ts'
import { printedBy, writeExample } from '../../tools/tests/example.ts'
import { docsPages, read, repository } from './pages.ts'

interface Block {
  name: string
  language: string
  code: string
  /** The text block after it. */
  output: string | undefined
}

const folder = join(repository, 'docs/reports/examples')

function blocksOf(page: string): Block[] {
  const stem = page
    .replace(/^docs\//, '')
    .replace(/\.md$/, '')
    .replaceAll('/', '-')
  const found = [...read(page).matchAll(/^( *)```(\w*)\n(.*?)^\1```$/gms)]
  return found.map((match, index) => {
    const [whole, indent, language, code] = match as unknown as [string, string, string, string]
    const next = found[index + 1]
    const between = next && read(page).slice(match.index + whole.length, next.index)
    const output = next?.[2] === 'text' && between?.trim() === '' ? next[3] : undefined
    return { name: `${stem}-${index + 1}`, language, code: code.replaceAll(`\n${indent}`, '\n'), output }
  })
}

const blocks = docsPages().flatMap(blocksOf)
const inLanguage = (...languages: string[]): Block[] => blocks.filter(({ language }) => languages.includes(language))

/** Other examples can import one that begins with its file name. */
const fileOf = ({ name, code }: Block): string => join(folder, /^\/\/ (\S+\.ts)\n/.exec(code)?.[1] ?? `${name}.ts`)

describe('examples in TypeScript', () => {
  beforeAll(() => {
    rmSync(folder, { recursive: true, force: true })
    for (const block of inLanguage('ts')) writeExample(block.code, fileOf(block))
  })

  const withOutput = inLanguage('ts').filter(({ output }) => output !== undefined)
  it.each(withOutput)('$name prints what the page says', async (block) => {
    expect(await printedBy(block.code, fileOf(block))).toBe(block.output)
  })
})

it.each(inLanguage('console'))('the session $name prints what the page says', async ({ code }) => {
  const session = mkdtempSync(join(tmpdir(), 'unstick-docs-'))
  try {
    expect(await printedBySession(code, session)).toBe(code)
  } finally {
    rmSync(session, { recursive: true })
  }
})

it.each(inLanguage('sh'))('the commands $name exist', ({ code }) => {
  for (const line of code.trim().split('\n')) {
    const [command, action, script] = line.split(/\s+/) as [string, string, string?]
    expect(['npm', 'npx', 'node', 'unstick']).toContain(command)
    if (command === 'npm' && action === 'run') expect(Object.keys(manifest.scripts)).toContain(script)
  }
})

it('blocks of code are in a checked language', () => {
  const checked = new Set(['ts', 'text', 'console', 'sh', 'json', ''])
  expect(blocks.filter(({ language }) => !checked.has(language)).map(({ name }) => name)).toEqual([])
})

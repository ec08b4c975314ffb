// Writes tables into a Markdown page, each between `<!-- NAME -->` and `<!-- end of NAME -->`.

import { readFileSync, writeFileSync } from 'node:fs'

const PAGE = new URL('../../../../docs/runtimes.md', import.meta.url)

export function writeSection(name, text) {
  const [begin, end] = [`<!-- ${name} -->`, `<!-- end of ${name} -->`]
  const page = readFileSync(PAGE, 'utf8')
  const [before, rest] = page.split(begin)
  const after = rest?.split(end)[1]
  if (after === undefined) throw new Error(`docs/runtimes.md has no place for ${name}`)
  writeFileSync(PAGE, `${before}${begin}\n\n${text}\n\n${end}${after}`)
}

export function tableOf(rows) {
  const [head, ...body] = rows
  return [head, head.map(() => '---'), ...body].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

// Compares the exports of each package with its report, `api.md` in its folder, so that reviewers see changes of the
// public API. With `--write` it writes the reports.

import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, resolve } from 'node:path'

// For an import, Node searches 9 MB of CommonJS for its exports, which takes longer than loading it.
const ts = createRequire(import.meta.url)('typescript')

const printer = ts.createPrinter({ removeComments: true })
const writes = process.argv.includes('--write')

for (const folder of readdirSync('packages').map((name) => `packages/${name}`)) {
  const file = `${folder}/api.md`
  const report = reportOf(folder)
  const known = existsSync(file) ? readFileSync(file, 'utf8').replaceAll('\r\n', '\n') : ''
  if (report === known) continue
  if (writes) {
    writeFileSync(file, report)
    console.log(`${file}: written`)
  } else {
    console.error(`${file} does not match the exports of the package. Run \`npm run api\`, and review the difference.`)
    process.exitCode = 1
  }
}

/** The exports of all entry points of a package, as Markdown. */
function reportOf(folder) {
  const { name, exports } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'))
  const entries = Object.entries(exports).flatMap(([path, { import: { types } = {} }]) =>
    types === undefined ? [] : [[name + path.slice(1), resolve(folder, types)]],
  )
  const files = new Set(entries.map(([, file]) => file))
  const sections = entries.map(([path, file]) => `## ${path}\n\n\`\`\`ts\n${declarationsOf(file, files)}\n\`\`\`\n`)
  return `# The API of ${name}\n\nWritten by \`npm run api\`; do not edit.\n\n${sections.join('\n')}`
}

/**
 * The declarations of an entry point in alphabetical order: its exports, then the declarations that they need. Exports
 * of other entry points are only named.
 */
function declarationsOf(entry, entries) {
  const exported = new Set()
  /** The texts of each declared name: a function has one for each of its signatures. */
  const declared = new Map()
  const seen = new Set()
  visit(entry)

  function visit(file) {
    if (seen.has(file)) return
    seen.add(file)
    const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.ES2022)
    for (const statement of source.statements) {
      if (ts.isImportDeclaration(statement)) {
        const from = statement.moduleSpecifier.text
        const imported = resolve(dirname(file), from.replace(/\.js$/, '.d.ts'))
        if (from.startsWith('.') && !entries.has(imported)) visit(imported)
      } else if (ts.isExportDeclaration(statement)) {
        if (file === entry) for (const { name } of statement.exportClause?.elements ?? []) exported.add(name.text)
      } else {
        const { name } = statement.declarationList?.declarations[0] ?? statement
        const text = printer.printNode(ts.EmitHint.Unspecified, statement, source)
        declared.set(name.text, [...(declared.get(name.text) ?? []), withoutPrivate(text)])
      }
    }
  }

  const textsOf = (name) => declared.get(name).join('\n')
  const names = sorted(declared.keys())
  const own = names
    .filter((name) => exported.has(name))
    .map((name) => textsOf(name).replaceAll(/^declare |^(?=interface |type )/gm, 'export '))
  const needed = names.filter((name) => !exported.has(name)).map(textsOf)
  const others = sorted(exported).filter((name) => !declared.has(name))
  if (others.length > 0) own.push(`// From other entry points:\nexport {\n    ${others.join(',\n    ')},\n}`)
  if (needed.length > 0) own.push('// Not exported:', ...needed)
  return own.join('\n\n')
}

/** Compares by character codes, to sort the same way on every machine. */
function sorted(names) {
  return [...names].toSorted((a, b) => (a < b ? -1 : 1))
}

function withoutPrivate(text) {
  return text.replaceAll(/^ +private .*\n/gm, '')
}

// The public API of the packages, read from the sources of their entry points.

import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type TypeScript from 'typescript'

/** For an import, Node searches 9 MB of CommonJS for its exports, which takes longer than loading it. */
export const ts = createRequire(import.meta.url)('typescript') as typeof TypeScript

export const packages: URL = new URL('../../packages/', import.meta.url)

export interface Exported {
  name: string
  declaration: TypeScript.Node
}

/** Entry points share modules, and tests this one. */
const known = new Map<string, Exported[]>()

/** The exports of a module, its own or from other modules. */
export function exportsOf(file: URL): Exported[] {
  const exported = known.get(file.href) ?? readExports(file)
  known.set(file.href, exported)
  return exported
}

function readExports(file: URL): Exported[] {
  const source = ts.createSourceFile(file.pathname, readFileSync(file, 'utf8'), ts.ScriptTarget.ES2022, true)
  return source.statements.flatMap((statement): Exported[] => {
    if (ts.isExportDeclaration(statement) && statement.moduleSpecifier !== undefined) {
      const from = exportsOf(new URL((statement.moduleSpecifier as TypeScript.StringLiteral).text, file))
      if (statement.exportClause === undefined || ts.isNamespaceExport(statement.exportClause)) return from
      const names = new Set(statement.exportClause.elements.map(({ name }) => name.text))
      return from.filter(({ name }) => names.has(name))
    }
    const isExported = ts.canHaveModifiers(statement) && ts.getModifiers(statement)?.[0]?.kind === EXPORT
    if (!isExported) return []
    if (ts.isVariableStatement(statement)) {
      return statement.declarationList.declarations.map(({ name }) => ({
        name: name.getText(),
        declaration: statement,
      }))
    }
    const { name } = statement as TypeScript.DeclarationStatement
    return [{ name: name!.text, declaration: statement }]
  })
}

const EXPORT = ts.SyntaxKind.ExportKeyword

/** The entry points of each package. */
export const entries: (readonly [name: string, sources: string[]])[] = readdirSync(packages).flatMap((name) => {
  const { exports } = JSON.parse(readFileSync(new URL(`${name}/package.json`, packages), 'utf8')) as {
    exports: Record<string, Record<string, string>>
  }
  const sources = Object.values(exports).map((conditions) => conditions['@unstick/source'])
  return [[name, sources.filter((source) => source !== undefined)] as const]
})

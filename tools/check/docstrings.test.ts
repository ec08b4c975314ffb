// Checks that every export of the entry points and every member has a docstring, that options have their defaults, and
// that functions with options list their exceptions.

import { describe, expect, it } from 'vitest'
import { entries, exportsOf, packages, ts, type Exported } from './public-api.ts'

/** The public members of an interface or a class. Members of an oracle's rules are the options of its codec. */
function membersOf({ name, declaration }: Exported): Exported[] {
  if (name.endsWith('Rules')) return []
  if (!ts.isInterfaceDeclaration(declaration) && !ts.isClassDeclaration(declaration)) return []
  const members: Exported[] = []
  for (const member of declaration.members) {
    if (member.name === undefined || ts.getCombinedModifierFlags(member) & HIDDEN) continue
    members.push({ name: `${name}.${member.name.getText()}`, declaration: member })
  }
  return members
}

const HIDDEN = ts.ModifierFlags.Private | ts.ModifierFlags.Protected | ts.ModifierFlags.Override

function placeOf({ name, declaration }: Exported): string {
  const source = declaration.getSourceFile()
  const { line } = source.getLineAndCharacterOfPosition(declaration.getStart())
  return `${source.fileName.slice(packages.pathname.length)}:${line + 1} ${name}`
}

describe.each(entries)('%s', (name, sources) => {
  const exported = sources.flatMap((source) => exportsOf(new URL(`${name}/${source}`, packages)))
  const parts = exported.flatMap((each) => [each, ...membersOf(each)])

  it('exports something', () => expect(exported.length).toBeGreaterThan(0))

  it('has a docstring on everything public', () => {
    expect(without(parts, ({ declaration }) => ts.getJSDocCommentsAndTags(declaration).length > 0)).toBe('')
  })

  it('has the default of every optional option', () => {
    const optional = parts.filter(
      ({ name: path, declaration }) =>
        path.includes('Options.') && ts.isPropertySignature(declaration) && declaration.questionToken !== undefined,
    )
    expect(without(optional, hasTag('defaultValue'))).toBe('')
  })

  it('lists the exceptions of every function with options', () => {
    const configured = parts.filter(
      ({ declaration }) =>
        ts.isFunctionDeclaration(declaration) &&
        declaration.parameters.some((parameter) => /^(?:options|given)$/.test(parameter.name.getText())),
    )
    expect(without(configured, hasTag('throws'))).toBe('')
  })
})

const hasTag = (tag: string) => (part: Exported) =>
  ts.getJSDocTags(part.declaration).some(({ tagName }) => tagName.text === tag)

/** The parts that fail the check, with their places. Of a function's signatures, one has to pass. */
function without(parts: readonly Exported[], holds: (part: Exported) => boolean): string {
  const good = new Set(parts.filter(holds).map(({ name }) => name))
  return [...new Set(parts.filter(({ name }) => !good.has(name)).map(placeOf))].join('\n')
}

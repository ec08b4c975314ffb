// Checks the package page on npm: the fields of package.json that link to the source, and the links in the README,
// which must not be relative.

import { existsSync } from 'node:fs'

const REPOSITORY = 'https://github.com/unstick-js/unstick'
const README_LINK = /\]\((?!#)([^)]*)\)/g
const SOURCE = `${REPOSITORY}/blob/main/`

/** Returns the faults in the metadata of the package in this folder of the repository. */
export function metadataFaults(pkg, folder, readme) {
  const expected = {
    homepage: `${REPOSITORY}/tree/main/${folder}#readme`,
    bugs: `${REPOSITORY}/issues`,
    license: 'MIT',
    author: 'unstick contributors',
    repository: { type: 'git', url: `git+${REPOSITORY}.git`, directory: folder },
  }
  const fields = Object.entries(expected)
    .filter(([name, value]) => JSON.stringify(pkg[name]) !== JSON.stringify(value))
    .map(([name, value]) => `package.json: ${name} must be ${JSON.stringify(value)}`)
  const described = ['description', 'keywords']
    .filter((name) => !pkg[name]?.length)
    .map((name) => `package.json: ${name} is missing`)
  const links = [...readme.matchAll(README_LINK)].flatMap(([, link]) => {
    if (!link.startsWith('https://')) return `README.md: ${link} is no absolute link`
    const isLost = link.startsWith(SOURCE) && !existsSync(link.slice(SOURCE.length).replace(/#.*/, ''))
    return isLost ? `README.md: ${link} leads to no file` : []
  })
  return [...fields, ...described, ...links]
}

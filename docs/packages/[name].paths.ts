// A page for each package: its README.
import { readdirSync, readFileSync } from 'node:fs'

const packages = new URL('../../packages/', import.meta.url)

export default {
  watch: ['../../packages/*/README.md'],
  paths: () =>
    readdirSync(packages).map((name) => ({
      params: { name },
      content: readFileSync(new URL(`${name}/README.md`, packages), 'utf8'),
    })),
}

// Loads packages that some commands need and `unstick` does not install.

import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Misuse } from './misuse.ts'

/**
 * Loads a package that may not be installed: `load` imports it from beside this package. Otherwise it comes from the
 * working directory.
 *
 * Throws a `Misuse` that says how to install it.
 */
export async function installedPackage<Package>(
  name: string,
  need: string,
  load: () => Promise<Package>,
): Promise<Package> {
  try {
    return await load()
  } catch (error) {
    if (!isMissing(error, name)) throw error
  }
  try {
    const path = createRequire(join(process.cwd(), 'package.json')).resolve(name)
    return (await import(/* @vite-ignore */ pathToFileURL(path).href)) as Package
  } catch (error) {
    if (!isMissing(error, name)) throw error
    throw new Misuse(`${need} needs the package ${name}: npm install ${name} (with --global if unstick is global)`, {
      cause: error,
    })
  }
}

/** False if the package is installed but lacks one of its dependencies. */
function isMissing(error: unknown, name: string): boolean {
  const { code, message } = error as NodeJS.ErrnoException
  return (code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND') && message.includes(name)
}

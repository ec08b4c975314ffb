// Whether this machine has a program. To run it would take longer: tshark needs a fifth of a second for its version.

import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

export function isInstalled(program: string): boolean {
  const file = process.platform === 'win32' ? `${program}.exe` : program
  return (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, file)))
}

// Says why a file cannot be read.

import { Misuse } from './misuse.ts'

/** A `Misuse` that names the file, for an error of the system; any other error stays as it is. */
export function unreadable(file: string, error: unknown): unknown {
  const { syscall, message } = error as NodeJS.ErrnoException
  if (syscall === undefined) return error
  // Node writes `CODE: the reason, syscall 'path'`.
  const reason = message.replace(/^\w+: /, '').replace(/, \w+( '.*')?$/s, '')
  return new Misuse(`cannot read ${file}: ${reason}`, { cause: error })
}

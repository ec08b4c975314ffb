// A file that a proxy writes while its connections are open.

import { closeSync, openSync, writeFileSync } from 'node:fs'
import { Misuse } from './misuse.ts'

export class OutputFile {
  private readonly name: string
  private readonly file: number
  private readonly onFault: (message: string) => void
  /** A full disk must not end the connections: only the file ends, which is reported once. */
  private state: 'whole' | 'cut off' = 'whole'

  /** Throws a `Misuse` for a file that cannot be opened. */
  constructor(path: string, flag: string, onFault: (message: string) => void) {
    this.name = `${flag} ${path}`
    this.onFault = onFault
    try {
      this.file = openSync(path, 'w')
    } catch (cause) {
      throw new Misuse(`${this.name}: ${(cause as Error).message}`, { cause })
    }
  }

  /** Writes synchronously: a queue could grow without limit, and would be lost in a crash. */
  write(content: string | Uint8Array): void {
    if (this.state === 'cut off') return
    try {
      writeFileSync(this.file, content)
    } catch (error) {
      this.state = 'cut off'
      this.onFault(`${this.name} ends here: ${(error as Error).message}`)
    }
  }

  close(): void {
    closeSync(this.file)
  }
}

// A recording that is written while its connections are open.

import { closeSync, openSync, writeSync } from 'node:fs'
import { Misuse } from './misuse.ts'
import { eventLine, headerLine, type RecordedEvent } from './recording.ts'

export class RecordingFile {
  private readonly file: number
  private readonly start = performance.now()

  /** Throws a `Misuse` for a file that cannot be written. */
  constructor(path: string, about: Record<string, unknown>) {
    this.file = opened(path, '--save')
    writeSync(this.file, headerLine(about))
  }

  /** Written at once: a queue of what the disk has not taken could grow without bound, and would be lost at a crash. */
  write(event: Omit<RecordedEvent, 'at'>): void {
    writeSync(this.file, eventLine({ ...event, at: Math.round((performance.now() - this.start) * 1000) / 1000 }))
  }

  close(): void {
    closeSync(this.file)
  }
}

export function opened(path: string, flag: string): number {
  try {
    return openSync(path, 'w')
  } catch (cause) {
    throw new Misuse(`${flag} ${path}: ${(cause as Error).message}`, { cause })
  }
}

// A recording that is written while its connections are open.

import { eventLine, headerLine, type RecordedEvent } from '@unstick/stream/recording'
import type { OutputFile } from './output-file.ts'

export class RecordingFile {
  private readonly file: OutputFile
  private readonly start = performance.now()

  constructor(file: OutputFile, about: Record<string, unknown>) {
    this.file = file
    file.write(headerLine(about))
  }

  write(event: Omit<RecordedEvent, 'at'>): void {
    this.file.write(eventLine({ ...event, at: Math.round((performance.now() - this.start) * 1000) / 1000 }))
  }

  close(): void {
    this.file.close()
  }
}

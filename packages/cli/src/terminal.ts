// Where a command reads and prints. `process` is one; tests pass their own.

export interface Terminal {
  stdin: NodeJS.ReadableStream
  stdout: NodeJS.WritableStream & { isTTY?: boolean }
  stderr: NodeJS.WritableStream
}

// Where a command reads and prints. `process` is one; tests pass their own.

/** Where a command reads and prints. */
export interface Terminal {
  /** What the command reads where it is given no file. */
  stdin: NodeJS.ReadableStream
  /** Where results are printed. With `isTTY` they may have colours. */
  stdout: NodeJS.WritableStream & { isTTY?: boolean }
  /** Where errors are printed. */
  stderr: NodeJS.WritableStream
}

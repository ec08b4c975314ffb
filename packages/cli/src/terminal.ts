// The input and output of a command. `process` is a terminal; tests pass their own.

/** The input and output of a command. */
export interface Terminal {
  /** The input if no file is given. */
  stdin: NodeJS.ReadableStream
  /** For results. With `isTTY` they may have colours; `columns` is the width of a terminal. */
  stdout: NodeJS.WritableStream & { isTTY?: boolean; columns?: number }
  /** For errors. */
  stderr: NodeJS.WritableStream
}

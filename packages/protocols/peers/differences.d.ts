export const differences: readonly {
  /** A key of `peers`. */
  parser: string
  what: string
  /** Each character is the byte of its number. */
  text: string
  ours: unknown[] | string
  theirs: unknown[] | string
}[]

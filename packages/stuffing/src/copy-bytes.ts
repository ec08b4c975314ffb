/** Up to this length, a loop is faster than making the view that `set` needs. */
const SHORT = 96

/** Copies `source[from, end)` to `target`, at index `to`. */
export function copyBytes(source: Uint8Array, from: number, end: number, target: Uint8Array, to: number): void {
  if (end - from > SHORT) target.set(source.subarray(from, end), to)
  else while (from < end) target[to++] = source[from++]!
}

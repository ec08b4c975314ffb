// Misuse of the command: exit code 2, and a message without a stack.

export class Misuse extends Error {
  override name = 'Misuse'
}

/** Suggests the name of `known` that is most like `name`, or returns an empty string if none is. */
export function didYouMean(name: string, known: Iterable<string>): string {
  const limit = Math.max(1, Math.floor(name.length / 3))
  const near = [...known].map((other): [number, string] => [distance(name, other), other])
  const [best] = near.filter(([edits]) => edits <= limit).toSorted(([a], [b]) => a - b)
  return best === undefined ? '' : `; did you mean ${best[1]}?`
}

/** The Levenshtein distance: the number of inserted, deleted and replaced characters. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)))
    }
    row = next
  }
  return row[b.length]!
}

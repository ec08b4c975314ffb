// The reasons for a guess, as text.

import type { Guess } from './rank.ts'
import type { Sample } from './sample.ts'

/** The strongest kinds of evidence, the strongest first. */
export function reasonsFor({ evidence, tiling }: Guess, sample: Sample): string[] {
  const { ends, rest } = tiling
  const met = ends.filter((end) => sample.isChunkEnd(end)).length
  const reasons: [number, string][] = [
    [evidence.headers, 'frames begin alike'],
    [evidence.borders, `${met} of ${sample.chunkEnds.length} chunk ends are frame ends`],
    [evidence.pairs, 'its two bytes occur together'],
    [evidence.strictness, 'few other places could begin a frame'],
    [rest === 0 ? evidence.end : 0, 'the last frame ends with the stream'],
  ]
  const strong = reasons.filter(([bits]) => bits > 1).toSorted(([a], [b]) => b - a)
  return strong.map(([, words]) => words)
}

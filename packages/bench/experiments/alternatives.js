// Ways to do the same thing side by side, in nanoseconds an item, the first one as 1.

import { measure } from 'mitata'

/** Each way does `items` items a call, and all return the same number. */
export async function alternatives(title, items, ways) {
  const results = Object.values(ways).map((way) => way())
  if (new Set(results).size > 1) throw new Error(`${title}: the ways give ${results.join(', ')}`)
  const times = {}
  // Twice, in turn, and the better counts: machines have moods.
  for (let round = 0; round < 2; round++) {
    for (const [name, way] of Object.entries(ways)) {
      const { p50 } = await measure(way)
      times[name] = Math.min(times[name] ?? Infinity, p50 / items)
    }
  }
  const [first] = Object.values(times)
  console.log(title)
  for (const [name, time] of Object.entries(times)) {
    console.log(`  ${time.toFixed(1).padStart(7)} ns  ${(time / first).toFixed(2).padStart(5)}  ${name}`)
  }
}

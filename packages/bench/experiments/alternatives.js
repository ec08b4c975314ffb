// Compares ways to do the same thing, in nanoseconds per item and relative to the first one. Each is measured in its own
// process, since the compiler's feedback from one slows the next. They take turns, and the median counts.

import { spawnSync } from 'node:child_process'
import { measure } from 'mitata'

const TURNS = 5
const [, script, wantedTitle, wantedName] = process.argv

/**
 * Each way processes `items` items per call, and all return the same number. A turn counts the median of its samples;
 * `statistic: 'min'` suits a busy machine. Other options are those of mitata, such as `min_cpu_time` in nanoseconds.
 */
export async function alternatives(title, items, ways, { statistic = 'p50', ...options } = {}) {
  if (wantedTitle !== undefined) {
    if (title === wantedTitle) console.log((await measure(ways[wantedName], options))[statistic] / items)
    return
  }
  const results = await Promise.all(Object.values(ways).map((way) => way()))
  if (new Set(results).size > 1) throw new Error(`${title}: the ways give ${results.join(', ')}`)
  const times = Object.fromEntries(Object.keys(ways).map((name) => [name, []]))
  for (let turn = 0; turn < TURNS; turn++) {
    for (const [name, taken] of Object.entries(times)) taken.push(timeOf(title, name))
  }
  const medians = Object.entries(times).map(([name, taken]) => [name, taken.toSorted((a, b) => a - b)[TURNS >> 1]])
  console.log(title)
  for (const [name, time] of medians) {
    console.log(`  ${time.toFixed(1).padStart(7)} ns  ${(time / medians[0][1]).toFixed(2).padStart(5)}  ${name}`)
  }
}

function timeOf(title, name) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, title, name], { encoding: 'utf8' })
  if (status !== 0) throw new Error(`${title}, ${name}: ${stderr}`)
  return Number(stdout)
}

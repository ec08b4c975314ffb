// Lines with and without WebAssembly in each runtime, as `line-blocks.js` measures them.

import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { tableOf } from './page.js'

const TURNS = 5
const script = join(import.meta.dirname, '../line-blocks.js')

const LENGTHS = [16, 80, 500, 4096]
const WAYS = ['indexOf loop', 'scan', 'scan without WebAssembly', 'textLines', 'textLines without WebAssembly']

export function lineTable(runtimes) {
  const rows = LENGTHS.flatMap((length) => {
    console.error(`lines of ${length} B`)
    return WAYS.map((way) => {
      const times = timesOf(runtimes, `lines of ${length} B`, way)
      return [`${length} B`, way, ...times.map((time) => `${Number(time.toPrecision(2))} ns`)]
    })
  })
  return tableOf([['lines', 'way', ...runtimes.map(({ name }) => name)], ...rows])
}

/** The fastest of some turns, in which the runtimes alternate, so that a busy machine harms it little. */
function timesOf(runtimes, title, way) {
  const times = runtimes.map(() => Infinity)
  for (let turn = 0; turn < TURNS; turn++) {
    for (const [index, { command }] of runtimes.entries()) {
      const [binary, ...args] = command
      const printed = execFileSync(binary, [...args, script, title, way], { encoding: 'utf8' })
      times[index] = Math.min(times[index], Number(printed))
    }
  }
  return times
}

// Our decoders, in the same loop. Prints nanoseconds of CPU time per frame, and the number of frames in a pass.

import { readFileSync } from 'node:fs'
import { textLines } from '@unstick/delimiter'
import { lengthField } from '@unstick/length-field'

const CHUNK = 65_536
const [workload, file, count] = process.argv.slice(2)
const stream = readFileSync(file)
const passes = Number(count)
const codec = workload === 'W1' ? lengthField({ maxFrameLength: 1 << 20 }) : textLines({ maxFrameLength: 1 << 20 })

function run() {
  const decoder = codec.decoder()
  let frames = 0
  let bytes = 0
  for (let pass = 0; pass < passes; pass++) {
    for (let at = 0; at < stream.length; at += CHUNK) {
      for (const frame of decoder.decode(stream.subarray(at, at + CHUNK))) {
        frames += 1
        bytes += frame.length
      }
    }
  }
  if (bytes === 0) throw new Error('no bytes')
  return frames
}

run()
const before = process.cpuUsage()
const frames = run()
const { user, system } = process.cpuUsage(before)
console.log((1000 * (user + system)) / frames, frames / passes)

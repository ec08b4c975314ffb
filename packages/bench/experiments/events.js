// Lines of an event stream: what eventsource-parser takes for its events of one line, and what it takes to find and to
// make two lines for each, the blank one included. Run it with a quiet machine: the fastest sample counts.

import { lines, textLines } from '@unstick/delimiter'
import { createParser } from 'eventsource-parser'
import { alternatives } from './alternatives.js'

const LF = 10
const event = `data: ${'x'.repeat(32)}\n\n`
const count = Math.floor((64 << 10) / event.length)
const chunk = Buffer.from(event.repeat(count))
const FrameBuffer = Buffer[Symbol.species]

/** Counts the characters or bytes of the lines that are not blank. */
function decoding(codec) {
  const decoder = codec.decoder()
  return () => {
    let total = 0
    for (const line of decoder.decode(chunk)) total += line.length
    return total
  }
}

function scanning() {
  const decoder = lines({ ending: 'any' }).decoder()
  const tally = { total: 0 }
  const visit = (_bytes, start, end) => {
    tally.total += end - start
  }
  return () => {
    tally.total = 0
    decoder.scan(chunk, visit)
    return tally.total
  }
}

/** Makes a Buffer of each line, whose end is known beforehand. */
function views() {
  const ends = [...chunk.keys()].filter((at) => chunk[at] === LF)
  const { buffer, byteOffset } = chunk
  return () => {
    let total = 0
    let from = 0
    for (let index = 0; index < ends.length; index++) {
      total += new FrameBuffer(buffer, byteOffset + from, ends[index] - from).length
      from = ends[index] + 1
    }
    return total
  }
}

function parsing() {
  let total = 0
  const decoder = new TextDecoder()
  const parser = createParser({ onEvent: ({ data }) => (total += 'data: '.length + data.length) })
  return () => {
    total = 0
    parser.feed(decoder.decode(chunk, { stream: true }))
    return total
  }
}

await alternatives(
  'events of one line of 32 B',
  count,
  {
    'eventsource-parser': parsing(),
    'two Buffers, ends known': views(),
    "lines({ ending: 'any' }), scan": scanning(),
    "lines({ ending: 'any' }), decode": decoding(lines({ ending: 'any' })),
    "textLines({ ending: 'any' }), decode": decoding(textLines({ ending: 'any' })),
  },
  { statistic: 'min' },
)

// A framer for `unstick verify`: a length of two bytes, then that many bytes. With the argument "faulty" it loses a length
// that is cut in two.
import { createInterface } from 'node:readline'

const isFaulty = process.argv[2] === 'faulty'
const DEFAULT_LIMIT = 8 * 1024 * 1024
let rest = Buffer.alloc(0)
let offset = 0
let failure
let options = {}

const say = (line) => process.stdout.write(`${line}\n`)

function take(chunk) {
  if (isFaulty && rest.length === 1) rest = Buffer.alloc(0)
  rest = Buffer.concat([rest, chunk])
  const { lengthFieldLength = 4, maxFrameLength = DEFAULT_LIMIT } = options
  while (rest.length >= lengthFieldLength) {
    const end = lengthFieldLength + rest.readUIntBE(0, lengthFieldLength)
    if (end > maxFrameLength) return fail('ERR_FRAME_TOO_LONG')
    if (end > rest.length) return
    say(`frame ${rest.subarray(lengthFieldLength, end).toString('hex')}`.trimEnd())
    rest = rest.subarray(end)
    offset += end
  }
}

function fail(code) {
  failure = code
  say(`error ${code} ${offset}`)
}

for await (const line of createInterface({ input: process.stdin })) {
  const [word, text = ''] = line.split(/ (.*)/)
  if (word === 'options') {
    options = JSON.parse(text)
    rest = Buffer.alloc(0)
    offset = 0
    failure = undefined
  } else if (word === 'chunk') {
    if (failure === undefined) take(Buffer.from(text, 'hex'))
  } else if (word === 'end') {
    if (failure === undefined && rest.length > 0) fail('ERR_FRAME_TRUNCATED')
    say('done')
  }
}

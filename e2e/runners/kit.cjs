// Tests with the packed package, under a runner that provides `describe` and `it`. Some runners use realms of their
// own, and one has no TextDecoder.

const fc = require('fast-check')
const { defineCodec, mapCodec } = require('@unstick/core')
const { codecLaws, framerLaws, recordedLaws, testLaws, verifyCodec } = require('@unstick/testing')

const LF = 10
const FEW = { numRuns: 15 }
const bytes = fc.uint8Array({ maxLength: 8 })

const prefixed = defineCodec({
  name: 'prefixed',
  maxFrameLength: 300,
  find(memory, start, end, search) {
    if (end - start < 2) return start + 2
    search.payloadStart = start + 2
    return (search.payloadEnd = start + 2 + memory[start] * 256 + memory[start + 1])
  },
  encodeParts: (frame) => [new Uint8Array([frame.length >> 8, frame.length & 255]), frame],
})

const typed = mapCodec(prefixed, {
  decode: (frame) => ({ type: frame[0], payload: frame.subarray(1) }),
  encode: ({ type, payload }) => Uint8Array.of(type, ...payload),
})

/** Gives Buffers, whatever the class of the chunks. */
function* lines(chunks) {
  let rest = Buffer.alloc(0)
  for (const chunk of chunks) {
    rest = Buffer.concat([rest, chunk])
    for (let at = rest.indexOf(LF); at !== -1; at = rest.indexOf(LF)) {
      yield rest.subarray(0, at)
      rest = rest.subarray(at + 1)
    }
  }
}

const lineOptions = {
  frame: bytes.map((frame) => frame.map((byte) => (byte === LF ? 0 : byte))),
  encode: (frame) => Buffer.concat([frame, Buffer.from('\n')]),
}

exports.register = (describe, it) => {
  describe('a codec of bytes', () => testLaws(codecLaws(prefixed, { frame: bytes }), it, FEW))
  describe('a codec of objects', () => {
    const options = {
      frame: fc.record({ type: fc.nat(255), payload: bytes }),
      scan: 'slices',
      frameOfLength: (length) => ({ type: 1, payload: new Uint8Array(Math.max(0, length - 1)) }),
    }
    testLaws(codecLaws(typed, options), it, FEW)
  })
  describe('a framer that gives Buffers', () => testLaws(framerLaws(lines, lineOptions), it, FEW))
  describe('a recording', () =>
    testLaws(recordedLaws(prefixed, [Buffer.from([0, 1, 97, 0]), Buffer.from([0])]), it, FEW))

  it('verifies examples', () => {
    verifyCodec(prefixed, [{ bytes: Buffer.from([0, 1, 97]), frames: [Buffer.from('a')] }])
  })

  it('names an error of the platform, whatever its realm', async () => {
    const failing = () => [Buffer.concat('no list')]
    const message = await framerLaws(failing, lineOptions)[1]
      .run(FEW)
      .then(
        () => 'kept',
        (error) => error.message,
      )
    if (!message.includes('ERR_INVALID_ARG_TYPE')) throw new Error(message)
  })
}

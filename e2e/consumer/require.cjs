// CommonJS gets the same packages, and a FrameError of one copy is known to the other.

const assert = require('node:assert')
const { isFrameError } = require('@unstick/core')
const { lines, textLines } = require('@unstick/delimiter')
const { fixedSize } = require('@unstick/fixed-size')
const { jsonValues } = require('@unstick/json')
const { lengthField } = require('@unstick/length-field')
const { packet } = require('@unstick/packet')
const { mqtt } = require('@unstick/protocols')
const postgres = require('@unstick/protocols/postgres')
const stream = require('@unstick/stream')
const web = require('@unstick/stream/web')
const { slip } = require('@unstick/stuffing')
const { codecLaws } = require('@unstick/testing')

for (const value of [lines, fixedSize, jsonValues, packet, mqtt, postgres.postgres, stream.frames, slip, codecLaws])
  assert.equal(typeof value, 'function')
assert.equal(typeof web.FrameDecoderStream, 'function')

const codec = lengthField({ maxFrameLength: 10 })
const frames = [...codec.decoder().decode(codec.encode(Buffer.from('hello')))]
assert.equal(Buffer.from(frames[0]).toString(), 'hello')

import('@unstick/delimiter').then((modules) => {
  try {
    for (const frame of modules.lines({ maxFrameLength: 2 }).decoder().decode(Buffer.from('abc\n'))) assert.fail(frame)
  } catch (error) {
    assert(isFrameError(error), error)
    console.log('1 project required')
  }
  assert.deepEqual([...textLines().decoder().decode(Buffer.from('a\n'))], ['a'])
})

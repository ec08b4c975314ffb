import { defineCodec, FrameError, type FrameCodec } from '@unstick/core'
import fc from 'fast-check'
import { describe, it } from 'vitest'
import { codecLaws, testLaws } from '../src/index.ts'

const sound: FrameCodec = defineCodec({
  name: 'sound',
  maxFrameLength: 300,
  find(bytes, start, end, _searched, found) {
    if (start + 2 > end) return start + 2
    const length = bytes[start]! * 256 + bytes[start + 1]!
    found.payloadStart = start + 2
    found.payloadEnd = start + 2 + length
    return start + 2 + length
  },
  encodeParts(frame) {
    if (frame.length > 298) throw new FrameError('ERR_FRAME_TOO_LONG', 'too long')
    return [new Uint8Array([frame.length >> 8, frame.length & 255]), frame]
  },
})

describe('a sound codec', () => {
  testLaws(codecLaws(sound, { frame: fc.uint8Array({ maxLength: 20 }) }), it)
})

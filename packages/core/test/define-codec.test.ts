import { describe, expect, it } from 'vitest'
import { chooseCodec, defineCodec, joinFragments, mapCodec, type FrameCodec } from '../src/index.ts'
import { byteLength } from './oracle.ts'

describe('defineCodec', () => {
  it.each([
    [{ overhead: -1 }, RangeError, 'overhead must be an integer of at least 0, received -1'],
    [{ headerLength: 1 }, TypeError, 'defineCodec has no option "headerLength": known are'],
    [{ name: '' }, RangeError, 'name must be a string of at least 1 character, received ""'],
    [{ find: '1' }, TypeError, 'find must be a function or a length, received "1"'],
    [{ find: 0 }, RangeError, 'find must be'],
    [{ findMany: 1 }, TypeError, 'findMany must be a function, received 1'],
    [{ atEnd: 'skip' }, RangeError, 'atEnd must be "error" or "emit" or "drop", received "skip"'],
    [{ oversize: 'drop' }, RangeError, 'oversize must be "error" or "skip", received "drop"'],
    [{ corrupt: 'drop' }, RangeError, 'corrupt must be "error" or "skip", received "drop"'],
    [{ isFrame: 1 }, TypeError, 'isFrame must be a function, received 1'],
    [{ toFrame: 1 }, TypeError, 'toFrame must be a function, received 1'],
    [{ hint: 1 }, TypeError, 'hint must be a function, received 1'],
    [{ findAtEnd: 1 }, TypeError, 'findAtEnd must be a function, received 1'],
    [{ toFrame: String, toFrames: 1 }, TypeError, 'toFrames must be a function, received 1'],
    [{ encodeParts: 1 }, TypeError, 'encodeParts must be a function, received 1'],
  ])('names the part of the definition that is wrong: %o', (overrides, kind, message) => {
    expect(() => byteLength(overrides as never)).toThrow(
      expect.objectContaining({ name: kind.name, message: expect.stringContaining(message) }),
    )
  })

  it('states what was received instead of bytes to encode', () => {
    expect(() => byteLength().encode('a' as never)).toThrow(
      new TypeError('byteLength: a frame must be a Uint8Array, received a string'),
    )
  })

  it('encodes frames other than bytes if toFrame makes such frames', () => {
    const numbers = defineCodec<number>({
      name: 'numbers',
      maxFrameLength: 1,
      find: (_bytes, start) => start + 1,
      toFrame: ([byte]) => byte!,
      encodeParts: (frame) => [new Uint8Array([frame])],
    })
    expect([...numbers.encode(7)]).toEqual([7])
    expect([...numbers.decoder().decode(new Uint8Array([7, 8]))]).toEqual([7, 8])
  })

  it('encodes into new memory, even if the only part is memory of the codec or the frame', () => {
    const constant = Uint8Array.of(1, 2)
    const own: FrameCodec = defineCodec({
      name: 'own',
      maxFrameLength: 2,
      find: 2,
      encodeParts: ([first]) => [first === 1 ? constant : Uint8Array.of(0, 0)],
    })
    const itself: FrameCodec = defineCodec({
      name: 'itself',
      maxFrameLength: 2,
      find: 2,
      encodeParts: (frame) => [frame],
    })
    for (const codec of [own, itself]) {
      const mapped = mapCodec(codec, { decode: (frame) => frame, encode: (frame: Uint8Array) => frame })
      const joined = joinFragments(codec, { isLast: () => true, split: (message) => [message] })
      const chosen = chooseCodec({ choose: () => 'only', codecs: { only: codec } })
      const frame = Uint8Array.of(1, 2)
      const encoded = [
        ...[codec, mapped, joined].map((each) => () => each.encode(frame)),
        () => chosen.encode({ kind: 'only', frame }),
      ]
      for (const encode of encoded) {
        encode().fill(9)
        const { buffer } = encode()
        structuredClone(buffer, { transfer: [buffer] })
        expect([...encode()]).toEqual([1, 2])
      }
      expect([[...constant], [...frame]]).toEqual([
        [1, 2],
        [1, 2],
      ])
    }
  })
})

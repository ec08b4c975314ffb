import { setMaxListeners } from 'node:events'
import { PassThrough } from 'node:stream'
import { lengthField } from '@unstick/length-field'
import { describe, expect, it } from 'vitest'
import { bySilence, decodeStream, encodeStream, framed, frames, reader } from '../src/index.ts'
import { FrameDecoderStream, FrameEncoderStream } from '../src/web.ts'
import { collect } from './connection.ts'

const codec = lengthField({ lengthFieldLength: 1 })

interface Adapter {
  readonly name: string
  readonly make: (options?: unknown) => unknown
  /** The additional options, each with a valid value. */
  readonly own: Record<string, unknown>
}

const ENCODING = { onEncodeError: () => {}, destroyOnEncodeError: true }
const READING = { destroyOnError: true }

const adapters: Adapter[] = [
  { name: 'decodeStream', make: (options) => decodeStream(codec, options as never), own: {} },
  { name: 'encodeStream', make: (options) => encodeStream(codec, options as never), own: ENCODING },
  {
    name: 'frames',
    make: (options) => frames(new PassThrough(), codec, options as never),
    own: { ...READING, destroyOnReturn: true },
  },
  {
    name: 'framed',
    make: (options) => framed(new PassThrough(), codec, options as never),
    own: { ...ENCODING, ...READING, allowHalfOpen: true },
  },
  {
    name: 'reader',
    make: (options) => reader(new PassThrough(), options as never),
    own: { ...READING, exact: false },
  },
  {
    name: 'bySilence',
    make: (options) => bySilence(new PassThrough(), options as never),
    own: { milliseconds: 5, maxFrameLength: 100 },
  },
  { name: 'FrameDecoderStream', make: (options) => new FrameDecoderStream(codec, options as never), own: {} },
  { name: 'FrameEncoderStream', make: (options) => new FrameEncoderStream(codec, options as never), own: ENCODING },
]

const { signal } = new AbortController()
// The adapters made here are not ended, so their timers must not run out during the tests of another file.
setMaxListeners(0, signal)
const NEVER = 2 ** 31 - 1

const SHARED = {
  copy: false,
  onSkip: () => {},
  signal,
  frameTimeout: NEVER,
  idleTimeout: NEVER,
  readableHighWaterMark: 1,
  writableHighWaterMark: 1,
}

/** Values of the wrong kind or out of range, and the message. */
const wrong: Record<string, [value: unknown, message: RegExp][]> = {
  copy: [['yes', /^copy must be true or false, received "yes"$/]],
  onSkip: [[5, /^onSkip must be a function, received 5$/]],
  signal: [
    [{}, /^signal must be an AbortSignal, received an instance of Object$/],
    [new EventTarget(), /^signal must be an AbortSignal, received an instance of EventTarget$/],
    [new AbortController(), /^signal must be an AbortSignal, received an instance of AbortController$/],
    [true, /^signal must be an AbortSignal, received true$/],
  ],
  frameTimeout: [
    [0, /^frameTimeout must be an integer from 1 to 2147483647, received 0$/],
    ['100', /^frameTimeout must be an integer from 1 to 2147483647, received "100"$/],
    [Number.NaN, /^frameTimeout must be .* received NaN$/],
  ],
  idleTimeout: [
    [-5, /^idleTimeout must be an integer from 1 to 2147483647, received -5$/],
    [2 ** 31, /^idleTimeout must be .* received 2147483648$/],
  ],
  readableHighWaterMark: [[-1, /^readableHighWaterMark must be an integer of at least 0, received -1$/]],
  writableHighWaterMark: [[1.5, /^writableHighWaterMark must be an integer of at least 0, received 1.5$/]],
  onEncodeError: [['log', /^onEncodeError must be a function, received "log"$/]],
  destroyOnEncodeError: [[1, /^destroyOnEncodeError must be true or false, received 1$/]],
  destroyOnReturn: [[0, /^destroyOnReturn must be true or false, received 0$/]],
  destroyOnError: [['no', /^destroyOnError must be true or false, received "no"$/]],
  allowHalfOpen: [['half', /^allowHalfOpen must be true or false, received "half"$/]],
  exact: [[1, /^exact must be true or false, received 1$/]],
  milliseconds: [
    [0, /^milliseconds must be an integer from 1 to 2147483647, received 0$/],
    [undefined, /^milliseconds must be .* received undefined$/],
  ],
  maxFrameLength: [[0, /^maxFrameLength must be an integer of at least 1, received 0$/]],
}

function thrownBy(make: () => unknown): unknown {
  try {
    make()
  } catch (error) {
    return error
  }
  return undefined
}

describe.each(adapters)('the options of $name', ({ name, make, own }) => {
  const right: Record<string, unknown> = { ...SHARED, ...own }

  it('are accepted', () => {
    expect(thrownBy(() => make(right))).toBeUndefined()
  })

  it('that are unknown are a TypeError that suggests the nearest', () => {
    const error = thrownBy(() => make({ ...right, frameTimeOut: 100 }))
    expect(error).toBeInstanceOf(TypeError)
    expect(error).toMatchObject({ message: `${name} has no option "frameTimeOut": did you mean frameTimeout?` })
  })

  it.each([['a string'], [5], [null], [true], [[]], [new Uint8Array(1)], [() => {}]])(
    'are an object, not %s',
    (options) => {
      const error = thrownBy(() => make(options))
      expect(error).toBeInstanceOf(TypeError)
      expect(error).toMatchObject({ message: expect.stringContaining(`${name} takes an object of options`) })
    },
  )

  it.each(Object.keys(right))('have a value or are left out: null for %s is a TypeError', (option) => {
    const error = thrownBy(() => make({ ...right, [option]: null }))
    expect(error).toBeInstanceOf(TypeError)
    expect(error).toMatchObject({ message: `${option} must have a value or be left out, received null` })
  })

  it.each(Object.keys(right))('are checked: a wrong %s is refused with its name, its range and the value', (option) => {
    expect(wrong[option]).toBeDefined()
    for (const [value, message] of wrong[option]!) {
      const error = thrownBy(() => make({ ...right, [option]: value }))
      expect(error).toSatisfy((thrown) => thrown instanceof TypeError || thrown instanceof RangeError)
      expect(error).toMatchObject({ message: expect.stringMatching(message) })
    }
  })

  it('are read once each', () => {
    const reads: string[] = []
    const counting = {}
    for (const option of Object.keys(right)) {
      const get = (): unknown => (reads.push(option), right[option])
      Object.defineProperty(counting, option, { get, enumerable: true })
    }
    make(counting)
    expect(reads.toSorted()).toEqual(Object.keys(right).toSorted())
  })
})

it('a function in place of a codec is a TypeError that says to call it', () => {
  const uncalled = lengthField as never
  const message = 'codec must be a FrameCodec, received a function: call it to make a codec'
  for (const make of [() => decodeStream(uncalled), () => encodeStream(uncalled), () => frames([], uncalled)]) {
    expect(make).toThrow(new TypeError(message))
  }
})

describe('options that change after the call', () => {
  it('change nothing: a loop that should leave its source open leaves it open', async () => {
    const source = new PassThrough()
    const options = { destroyOnReturn: false }
    const loop = frames(source, codec, options)
    options.destroyOnReturn = true
    source.write(Buffer.from([1, 7, 1]))
    await loop.next()
    await loop.return()
    expect(source.destroyed).toBe(false)
    expect(source.read()).toEqual(Buffer.from([1]))
  })

  it('change nothing: a gap goes to the callback that was given', async () => {
    const skipped: number[] = []
    const skipping = lengthField({ lengthFieldLength: 1, maxFrameLength: 3, oversize: 'skip' })
    const options = { onSkip: ({ length }: { length: number }) => void skipped.push(length) }
    const loop = frames([Buffer.from([4, 1, 2, 3, 4, 1, 7])], skipping, options)
    options.onSkip = () => void skipped.push(-1)
    expect((await collect(loop)).items).toEqual([Buffer.from([7])])
    expect(skipped).toEqual([5])
  })
})

describe('the streams of framed()', () => {
  // As those of readable-stream 3, and the responses of HTTP/2's compatibility API.
  it.each([
    ['readable', 'readableEnded'],
    ['writable', 'writableFinished'],
    ['writable', 'destroyed'],
  ] as const)('tell their state: a %s one without %s is a TypeError', (side, state) => {
    const without = Object.create(new PassThrough(), { [state]: { value: undefined } }) as PassThrough
    const pair = { readable: new PassThrough(), writable: new PassThrough(), [side]: without }
    const error = thrownBy(() => framed(pair, codec))
    expect(error).toBeInstanceOf(TypeError)
    expect(error).toMatchObject({ message: expect.stringMatching(/^duplex must be a Duplex or/) as string })
  })
})

describe('the codecs of framed()', () => {
  it('are read once each', () => {
    const reads: string[] = []
    const pair = {
      get decode() {
        return (reads.push('decode'), codec)
      },
      get encode() {
        return (reads.push('encode'), codec)
      },
    }
    framed(new PassThrough(), pair).destroy()
    expect(reads.toSorted()).toEqual(['decode', 'encode'])
  })
})

describe('the options of until()', () => {
  it('are checked like those of adapters', async () => {
    const from = reader(new PassThrough())
    await expect(from.until('\n', { maxLenght: 5 } as never)).rejects.toThrow(/did you mean maxLength\?$/)
    await expect(from.until('\n', { maxLength: null } as never)).rejects.toThrow(/^maxLength must have a value/)
    await expect(from.until('\n', 5 as never)).rejects.toThrow(/^until takes an object of options, received 5$/)
    await from.cancel()
  })
})

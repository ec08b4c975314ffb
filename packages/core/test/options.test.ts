import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import {
  bytesOption,
  choiceOption,
  functionOption,
  integerOption,
  isBytes,
  kindOf,
  readOptions,
  shown,
  stringOption,
} from '../src/index.ts'
import { checkedBytes } from '../src/options.ts'

const u8 = (...bytes: number[]): Uint8Array => new Uint8Array(bytes)

describe('an object of options', () => {
  const read = (given: unknown, ...names: string[]): object => readOptions('lines', given as object, names as never[])

  it('gives the options that were set, and may be left out', () => {
    expect(read({ a: 1, b: undefined, c: false }, 'a', 'b', 'c', 'd')).toStrictEqual({ a: 1, c: false })
    expect(read(undefined, 'a')).toStrictEqual({})
  })

  it('refuses null, which would otherwise count as left out', () => {
    expect(() => read({ a: null }, 'a')).toThrow(new TypeError('a must have a value or be left out, received null'))
  })

  it.each([
    [null, 'null'],
    [5, '5'],
    ['a', '"a"'],
    [() => {}, 'a function'],
    [u8(1), 'an instance of Uint8Array'],
    [['a'], 'an instance of Array'],
  ])('is an object and no bytes, not %o', (given, received) => {
    const message = `lines takes an object of options, received ${received}`
    expect(() => read(given, '0', 'length')).toThrow(new TypeError(message))
  })

  it.each([
    ['the nearest name', 'sice', ['slices', 'size'], 'size'],
    ['a name of up to two other letters, before a longer one', 'marks', ['markersShown', 'mask'], 'mask'],
    ['a longer name with the same letters in their order', 'MaxLen', ['size', 'maxFrameLength'], 'maxFrameLength'],
    ['a name with a third of its letters wrong', 'dalamitar', ['delimiter'], 'delimiter'],
  ])('that is not known is answered with %s', (_what, wrong, names, nearest) => {
    const message = `lines has no option "${wrong}": did you mean ${nearest}?`
    expect(() => read({ [wrong]: 1 }, ...names)).toThrow(new TypeError(message))
  })

  it.each([
    ['two letters that a name has', 'ax', ['alphabetx', 'size']],
    ['a name with more than a third of its letters wrong', 'dalamitarx', ['delimiter', 'size']],
    ['the letters of a name in another order', 'emarf', ['maxFrameLength', 'size']],
  ])('that is not known is answered with all names for %s', (_what, wrong, names) => {
    const message = `lines has no option "${wrong}": known are ${names.join(', ')}`
    expect(() => read({ [wrong]: 1 }, ...names)).toThrow(new TypeError(message))
  })
})

describe('an option that is a string', () => {
  it('passes', () => {
    for (const value of ['a', ' ']) expect(stringOption('name', value)).toBe(value)
  })

  it.each([
    ['', RangeError, '""'],
    [1, TypeError, '1'],
    [undefined, TypeError, 'undefined'],
  ])('else is an error, the empty one too: %o', (value, kind, received) => {
    const message = `name must be a string of at least 1 character, received ${received}`
    expect(() => stringOption('name', value)).toThrow(new kind(message))
  })
})

describe('an option that is an integer', () => {
  it('is accepted from the least to the greatest value', () => {
    for (const value of [1, 5, 8]) expect(integerOption('size', value, 1, 8)).toBe(value)
    expect(integerOption('size', Number.MAX_SAFE_INTEGER, 0)).toBe(Number.MAX_SAFE_INTEGER)
  })

  it.each([
    [0, 8, RangeError, 'size must be an integer from 1 to 8, received 0'],
    [9, 8, RangeError, 'size must be an integer from 1 to 8, received 9'],
    [1.5, 8, RangeError, 'size must be an integer from 1 to 8, received 1.5'],
    ['5', 8, TypeError, 'size must be an integer from 1 to 8, received "5"'],
    [0, undefined, RangeError, 'size must be an integer of at least 1, received 0'],
    [2 ** 53, undefined, RangeError, 'size must be an integer of at least 1, received 9007199254740992'],
    [undefined, undefined, TypeError, 'size must be an integer of at least 1, received undefined'],
  ])('else the error says what is allowed, and what came: %o, at most %o', (value, max, kind, message) => {
    expect(() => integerOption('size', value, 1, max)).toThrow(new kind(message))
  })
})

describe('an option that is a choice', () => {
  it('is accepted if it is among them', () => {
    for (const value of ['a', 'b'] as const) expect(choiceOption('kind', value, ['a', 'b'])).toBe(value)
  })

  it.each([
    ['c', RangeError, 'kind must be "a" or "b", received "c"'],
    [1, TypeError, 'kind must be "a" or "b", received 1'],
  ])('else the error lists them: %o', (value, kind, message) => {
    expect(() => choiceOption('kind', value, ['a', 'b'])).toThrow(new kind(message))
  })
})

describe('an option that is a function', () => {
  it('is accepted, and may be left out', () => {
    const given = (): void => {}
    expect(functionOption('visit', given)).toBe(given)
    expect(functionOption('visit', undefined)).toBeUndefined()
  })

  it('is refused with a TypeError otherwise', () => {
    expect(() => functionOption('visit', null)).toThrow(new TypeError('visit must be a function, received null'))
  })
})

/** Bytes whose memory was transferred away. */
function detached(): Uint8Array {
  const bytes = u8(1)
  structuredClone(bytes.buffer, { transfer: [bytes.buffer as ArrayBuffer] })
  return bytes
}

describe('an option that is bytes', () => {
  it('is the UTF-8 of a string, or a copy of the bytes', () => {
    expect(bytesOption('trailer', 'é')).toEqual(u8(0xc3, 0xa9))
    const given = u8(1, 2)
    const bytes = bytesOption('trailer', given)
    given.fill(0)
    expect(bytes).toEqual(u8(1, 2))
  })

  it.each([
    ['', RangeError, 'received 0 bytes'],
    [u8(), RangeError, 'received 0 bytes'],
    [detached(), RangeError, 'received 0 bytes'],
    [44, TypeError, 'received 44'],
    [[44], TypeError, 'received an instance of Array'],
  ])('else is an error, the empty one too: %o', (value, kind, received) => {
    const message = `trailer must be a string or a Uint8Array of at least 1 byte, ${received}`
    expect(() => bytesOption('trailer', value)).toThrow(new kind(message))
  })

  it('may not be a string with a lone surrogate, which has no UTF-8', () => {
    expect(bytesOption('trailer', '😀')).toEqual(u8(0xf0, 0x9f, 0x98, 0x80))
    for (const value of ['\uD83D', 'a\uDE00b']) {
      const message = `trailer must not have a lone surrogate, received ${JSON.stringify(value)}`
      expect(() => bytesOption('trailer', value)).toThrow(new RangeError(message))
    }
  })
})

it('recognises bytes of every realm, and nothing else', () => {
  for (const bytes of [u8(), Buffer.alloc(1), runInNewContext('new Uint8Array(1)')]) expect(isBytes(bytes)).toBe(true)
  for (const other of [undefined, null, 'a', [1], new Uint16Array(1), new ArrayBuffer(1)]) {
    expect(isBytes(other)).toBe(false)
  }
})

describe('a value in a message', () => {
  class Secret {
    content = 'hidden'
  }

  it.each<[string, unknown]>([
    [`"${'x'.repeat(40)}"`, 'x'.repeat(40)],
    [`"${'x'.repeat(40)}…"`, 'x'.repeat(41)],
    [String.raw`"\n"`, '\n'],
    ['a function', () => {}],
    ['an instance of Secret', new Secret()],
    ['an instance of Uint8Array', u8(7)],
    ['an instance of Object', Object.create(null)],
    ['null', null],
    ['undefined', undefined],
    ['NaN', Number.NaN],
    ['1n', 1n],
    ['Symbol(a)', Symbol('a')],
  ])('as %s', (text, value) => {
    expect(shown(value)).toBe(text)
  })
})

it.each<[string, unknown]>([
  ['null', null],
  ['undefined', undefined],
  ['a string', 'hidden'],
  ['a number', 7],
  ['a boolean', true],
  ['a function', () => {}],
  ['an instance of Array', [7]],
  ['an instance of Object', {}],
  ['an instance of Object', JSON.parse('{"constructor":{"name":"hidden"}}')],
  ['an instance of Object', JSON.parse('{"__proto__":{"constructor":{"name":"hidden"}}}')],
  ['an instance of ArrayBuffer', new ArrayBuffer(1)],
])('data is called %s, without its content', (text, value) => {
  expect(kindOf(value)).toBe(text)
  expect(() => checkedBytes(value, 'lines', 'a frame')).toThrow(
    new TypeError(`lines: a frame must be a Uint8Array, received ${text}`),
  )
})

it('bytes are returned as they are', () => {
  const frame = u8(1)
  expect(checkedBytes(frame, 'lines', 'a frame')).toBe(frame)
})

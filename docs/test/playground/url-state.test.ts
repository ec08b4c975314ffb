import fc from 'fast-check'
import { expect, it } from 'vitest'
import { withCuts } from '../../playground/cutting.ts'
import { hashOf, stateOf, type PlaygroundState } from '../../playground/url-state.ts'

const states: fc.Arbitrary<PlaygroundState> = fc.record({
  choice: fc.constantFrom(
    { lengthField: '2', offset: '1', adjustment: '-2' },
    { protocol: 'postgres', from: 'client' },
    { delimiter: String.raw`\r\n $_ \x20`, maxFrameLength: '10' },
    { lines: '', ending: 'crlf' },
  ),
  stream: fc
    .tuple(fc.uint8Array({ maxLength: 30 }), fc.array(fc.nat(30)))
    .map(([bytes, cuts]) => withCuts(new Uint8Array(bytes), cuts)),
  step: fc.option(fc.nat(9), { nil: undefined }),
  form: fc.constantFrom('hex', 'text', 'base64'),
  beside: fc.constantFrom('chunk', 'own'),
  framer: fc.constantFrom('', 'if-not-while', 'function framer(chunks) {\n  return chunks + "&#%"\n}'),
  messages: fc.constantFrom('', 'lines'),
})

it('a state survives its URL', () => {
  fc.assert(
    fc.property(states, (state) => {
      expect(stateOf(hashOf(state))).toEqual(state)
    }),
  )
})

it('the flags are those of the command', () => {
  const stream = withCuts(Uint8Array.of(0, 2, 104, 105), [1])
  const state = {
    choice: { lengthField: '2' },
    stream,
    step: 3,
    form: 'hex',
    beside: 'chunk',
    framer: 'if-not-while',
    messages: '',
  } as const
  expect(hashOf(state)).toBe('#length-field=2&bytes=AAJoaQ&cuts=1&step=3')
})

it('a hash without a state is reported, and malformed members are left out', () => {
  expect(stateOf('')).toBeUndefined()
  expect(stateOf('#guess')).toBeUndefined()
  expect(stateOf('#bytes=%3F')).toBeUndefined()
  expect(stateOf('#bytes=AAJoaQ&cuts=9.x.2&step=-4&form=morse&nonsense=1')).toEqual({
    choice: { lengthField: '4' },
    stream: withCuts(Uint8Array.of(0, 2, 104, 105), [2]),
    step: 0,
    form: 'hex',
    beside: 'chunk',
    framer: 'if-not-while',
    messages: '',
  })
})

it('hostile parameters make no state of a kind that the page itself would not make', () => {
  const choiceOf = (hash: string) => stateOf(`#bytes=AA&${hash}`)!.choice
  expect(choiceOf('length-field=4&codec=./x.js&from=client')).toEqual({ lengthField: '4' })
  expect(choiceOf('protocol=redis&lines=')).toEqual({ lines: '' })
  expect(choiceOf('lines=x&__proto__=1&constructor=2&to-string=3')).toEqual({ lines: '' })
  expect(choiceOf('text-length=--json&leading-zeros=capture.bin')).toEqual({ textLength: '', leadingZeros: '' })
  expect(stateOf('#bytes=AA&beside=constructor&messages=__proto__')).toMatchObject({ beside: 'chunk', messages: '' })
  expect(stateOf(`#bytes=${'A'.repeat(1e6)}&cuts=${'1.'.repeat(1e5)}`)!.stream).toMatchObject({ cuts: [1] })
  expect(stateOf('#bytes=AA&step=1e999&cuts=1e999.NaN.-1.0x0')).toMatchObject({ step: 1, stream: { cuts: [] } })
})

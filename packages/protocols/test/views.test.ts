import { expect, it } from 'vitest'
import { viewsOf } from '../src/framing/views.ts'

class Bytes extends Uint8Array {}

it.each<[name: string, bytes: Uint8Array]>([
  ['a Uint8Array', Uint8Array.of(9, 9, 1, 2, 3).subarray(1)],
  ['a Buffer', Buffer.from([9, 1, 2, 3])],
  ['a class of its own', new Bytes([9, 1, 2, 3])],
])('views of %s are those that subarray makes', (_name, bytes) => {
  const view = viewsOf(bytes)(1, 3)
  const expected = bytes.subarray(1, 3)
  expect(view).toEqual(expected)
  expect([view.constructor, view.buffer, view.byteOffset]).toEqual([
    expected.constructor,
    expected.buffer,
    expected.byteOffset,
  ])
})

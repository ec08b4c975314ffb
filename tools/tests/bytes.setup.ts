// `toEqual` compares bytes one by one, which takes a second per MiB. Here they are compared at once.

import { expect } from 'vitest'

expect.addEqualityTesters([
  function areSameBytes(a, b) {
    // The matcher compares arrays of different classes, since `toStrictEqual` distinguishes Buffers from Uint8Arrays.
    const areBytes = a instanceof Uint8Array && b instanceof Uint8Array && a.constructor === b.constructor
    return areBytes ? Buffer.compare(a, b) === 0 : undefined
  },
])

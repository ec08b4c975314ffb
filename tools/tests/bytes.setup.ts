// `toEqual` compares bytes element by element, in a second for each MiB: here they are compared at once.

import { expect } from 'vitest'

expect.addEqualityTesters([
  function areSameBytes(a, b) {
    // Arrays of other classes are left to the matcher: `toStrictEqual` tells Buffers from Uint8Arrays.
    const areBytes = a instanceof Uint8Array && b instanceof Uint8Array && a.constructor === b.constructor
    return areBytes ? Buffer.compare(a, b) === 0 : undefined
  },
])

// JSON writes null for NaN, so a mistyped limit may arrive as null. Every codec must refuse it.

import * as delimiter from '@unstick/delimiter'
import * as fixedSize from '@unstick/fixed-size'
import * as json from '@unstick/json'
import * as lengthField from '@unstick/length-field'
import * as packet from '@unstick/packet'
import * as protocols from '@unstick/protocols'
import * as stuffing from '@unstick/stuffing'
import { describe, expect, test } from 'vitest'

type Make = (options: Record<string, unknown>) => unknown

const FAMILY = { delimiter, fixedSize, json, lengthField, packet, protocols, stuffing }

/** Functions without an options object, or with a codec before it. */
const WITHOUT_OPTIONS = new Set(['readVarint', 'varintSize', 'textFrames'])

/** The names of its options, from the error for an unknown one. */
function optionsOf(make: Make): string[] {
  try {
    make({ '\u0000': 1 })
  } catch (error) {
    return / has no option .*: known are (.*)$/.exec((error as Error).message)?.[1]?.split(', ') ?? []
  }
  return []
}

for (const [family, exported] of Object.entries(FAMILY)) {
  describe(`the codecs of ${family}`, () => {
    const makers = Object.entries(exported).filter(
      ([name, value]) => typeof value === 'function' && /^[a-z]/.test(name) && !WITHOUT_OPTIONS.has(name),
    ) as [string, Make][]
    test.each(makers)('%s refuses null for each of its options by name', (_name, make) => {
      const options = optionsOf(make)
      expect(options.length).toBeGreaterThan(0)
      for (const option of options) {
        const call = () => make({ [option]: null })
        expect(call).toThrow(TypeError)
        expect(call).toThrow(new RegExp(`\\b${option} .*received null`))
      }
    })
  })
}

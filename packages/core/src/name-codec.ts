// A codec under another name: for codecs that are made of others.

import type { FrameCodec } from './contracts.ts'
import { codecFrom } from './define-codec.ts'
import { composable } from './map-codec.ts'
import { renamedError, type Naming } from './naming.ts'
import { stringOption } from './options.ts'

/**
 * Gives a codec a name of its own, which error messages, `console.log` and diagnostics then show: whoever uses a codec
 * of yours need not know what it is made of. Nothing else changes, and decoding takes no longer.
 *
 * @throws {TypeError | RangeError} `codec` is not made by `defineCodec`, or `name` is not a string of at least 1
 *   character.
 *
 * @example
 * ```ts
 * import { defineCodec, nameCodec } from '@unstick/core'
 *
 * const pairs = defineCodec({ name: 'pairs', maxFrameLength: 2, find: 2 })
 * const decoder = nameCodec(pairs, 'telemetry').decoder()
 * for (const frame of decoder.decode(Uint8Array.of(7, 8, 9))) console.log(...frame) // 7 8
 * try {
 *   decoder.end()
 * } catch (error) {
 *   console.log((error as Error).message) // telemetry: the stream ended inside the frame at offset 2
 * }
 * ```
 */
export function nameCodec<Frame>(codec: FrameCodec<Frame>, name: string): FrameCodec<Frame> {
  const inner = composable('nameCodec', codec)
  const { encodeFrame } = inner
  const naming: Naming = { name: stringOption('name', name), formerNames: [...inner.formerNames, inner.name] }
  return codecFrom({
    ...inner,
    ...naming,
    encodeFrame:
      encodeFrame &&
      ((frame) => {
        try {
          return encodeFrame(frame)
        } catch (error) {
          throw renamedError(naming, error)
        }
      }),
  })
}

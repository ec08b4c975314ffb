// The messages for testing a pasted framer.

import type { FrameCodec } from '@unstick/core'
import { textLines } from '@unstick/delimiter'
import { lengthField } from '@unstick/length-field'
import fc from 'fast-check'
import { codecFor, type Choice } from '../codec-choice.ts'
import type { MessageKind } from './exhibits.ts'

export interface Messages {
  frame: fc.Arbitrary<unknown>
  codec: FrameCodec<unknown>
}

const bytes = fc.uint8Array({ maxLength: 6 })
const line = fc.string({ unit: 'grapheme', maxLength: 6 }).filter((text) => !/[\r\n]/.test(text))

/** @throws {Misuse | TypeError} The chosen codec cannot be created, or its frames are not bytes. */
export async function messagesOf(kind: MessageKind, choice: Choice): Promise<Messages> {
  if (kind === 'length') {
    return { frame: bytes, codec: lengthField({ lengthFieldLength: 4 }) }
  }
  if (kind === 'lines') {
    return { frame: line, codec: textLines({ ending: 'lf' }) }
  }
  const codec = await codecFor(choice)
  const size = Number(choice.fixedSize)
  const frame = Number.isInteger(size) ? fc.uint8Array({ minLength: size, maxLength: size }) : bytes
  const arbitrary: fc.Arbitrary<unknown> = 'jsonLines' in choice || 'jsonValues' in choice ? fc.jsonValue() : frame
  if (!fc.sample(arbitrary, { numRuns: 20, seed: 1 }).some((one) => canEncode(() => codec.encode(one)))) {
    throw new TypeError('the frames of the codec chosen above are not bytes: choose another codec')
  }
  return { frame: arbitrary, codec }
}

function canEncode(encode: () => unknown): boolean {
  try {
    encode()
    return true
  } catch {
    return false
  }
}

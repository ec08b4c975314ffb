// Native messaging between a browser extension and a program.

import { choiceOption, readOptions, type FrameCodec } from '@unstick/core'
import { lengthField } from '@unstick/length-field'
import { jsonFrames } from './framing/json.ts'
import { limitsOf, type PresetOptions } from './framing/options.ts'

/** The options of `nativeMessaging`. */
export interface NativeMessagingOptions extends PresetOptions {
  /** Who writes the messages: the browser (at most 64 MiB each), or the program, called host (at most 1 MiB each). */
  from: 'browser' | 'host'
  /**
   * The byte order of the machine.
   *
   * @defaultValue 'little'
   */
  byteOrder?: 'big' | 'little'
}

const NAME = 'nativeMessaging'
const MIB = 1024 * 1024

/**
 * JSON values, each after its length, in the machine's byte order:
 *
 * ```
 *  +--------+------+
 *  | length | JSON |
 *  +--------+------+
 *    4
 * ```
 *
 * Source: developer.chrome.com, "Native messaging protocol"; MDN, "Native messaging". `Value` is the type that you
 * expect; it is not checked.
 *
 * Decoding throws `ERR_FRAME_TOO_LONG`, `ERR_FRAME_CORRUPT` (a message that is not JSON) and `ERR_FRAME_TRUNCATED`;
 * encoding `ERR_FRAME_NOT_ENCODABLE` and `ERR_FRAME_TOO_LONG`.
 *
 * @throws {TypeError | RangeError} An option is unknown, of the wrong kind or out of range.
 */
export function nativeMessaging<Value = unknown>(options: NativeMessagingOptions): FrameCodec<Value> {
  const { from, byteOrder, ...limits } = readOptions<NativeMessagingOptions>(NAME, options, [
    'from',
    'byteOrder',
    'maxFrameLength',
    'oversize',
  ])
  const longest = choiceOption('from', from, ['browser', 'host']) === 'browser' ? 64 * MIB : MIB
  const frames = lengthField({
    ...limitsOf(NAME, limits, { maxFrameLength: 4 + longest, minFrameLength: 4 }),
    byteOrder: byteOrder ?? 'little',
  })
  return jsonFrames(NAME, frames)
}

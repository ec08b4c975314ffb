// Joins fragments into messages. Each fragment is a frame that says whether it is the last of its message.

import { classOf, newBytes } from './bytes-class.ts'
import { compose } from './complete-definition.ts'
import type { FrameCodec } from './contracts.ts'
import type { FrameMapper } from './conversion.ts'
import { codecFrom } from './define-codec.ts'
import { NO_FRAME } from './definition.ts'
import { encodeWithin } from './encode-within.ts'
import { FrameError, frameTooLong } from './errors.ts'
import { composable } from './map-codec.ts'
import { checkedBytes, functionOption, integerOption, isBytes, kindOf, readOptions, shown } from './options.ts'

/** The options of `joinFragments`. */
export interface JoinFragmentsOptions<Fragment> {
  /** Whether a fragment is the last of its message. */
  isLast: (fragment: Fragment) => boolean
  /**
   * The bytes that a fragment adds to its message.
   *
   * @defaultValue the fragment itself, if fragments are bytes
   */
  body?: (fragment: Fragment) => Uint8Array
  /**
   * The longest message, in bytes: the sum of its bodies.
   *
   * @defaultValue the `maxFrameLength` of the codec
   */
  maxMessageLength?: number
  /**
   * The most fragments of a message.
   *
   * @defaultValue 65,536
   */
  maxFragments?: number
  /**
   * The fragments of a message, for `encode`.
   *
   * @defaultValue none: the codec only decodes
   */
  split?: (message: Uint8Array) => Iterable<Fragment>
}

/**
 * Joins fragments into messages, as needed for RPC records, WebSocket messages or large MySQL packets. Bodies are
 * copied as they arrive, so that a message never takes more than twice its bytes. A message of one fragment is the body
 * itself. `scan` visits the fragments.
 *
 * Decoding throws `ERR_FRAME_TOO_LONG` for a message over a limit and `ERR_FRAME_TRUNCATED` if the stream ends inside a
 * message, both with the offset of the message.
 *
 * @throws {TypeError | RangeError} An option is unknown, of the wrong kind, or out of its range; or the codec skips
 *   frames, which would leave holes in messages.
 *
 * @example
 * ```ts
 * import { defineCodec, joinFragments } from '@unstick/core'
 *
 * // Fragments of two bytes: whether it is the last one, and one byte of the message.
 * const fragments = defineCodec({ name: 'fragments', maxFrameLength: 2, find: 2 })
 * const messages = joinFragments(fragments, {
 *   isLast: (fragment) => fragment[0] === 1,
 *   body: (fragment) => fragment.subarray(1),
 *   maxMessageLength: 1024,
 * })
 * for (const message of messages.decoder().decode(Uint8Array.of(0, 7, 0, 8, 1, 9))) console.log(...message) // 7 8 9
 * ```
 */
export function joinFragments<Fragment>(
  codec: FrameCodec<Fragment>,
  options: JoinFragmentsOptions<Fragment>,
): FrameCodec {
  const definition = composable('joinFragments', codec)
  const names = ['isLast', 'body', 'maxMessageLength', 'maxFragments', 'split'] as const
  const given = readOptions<JoinFragmentsOptions<Fragment>>('joinFragments', options, names)
  if (typeof given.isLast !== 'function') {
    throw new TypeError(`isLast must be a function, received ${shown(given.isLast)}`)
  }
  if (definition.oversize === 'skip' || definition.corrupt === 'skip') {
    throw new TypeError(`joinFragments takes a codec that skips no frames, received ${definition.name} with 'skip'`)
  }
  const rules: Rules<Fragment> = {
    name: definition.name,
    isLast: given.isLast,
    body: functionOption('body', given.body) ?? ((fragment) => fragment as Uint8Array),
    maxMessageLength: integerOption('maxMessageLength', given.maxMessageLength ?? definition.maxFrameLength, 0),
    maxFragments: integerOption('maxFragments', given.maxFragments ?? 65_536, 1),
  }
  const split = functionOption('split', given.split)
  const { encodeFrame } = definition
  return codecFrom(
    compose<Uint8Array>({
      ...definition,
      mappings: [
        ...definition.mappings,
        { hasMemory: true, create: () => new Joiner(rules) as FrameMapper<never, unknown> },
      ],
      joins: true,
      encodeFrame:
        encodeFrame &&
        split &&
        ((message) =>
          fragmentsOf(split(checkLength(message, rules)), rules).flatMap((part) => encodeWithin(definition, part))),
      encodeLimit: Infinity,
    }),
  )
}

interface Rules<Fragment> extends Required<Omit<JoinFragmentsOptions<Fragment>, 'split'>> {
  name: string
}

class Joiner<Fragment> implements FrameMapper<Fragment, Uint8Array> {
  private readonly rules: Rules<Fragment>
  /** The bodies so far are `bytes[0, length)`. */
  private bytes: Uint8Array | undefined = undefined
  private length = 0
  private fragments = 0

  constructor(rules: Rules<Fragment>) {
    this.rules = rules
  }

  isInside(): boolean {
    return this.fragments > 0
  }

  decode(fragment: Fragment): Uint8Array | typeof NO_FRAME {
    const { rules } = this
    const body = rules.body(fragment)
    if (!isBytes(body)) throw new TypeError(`body must return a Uint8Array, returned ${kindOf(body)}`)
    this.checkLimits(body.length)
    const isLast = rules.isLast(fragment)
    this.fragments++
    if (isLast && this.fragments === 1) return this.take(body)
    this.append(body)
    if (!isLast) return NO_FRAME
    const message = this.bytes!
    return this.take(message.subarray(0, this.length))
  }

  end(): Uint8Array[] {
    if (this.fragments === 0) return []
    throw new FrameError('ERR_FRAME_TRUNCATED', `${this.rules.name}: the stream ended inside a message of fragments`)
  }

  private checkLimits(added: number): void {
    const { name, maxMessageLength, maxFragments } = this.rules
    if (this.length + added > maxMessageLength) {
      const message = `${name}: the message exceeds maxMessageLength (${maxMessageLength} bytes)`
      throw new FrameError('ERR_FRAME_TOO_LONG', message, { maxFrameLength: maxMessageLength })
    }
    if (this.fragments === maxFragments) {
      const message = `${name}: the message exceeds maxFragments (${maxFragments})`
      throw new FrameError('ERR_FRAME_TOO_LONG', message, { maxFrameLength: maxMessageLength })
    }
  }

  private append(body: Uint8Array): void {
    const length = this.length + body.length
    if (this.bytes === undefined || this.bytes.length < length) {
      const larger = newBytes(classOf(body), Math.min(2 * length, this.rules.maxMessageLength))
      if (this.bytes !== undefined) larger.set(this.bytes.subarray(0, this.length))
      this.bytes = larger
    }
    this.bytes.set(body, this.length)
    this.length = length
  }

  private take(message: Uint8Array): Uint8Array {
    this.bytes = undefined
    this.length = 0
    this.fragments = 0
    return message
  }
}

/** The fragments, unless there are more than the decoder joins. */
function fragmentsOf<Fragment>(split: Iterable<Fragment>, { name, maxFragments }: Rules<Fragment>): Fragment[] {
  const fragments: Fragment[] = []
  for (const fragment of split) {
    if (fragments.length === maxFragments) {
      throw new FrameError('ERR_FRAME_TOO_LONG', `${name}: the message exceeds maxFragments (${maxFragments})`)
    }
    fragments.push(fragment)
  }
  return fragments
}

function checkLength<Fragment>(message: Uint8Array, { name, maxMessageLength }: Rules<Fragment>): Uint8Array {
  checkedBytes(message, name, 'a message')
  if (message.length > maxMessageLength) throw frameTooLong(name, message.length, maxMessageLength)
  return message
}

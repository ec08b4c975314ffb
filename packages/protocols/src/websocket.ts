// WebSocket messages, after the opening handshake.

import {
  checkedBytes,
  choiceOption,
  defineCodec,
  FrameError,
  functionOption,
  integerOption,
  isBytes,
  kindOf,
  mapCodec,
  newBytesLike,
  NO_FRAME,
  readOptions,
  type FrameCodec,
  type FrameMapper,
  type FrameSearch,
} from '@unstick/core'
import { corrupt, invalidLength, notEncodable } from './framing/errors.ts'
import { bigEndianFor, readBig } from './framing/integers.ts'
import { byType, BYTES, INTEGER, namingMembers, optional, STRING } from './framing/members.ts'
import { limitsOf, type DirectedOptions } from './framing/options.ts'
import { decodeUtf8, encodeUtf8 } from './framing/text.ts'

/** A message, joined from its fragments, or a control frame. */
export type WebsocketMessage =
  | { type: 'text'; text: string }
  | { type: 'binary'; payload: Uint8Array }
  | { type: 'ping' | 'pong'; payload: Uint8Array }
  /** `code` is undefined if the peer sent none. */
  | { type: 'close'; code: number | undefined; reason: string }

/** The options of `websocket`. */
export interface WebsocketOptions extends Omit<DirectedOptions, 'oversize'> {
  /**
   * The longest message, in bytes: the sum of its fragments' payloads.
   *
   * @defaultValue `maxFrameLength`
   */
  maxMessageLength?: number
  /**
   * The most fragments of a message.
   *
   * @defaultValue 65,536
   */
  maxFragments?: number
  /**
   * Returns the four bytes with which a client masks its next frame.
   *
   * @defaultValue random bytes
   */
  maskKey?: () => Uint8Array
}

const NAME = 'websocket'
const bigEndian = bigEndianFor(NAME)
const CONTINUATION = 0
const TEXT = 1
const BINARY = 2
const CLOSE = 8
const PING = 9
const PONG = 10
const OPCODES = new Set([CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG])
const LONGEST_CONTROL = 125
/** FIN, RSV1 to RSV3, opcode (4 bits); MASK, length (7 bits); 8 bytes of length; 4 of masking key. */
const LONGEST_HEADER = 14

/** In `state`: inside a fragmented message. */
const IN_MESSAGE = 1

interface Frame {
  opcode: number
  isLast: boolean
  /** The payload is `bytes` from `start` on; a view of it is made only when it is handed out. */
  bytes: Uint8Array
  start: number
}

const MEMBERS = /* @__PURE__ */ byType<WebsocketMessage>({
  text: { text: STRING },
  binary: { payload: BYTES },
  ping: { payload: BYTES },
  pong: { payload: BYTES },
  close: { code: optional(INTEGER), reason: STRING },
})

/**
 * Messages, joined from their fragments, and the control frames between them:
 *
 * ```
 *  +-----+-----+--------+------+--------+----------+---------+---------+
 *  | FIN | RSV | opcode | MASK | length | extended | masking | payload |      length 126: 2 bytes follow, 127: 8 bytes
 *  +-----+-----+--------+------+--------+----------+---------+---------+      the masking key: from the client only
 *    1 bit 3     4        1      7        0, 2, 8    0, 4
 * ```
 *
 * Payloads from a client are unmasked, and thus copied. Extensions such as permessage-deflate use the reserved bits,
 * and must not be negotiated.
 *
 * Source: RFC 6455, sections 5 and 7.4.
 *
 * Decoding throws `ERR_FRAME_TOO_LONG` (a frame, a message, too many fragments), `ERR_FRAME_LENGTH_INVALID` (not in its
 * shortest form, or beyond 2^53-1), `ERR_FRAME_CORRUPT` (reserved bits or opcodes; a missing or forbidden mask; a
 * control frame that is fragmented or longer than 125 bytes; a continuation without a message; a message inside another
 * one; malformed UTF-8; an invalid close code) and `ERR_FRAME_TRUNCATED`; encoding `ERR_FRAME_NOT_ENCODABLE` and
 * `ERR_FRAME_TOO_LONG`.
 *
 * @throws {TypeError | RangeError} An option is unknown, of the wrong kind or out of range.
 */
export function websocket(options: WebsocketOptions): FrameCodec<WebsocketMessage> {
  const given = readOptions<WebsocketOptions>(NAME, options, [
    'from',
    'maskKey',
    'maxMessageLength',
    'maxFragments',
    'maxFrameLength',
  ])
  const { from: givenFrom, maskKey: givenKey, maxMessageLength: givenLength, maxFragments: givenCount, ...rest } = given
  const from = choiceOption('from', givenFrom, ['client', 'server'])
  const limits = limitsOf(NAME, rest, { minFrameLength: LONGEST_HEADER })
  const isMasked = from === 'client'
  const maskKey = functionOption('maskKey', givenKey) ?? randomKey
  const rules = {
    maxMessageLength: integerOption('maxMessageLength', givenLength ?? limits.maxFrameLength, 0),
    maxFragments: integerOption('maxFragments', givenCount ?? 65_536, 1),
  }
  const frames = defineCodec<Frame>({
    name: NAME,
    ...limits,
    find: (bytes, start, end, search) => findFrame(bytes, start, end, search, isMasked),
    toFrame: (bytes) => frameOf(bytes),
    encodeParts: ({ opcode, bytes }) => partsOf(opcode, bytes, isMasked ? fourBytes(maskKey()) : undefined),
  })
  return mapCodec<Frame, WebsocketMessage>(frames, {
    decoder: () => new MessageJoiner(rules),
    encode: namingMembers(NAME, MEMBERS, (message) => {
      const frame = frameOfMessage(message)
      if (frame.bytes.length <= rules.maxMessageLength) return frame
      throw tooLong('maxMessageLength', rules.maxMessageLength)
    }),
  })
}

// ── Frames ──

function findFrame(bytes: Uint8Array, start: number, end: number, search: FrameSearch, isMasked: boolean): number {
  if (end - start < 2) return start + 2
  const first = bytes[start]!
  const second = bytes[start + 1]!
  const length = second & 127
  checkHeader(first, second, search.state === IN_MESSAGE, isMasked)
  const extended = length === 127 ? 8 : length === 126 ? 2 : 0
  const headerLength = 2 + extended + (isMasked ? 4 : 0)
  if (end - start < headerLength) return start + headerLength
  const payloadLength = extended === 0 ? length : readBig(bytes, start + 2, extended)
  if ((extended === 2 && payloadLength < 126) || (extended === 8 && payloadLength < 65_536)) {
    throw invalidLength(NAME, 'a length must have its shortest form')
  }
  if (payloadLength > Number.MAX_SAFE_INTEGER - LONGEST_HEADER) throw invalidLength(NAME, 'a length is beyond 2^53-1')
  if ((first & 15) < CLOSE) search.state = first >= 128 ? 0 : IN_MESSAGE
  return (search.payloadEnd = start + headerLength + payloadLength)
}

function checkHeader(first: number, second: number, isInMessage: boolean, isMasked: boolean): void {
  const opcode = first & 15
  if ((first & 0x70) !== 0) throw corrupt(NAME, 'the reserved bits must be 0: no extension was negotiated')
  if (!OPCODES.has(opcode)) throw corrupt(NAME, 'an opcode must not be reserved')
  if (second >= 128 !== isMasked) throw corrupt(NAME, 'frames from a client must be masked, those from a server not')
  if (opcode >= CLOSE) {
    if (first < 128) throw corrupt(NAME, 'a control frame must not be fragmented')
    if ((second & 127) > LONGEST_CONTROL)
      throw corrupt(NAME, `a control frame must have at most ${LONGEST_CONTROL} bytes`)
  } else if ((opcode === CONTINUATION) !== isInMessage) {
    throw corrupt(NAME, isInMessage ? 'a message begins inside another one' : 'a continuation belongs to no message')
  }
}

function frameOf(bytes: Uint8Array): Frame {
  const opcode = bytes[0]! & 15
  const isLast = bytes[0]! >= 128
  const length = bytes[1]! & 127
  const start = length === 127 ? 10 : length === 126 ? 4 : 2
  if (bytes[1]! < 128) return { opcode, isLast, bytes, start }
  const payload = newBytesLike(bytes, bytes.length - start - 4)
  applyMask(bytes, start + 4, bytes, start, payload)
  return { opcode, isLast, bytes: payload, start: 0 }
}

function fourBytes(key: Uint8Array): Uint8Array {
  if (isBytes(key) && key.length === 4) return key
  throw new TypeError(`maskKey must return 4 bytes, received ${isBytes(key) ? key.length : kindOf(key)}`)
}

function partsOf(opcode: number, payload: Uint8Array, key: Uint8Array | undefined): Uint8Array[] {
  const { length } = payload
  const mask = key === undefined ? 0 : 128
  const head =
    length < 126
      ? bigEndian([1, 128 | opcode], [1, mask | length])
      : length < 65_536
        ? bigEndian([1, 128 | opcode], [1, mask | 126], [2, length])
        : bigEndian([1, 128 | opcode], [1, mask | 127], [2, 0], [6, length])
  if (key === undefined) return [head, payload]
  return [head, key.slice(), applyMask(payload, 0, key, 0, new Uint8Array(length))]
}

/** From this length on, masking 32 bits at a time pays for the view it needs. */
const SHORTEST_IN_WORDS = 96

/** The key as four bytes, and as an integer in the byte order of the machine. */
const keyWord = new Uint32Array(1)
const keyBytes = new Uint8Array(keyWord.buffer)

/** Fills `to` with the bytes from `start` on, masked by the key at `keyAt` of `keys`. */
function applyMask(from: Uint8Array, start: number, keys: Uint8Array, keyAt: number, to: Uint8Array): Uint8Array {
  const { length } = to
  let index = 0
  if (length >= SHORTEST_IN_WORDS && (to.byteOffset & 3) === 0) {
    for (let at = 0; at < 4; at++) keyBytes[at] = keys[keyAt + at]!
    const key = keyWord[0]!
    to.set(from.subarray(start, start + length))
    const words = new Uint32Array(to.buffer, to.byteOffset, length >>> 2)
    for (let at = 0; at < words.length; at++) words[at] = words[at]! ^ key
    index = length & ~3
  }
  for (; index < length; index++) to[index] = from[start + index]! ^ keys[keyAt + (index & 3)]!
  return to
}

// A global in every runtime; this package compiles without the types of any.
declare const crypto: { getRandomValues: (bytes: Uint8Array) => Uint8Array }

function randomKey(): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(4))
}

// ── Messages ──

interface JoinRules {
  readonly maxMessageLength: number
  readonly maxFragments: number
}

/** Joins fragments, in at most twice the memory of the bytes received. */
class MessageJoiner implements FrameMapper<Frame, WebsocketMessage> {
  private readonly rules: JoinRules
  private opcode = 0
  /** The message so far is `bytes[0, length)`. */
  private bytes: Uint8Array | undefined = undefined
  private length = 0
  private fragments = 0

  constructor(rules: JoinRules) {
    this.rules = rules
  }

  isInside(): boolean {
    return this.fragments > 0
  }

  decode(frame: Frame): WebsocketMessage | typeof NO_FRAME {
    const { opcode, isLast, bytes, start } = frame
    if (opcode >= CLOSE) return messageOf(opcode, bytes, start)
    const { maxMessageLength, maxFragments } = this.rules
    if (this.length + bytes.length - start > maxMessageLength) throw tooLong('maxMessageLength', maxMessageLength)
    if (this.fragments === maxFragments) throw tooLong('maxFragments', maxFragments)
    if (isLast && this.fragments === 0) return messageOf(opcode, bytes, start)
    if (this.fragments++ === 0) this.opcode = opcode
    this.append(bytes.subarray(start))
    if (!isLast) return NO_FRAME
    const message = this.bytes!.subarray(0, this.length)
    this.bytes = undefined
    this.length = 0
    this.fragments = 0
    return messageOf(this.opcode, message, 0)
  }

  end(): WebsocketMessage[] {
    if (this.fragments === 0) return []
    throw new FrameError('ERR_FRAME_TRUNCATED', `${NAME}: the stream ended inside a fragmented message`)
  }

  private append(payload: Uint8Array): void {
    const length = this.length + payload.length
    if (this.bytes === undefined || this.bytes.length < length) {
      const larger = newBytesLike(payload, Math.min(2 * length, this.rules.maxMessageLength))
      if (this.bytes !== undefined) larger.set(this.bytes.subarray(0, this.length))
      this.bytes = larger
    }
    this.bytes.set(payload, this.length)
    this.length = length
  }
}

function tooLong(option: string, limit: number): FrameError {
  const message = `${NAME}: the message exceeds ${option} (${limit})`
  return new FrameError('ERR_FRAME_TOO_LONG', message, { maxFrameLength: limit })
}

function messageOf(opcode: number, bytes: Uint8Array, start: number): WebsocketMessage {
  if (opcode === TEXT) return { type: 'text', text: utf8(bytes, start) }
  if (opcode === CLOSE) return closeOf(bytes, start)
  const payload = start === 0 ? bytes : bytes.subarray(start)
  if (opcode === BINARY) return { type: 'binary', payload }
  return { type: opcode === PING ? 'ping' : 'pong', payload }
}

function closeOf(bytes: Uint8Array, start: number): WebsocketMessage {
  const { length } = bytes
  if (length === start) return { type: 'close', code: undefined, reason: '' }
  const code = length === start + 1 ? 0 : readBig(bytes, start, 2)
  if (!isCloseCode(code)) throw corrupt(NAME, 'a close code must be one that may be sent')
  return { type: 'close', code, reason: utf8(bytes, start + 2) }
}

function utf8(bytes: Uint8Array, start: number): string {
  try {
    return decodeUtf8(bytes, start)
  } catch {
    throw corrupt(NAME, 'text must be UTF-8')
  }
}

/** RFC 6455, section 7.4, and IANA's registry: 1004 to 1006 and 1015 are never sent. */
function isCloseCode(code: number): boolean {
  if (!Number.isInteger(code)) return false
  if (code >= 3000 && code <= 4999) return true
  return code >= 1000 && code <= 1014 && !(code >= 1004 && code <= 1006)
}

function frameOfMessage(message: WebsocketMessage): Frame {
  switch (message.type) {
    case 'text':
      return wholeFrame(TEXT, encodeUtf8(NAME, message.text))
    case 'binary':
      return wholeFrame(BINARY, message.payload)
    case 'close':
      return wholeFrame(CLOSE, controlPayload(closePayload(message)))
    case 'ping':
      return wholeFrame(PING, controlPayload(message.payload))
    case 'pong':
      return wholeFrame(PONG, controlPayload(message.payload))
    default:
      throw notEncodable(NAME, 'a message must have one of the types of WebsocketMessage')
  }
}

function wholeFrame(opcode: number, payload: Uint8Array): Frame {
  checkedBytes(payload, NAME, 'a payload')
  return { opcode, isLast: true, bytes: payload, start: 0 }
}

function closePayload({ code, reason }: { code: number | undefined; reason: string }): Uint8Array {
  const text = encodeUtf8(NAME, reason)
  if (code === undefined) {
    if (text.length === 0) return text
    throw notEncodable(NAME, 'a reason must have a close code')
  }
  if (!isCloseCode(code)) throw notEncodable(NAME, 'a close code must be one that may be sent')
  return new Uint8Array([code >> 8, code & 255, ...text])
}

function controlPayload(payload: Uint8Array): Uint8Array {
  if (payload.length <= LONGEST_CONTROL) return payload
  throw notEncodable(NAME, `a control frame must have at most ${LONGEST_CONTROL} bytes`)
}

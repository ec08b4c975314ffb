// What `mavlink` must make of a whole stream. The CRC extra of an unknown message is found by trying all.

import type { Outcome } from '../outcome.ts'
import { checksumOf, CRCS, registerAfter } from './crc.ts'
import { inSequence, resynchronising, type Beginning } from './resynchronising.ts'

/** The options of `mavlink` that determine the result. */
export interface MavlinkRules {
  crcExtras?: Readonly<Record<number, number>>
  corrupt?: 'resync' | 'error'
}

interface Message {
  version: 1 | 2
  compatFlags: number
  sequence: number
  systemId: number
  componentId: number
  messageId: number
  payload: Uint8Array
  signature: Uint8Array | undefined
  crcExtra: number | undefined
}

/** What `mavlink` must make of a whole stream. */
export function mavlink({ crcExtras = {}, corrupt = 'resync' }: MavlinkRules = {}): (
  stream: Uint8Array,
) => Outcome<Message> {
  const frame = corrupt === 'error' ? inSequence : resynchronising
  return (stream) => {
    const outcome = frame(stream, (rest) => beginning(rest, crcExtras))
    return { ...outcome, frames: outcome.frames.map((bytes) => message(bytes, crcExtras)) }
  }
}

function beginning(rest: Uint8Array, crcExtras: Readonly<Record<number, number>>): Beginning {
  const isSecond = rest[0] === 0xfd
  if (rest[0] !== 0xfe && !isSecond) return { kind: 'noise' }
  if (isSecond && rest.length > 2 && rest[2]! > 1) return { kind: 'corrupt' }
  const header = isSecond ? 10 : 6
  if (rest.length < header) return { kind: 'waiting' }
  const unsigned = header + rest[1]! + 2
  if (rest.length < unsigned) return { kind: 'waiting' }
  if (extraOf(rest.slice(0, unsigned), crcExtras) === undefined) return { kind: 'corrupt' }
  const length = unsigned + (isSecond && rest[2] === 1 ? 13 : 0)
  return length > rest.length ? { kind: 'waiting' } : { kind: 'frame', length }
}

/** The CRC extra with which the checksum of an unsigned message is right. */
function extraOf(bytes: Uint8Array, crcExtras: Readonly<Record<number, number>>): number | undefined {
  const known = crcExtras[messageId(bytes)]
  const all = Array.from({ length: 256 }, (_, extra) => extra)
  const rules = CRCS['CRC-16/MCRF4XX']!
  const checksum = bytes.at(-2)! + 256 * bytes.at(-1)!
  // The extra comes last, so the register after the bytes before it is computed only once.
  const before = registerAfter(bytes.slice(1, -2), rules)
  return (known === undefined ? all : [known]).find(
    (extra) => Number(checksumOf(registerAfter(Uint8Array.of(extra), rules, before), rules)) === checksum,
  )
}

function messageId(bytes: Uint8Array): number {
  return bytes[0] === 0xfe ? bytes[5]! : bytes[7]! + 256 * bytes[8]! + 65_536 * bytes[9]!
}

function message(bytes: Uint8Array, crcExtras: Readonly<Record<number, number>>): Message {
  const version = bytes[0] === 0xfe ? 1 : 2
  const header = version === 1 ? 6 : 10
  const end = header + bytes[1]!
  const [sequence, systemId, componentId] = version === 1 ? bytes.slice(2, 5) : bytes.slice(4, 7)
  const id = messageId(bytes)
  return {
    version,
    compatFlags: version === 1 ? 0 : bytes[3]!,
    sequence: sequence!,
    systemId: systemId!,
    componentId: componentId!,
    messageId: id,
    payload: bytes.slice(header, end),
    signature: bytes.length > end + 2 ? bytes.slice(end + 2) : undefined,
    crcExtra: id in crcExtras ? undefined : extraOf(bytes.slice(0, end + 2), crcExtras),
  }
}

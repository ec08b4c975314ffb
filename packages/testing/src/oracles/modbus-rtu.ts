// What `modbusRtu` must make of a whole stream, with the lengths of the standard functions written out.

import type { Outcome } from '../outcome.ts'
import { crc, CRCS } from './crc.ts'
import { inSequence, resynchronising, type Beginning } from './resynchronising.ts'

/** The options of `modbusRtu` that determine the result. */
export interface ModbusRtuRules {
  from: 'client' | 'server'
  payloadLengths?: Readonly<Record<number, number>>
  corrupt?: 'resync' | 'error'
}

interface Frame {
  unitId: number
  function: number
  payload: Uint8Array
}

const LONGEST = 256

/** What `modbusRtu` must make of a whole stream. */
export function modbusRtu(rules: ModbusRtuRules): (stream: Uint8Array) => Outcome<Frame> {
  const frame = rules.corrupt === 'error' ? inSequence : resynchronising
  return (stream) => {
    const outcome = frame(stream, (rest) => beginning(rest, rules))
    const frames = outcome.frames.map((bytes) => ({
      unitId: bytes[0]!,
      function: bytes[1]!,
      payload: bytes.slice(2, -2),
    }))
    return { ...outcome, frames }
  }
}

function beginning(rest: Uint8Array, rules: ModbusRtuRules): Beginning {
  if (rest.length < 2) return { kind: 'waiting' }
  const payloadLength = lengthOf(rest[1]!, rest.slice(2), rules)
  if (typeof payloadLength === 'string') return { kind: payloadLength }
  const length = 2 + payloadLength + 2
  if (length > LONGEST) return { kind: 'noise' }
  if (rest.length < length) return { kind: 'waiting' }
  const checksum = rest[length - 2]! + 256 * rest[length - 1]!
  if (Number(crc(rest.slice(0, length - 2), CRCS['CRC-16/MODBUS']!)) !== checksum) return { kind: 'corrupt' }
  return { kind: 'frame', length }
}

type Length = number | 'waiting' | 'noise'

/** The length of the payload of a function; `payload` may be longer or shorter. */
function lengthOf(code: number, payload: Uint8Array, { from, payloadLengths = {} }: ModbusRtuRules): Length {
  const own = payloadLengths[code]
  if (own !== undefined) return own
  const counted = (before: number): Length => (payload.length <= before ? 'waiting' : before + 1 + payload[before]!)
  const requests: Record<number, () => Length> = {
    // Read coils, discrete inputs, holding and input registers: a first address and a quantity.
    1: () => 4,
    2: () => 4,
    3: () => 4,
    4: () => 4,
    // Write a single coil, a single register: address and value. Diagnostics: a subfunction and two bytes.
    5: () => 4,
    6: () => 4,
    8: () => 4,
    // Read exception status, get event counter, get event log, report server id.
    7: () => 0,
    11: () => 0,
    12: () => 0,
    17: () => 0,
    // Write coils, registers: address, quantity, count of bytes, values.
    15: () => counted(4),
    16: () => counted(4),
    // Read, write file record: a count of bytes.
    20: () => counted(0),
    21: () => counted(0),
    // Mask write register: address and two masks. Read/write registers: two ranges, then a count. Read FIFO: an
    // address.
    22: () => 6,
    23: () => counted(8),
    24: () => 2,
    43: () => identified(payload, () => 3),
  }
  const responses: Record<number, () => Length> = {
    1: () => counted(0),
    2: () => counted(0),
    3: () => counted(0),
    4: () => counted(0),
    5: () => 4,
    6: () => 4,
    7: () => 1,
    8: () => 4,
    11: () => 4,
    12: () => counted(0),
    15: () => 4,
    16: () => 4,
    17: () => counted(0),
    20: () => counted(0),
    21: () => counted(0),
    22: () => 6,
    23: () => counted(0),
    // The byte count has two bytes.
    24: () => (payload.length < 2 ? 'waiting' : 2 + 256 * payload[0]! + payload[1]!),
    43: () => identified(payload, () => objectsLength(payload)),
  }
  if (from === 'client') return requests[code]?.() ?? 'noise'
  // An exception is any function with its highest bit set.
  return code > 128 ? 1 : (responses[code]?.() ?? 'noise')
}

/** Of the encapsulated interfaces, only read device identification has a known length. */
function identified(payload: Uint8Array, length: () => Length): Length {
  if (payload.length === 0) return 'waiting'
  return payload[0] === 14 ? length() : 'noise'
}

/** Six bytes, the last of which is the number of objects; each object has an id, a length, and a value. */
function objectsLength(payload: Uint8Array): Length {
  let length = 6
  if (payload.length < length) return 'waiting'
  for (let object = 0; object < payload[5]!; object++) {
    if (2 + length + 2 > LONGEST) return 'noise'
    if (payload.length < length + 2) return 'waiting'
    length += 2 + payload[length + 1]!
  }
  return length
}

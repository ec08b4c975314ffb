// The checksum that ends a packet.

import { choiceOption, integerOption, readOptions, shown } from '@unstick/core'
import { crcOf, crcParameters, type CrcName, type CrcParameters } from './crc.ts'
import { readUnsigned, writeUnsigned, type ByteOrder } from './integers.ts'

/**
 * Computes the check value of `bytes[start, end)`. If it is longer than the checksum, only its lowest bytes are used.
 */
export type ChecksumFunction = (bytes: Uint8Array, start: number, end: number) => number

/** The algorithm of the checksum, and the bytes that it covers. */
export interface ChecksumOptions {
  /**
   * A CRC by its name in the catalogue of parametrised CRC algorithms, such as 'CRC-16/MODBUS', or by its parameters;
   * 'sum8', the sum of all bytes modulo 256; 'xor8', their exclusive or; 'fletcher16', the sum modulo 255 in the low
   * byte and the sum of sums in the high one; or your own function.
   */
  algorithm: CrcName | CrcParameters | 'sum8' | 'xor8' | 'fletcher16' | ChecksumFunction
  /**
   * The offset in the packet of the first byte covered. The checksum covers all bytes from there up to itself.
   *
   * @defaultValue 0
   */
  from?: number
  /**
   * Bytes of the checksum, at most 6.
   *
   * @defaultValue as many as the algorithm needs; required for a function
   */
  length?: number
  /**
   * The byte order of the checksum.
   *
   * @defaultValue that of the length field
   */
  byteOrder?: ByteOrder
}

export interface Checksum {
  readonly from: number
  readonly length: number
  /** Whether the packet `bytes[start, end)` ends with the check value of its other bytes. */
  isRight(bytes: Uint8Array, start: number, end: number): boolean
  /** Writes the check value to the end of the packet. */
  write(packet: Uint8Array): void
}

/** The most bytes of a checksum: check values are integers below 2^53. */
const LONGEST = 6

export function checksumOf(options: ChecksumOptions, defaultOrder: ByteOrder): Checksum {
  const given = readOptions('checksum', options, ['algorithm', 'from', 'length', 'byteOrder'])
  const { needed, compute } = algorithmOf(given.algorithm)
  const from = integerOption('checksum.from', given.from ?? 0, 0)
  const length = integerOption('checksum.length', given.length ?? needed, Math.max(1, needed ?? 1), LONGEST)
  const byteOrder = choiceOption('checksum.byteOrder', given.byteOrder ?? defaultOrder, ['big', 'little'])
  return {
    from,
    length,
    isRight(bytes, start, end) {
      const at = end - length
      return compute(bytes, start + from, at, length) === readUnsigned(bytes, at, end, byteOrder)
    },
    write(packet) {
      const at = packet.length - length
      writeUnsigned(packet, at, packet.length, byteOrder, compute(packet, from, at, length))
    },
  }
}

interface Algorithm {
  /** How many bytes the check value needs; undefined if unknown. */
  needed: number | undefined
  compute: (bytes: Uint8Array, start: number, end: number, length: number) => number
}

function algorithmOf(algorithm: ChecksumOptions['algorithm']): Algorithm {
  if (typeof algorithm === 'function') {
    return {
      needed: undefined,
      compute: (bytes, start, end, length) => lowestBytes(algorithm(bytes, start, end), length),
    }
  }
  if (algorithm === 'sum8') return { needed: 1, compute: sum8 }
  if (algorithm === 'xor8') return { needed: 1, compute: xor8 }
  if (algorithm === 'fletcher16') return { needed: 2, compute: fletcher16 }
  if (typeof algorithm === 'string' && !/^crc/i.test(algorithm)) {
    const allowed = "a CRC's name in the catalogue, its parameters, 'sum8', 'xor8', 'fletcher16' or a function"
    throw new RangeError(`checksum.algorithm must be ${allowed}, received ${shown(algorithm)}`)
  }
  const parameters = crcParameters('checksum.algorithm', algorithm)
  return { needed: Math.ceil(parameters.width / 8), compute: crcOf(parameters) }
}

/** Reduces a result to the size of the checksum: it may be longer, or negative after bit operators. */
function lowestBytes(value: number, length: number): number {
  if (!Number.isSafeInteger(value)) {
    throw new TypeError(`checksum.algorithm must return an integer, received ${shown(value)}`)
  }
  const range = 256 ** length
  const rest = value % range
  return rest < 0 ? rest + range : rest
}

function sum8(bytes: Uint8Array, start: number, end: number): number {
  let sum = 0
  for (let at = start; at < end; at++) sum = (sum + bytes[at]!) & 0xff
  return sum
}

function xor8(bytes: Uint8Array, start: number, end: number): number {
  let sum = 0
  for (let at = start; at < end; at++) sum ^= bytes[at]!
  return sum
}

/** After Fletcher (IEEE Transactions on Communications 30.1, 1982), modulo 255. */
function fletcher16(bytes: Uint8Array, start: number, end: number): number {
  let sum = 0
  let sums = 0
  for (let at = start; at < end; at++) {
    sum = (sum + bytes[at]!) % 255
    sums = (sums + sum) % 255
  }
  return (sums << 8) | sum
}

// Cyclic redundancy checks of 1 to 32 bits, four bytes at a time.

import { choiceOption, integerOption, readOptions, shown } from '@unstick/core'
import { CRC_ALIASES, CRC_CATALOGUE } from './crc-catalogue.ts'

/** A CRC in the terms of the catalogue of parametrised CRC algorithms (the Rocksoft model). */
export interface CrcParameters {
  /** Bits, 1 to 32. */
  width: number
  /** The polynomial without its highest bit, the highest of the others first. */
  poly: number
  /** The initial value of the register. */
  init: number
  /** Whether the lowest bit of each byte comes first. */
  refin: boolean
  /** Whether the register is reversed at the end. */
  refout: boolean
  /** The value combined with the register at the end, by exclusive or. */
  xorout: number
}

/** The name of a CRC in the catalogue, such as 'CRC-16/MODBUS'. */
export type CrcName = `CRC-${string}`

/** Computes the check value of `bytes[start, end)`, by default of all bytes. */
export type Crc = (bytes: Uint8Array, start?: number, end?: number) => number

/**
 * A CRC, by its name in the catalogue of parametrised CRC algorithms (reveng.sourceforge.io/crc-catalogue) or by its
 * parameters.
 *
 * @throws {TypeError | RangeError} The name is not in the table of this package, or a parameter is not valid.
 *
 * @example
 * ```ts
 * import { crc } from '@unstick/packet'
 *
 * console.log(crc('CRC-32')(new TextEncoder().encode('123456789')).toString(16)) // cbf43926
 * ```
 */
export function crc(algorithm: CrcName | CrcParameters): Crc {
  return crcOf(crcParameters('algorithm', algorithm))
}

/** Checks the parameters. `option` is their name in errors. */
export function crcParameters(option: string, algorithm: CrcName | CrcParameters): CrcParameters {
  if (typeof algorithm !== 'string') return checked(option, algorithm)
  const name = CRC_ALIASES.get(algorithm) ?? algorithm
  const row = CRC_CATALOGUE.find(([each]) => each === name)
  if (row === undefined) {
    const similar = similarTo(algorithm)
    const advice = similar === undefined ? '; give its parameters instead' : `: did you mean "${similar}"?`
    throw new RangeError(`${option}: the catalogue has no CRC called ${shown(algorithm)}${advice}`)
  }
  const [, width, poly, init, refin, refout, xorout] = row
  return { width, poly, init, refin, refout, xorout }
}

/** The name in the catalogue with the same letters and digits: 'CRC-16/MODBUS' for 'crc16_modbus'. */
function similarTo(name: string): string | undefined {
  const plain = (text: string): string => text.toUpperCase().replaceAll(/[^A-Z0-9]/g, '')
  const known = [...CRC_CATALOGUE.map(([each]) => each), ...CRC_ALIASES.keys()]
  return known.find((each) => plain(each) === plain(name))
}

function checked(option: string, algorithm: CrcParameters): CrcParameters {
  const given = readOptions(option, algorithm, ['width', 'poly', 'init', 'refin', 'refout', 'xorout'])
  const width = integerOption(`${option}.width`, given.width, 1, 32)
  const register = (name: 'poly' | 'init' | 'xorout'): number =>
    integerOption(`${option}.${name}`, given[name], 0, 2 ** width - 1)
  return {
    width,
    poly: register('poly'),
    init: register('init'),
    refin: choiceOption(`${option}.refin`, given.refin, [true, false]),
    refout: choiceOption(`${option}.refout`, given.refout, [true, false]),
    xorout: register('xorout'),
  }
}

/** Makes the CRC function, for valid parameters. */
export function crcOf({ width, poly, init, refin, refout, xorout }: CrcParameters): Crc {
  // If the lowest bit comes first, the register is in the lowest bits of the integer, else in the highest.
  const unused = 32 - width
  const table = refin ? lowestFirst(reversed(poly, width)) : highestFirst(poly << unused)
  const initial = refin ? reversed(init, width) | 0 : init << unused
  const step = refin ? stepLowestFirst : stepHighestFirst
  return (bytes, start = 0, end = bytes.length) => {
    const register = step(table, initial, bytes, start, end)
    const value = refin ? register >>> 0 : register >>> unused
    return ((refin === refout ? value : reversed(value, width)) ^ xorout) >>> 0
  }
}

// The table has four parts of 256 entries: the effect of a byte on the register, alone and before one, two or three
// others.

function lowestFirst(poly: number): Int32Array {
  const table = new Int32Array(1024)
  for (let byte = 0; byte < 256; byte++) {
    let register = byte
    for (let bit = 0; bit < 8; bit++) register = (register & 1) === 1 ? (register >>> 1) ^ poly : register >>> 1
    table[byte] = register
  }
  for (let at = 256; at < 1024; at++) {
    const later = table[at - 256]!
    table[at] = table[later & 0xff]! ^ (later >>> 8)
  }
  return table
}

function highestFirst(poly: number): Int32Array {
  const table = new Int32Array(1024)
  for (let byte = 0; byte < 256; byte++) {
    let register = byte << 24
    for (let bit = 0; bit < 8; bit++) register = register < 0 ? (register << 1) ^ poly : register << 1
    table[byte] = register
  }
  for (let at = 256; at < 1024; at++) {
    const later = table[at - 256]!
    table[at] = table[later >>> 24]! ^ (later << 8)
  }
  return table
}

function stepLowestFirst(table: Int32Array, register: number, bytes: Uint8Array, at: number, end: number): number {
  for (const last = end - 3; at < last; at += 4) {
    register ^= bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)
    register =
      table[768 + (register & 0xff)]! ^
      table[512 + ((register >>> 8) & 0xff)]! ^
      table[256 + ((register >>> 16) & 0xff)]! ^
      table[register >>> 24]!
  }
  for (; at < end; at++) register = table[(register ^ bytes[at]!) & 0xff]! ^ (register >>> 8)
  return register
}

function stepHighestFirst(table: Int32Array, register: number, bytes: Uint8Array, at: number, end: number): number {
  for (const last = end - 3; at < last; at += 4) {
    register ^= (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!
    register =
      table[768 + (register >>> 24)]! ^
      table[512 + ((register >>> 16) & 0xff)]! ^
      table[256 + ((register >>> 8) & 0xff)]! ^
      table[register & 0xff]!
  }
  for (; at < end; at++) register = table[(register >>> 24) ^ bytes[at]!]! ^ (register << 8)
  return register
}

/** The lowest `width` bits of `value`, in reverse order. */
function reversed(value: number, width: number): number {
  let result = 0
  for (let bit = 0; bit < width; bit++) result = (result << 1) | ((value >>> bit) & 1)
  return result >>> 0
}

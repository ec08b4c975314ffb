// Checksums by division, bit by bit, after the Rocksoft model.

/** The parameters of a CRC, by the names of the catalogue. */
export interface CrcRules {
  width: number
  poly: number
  init: number
  refin: boolean
  refout: boolean
  xorout: number
}

/** Some CRCs of the catalogue. */
export const CRCS: Record<string, CrcRules> = {
  'CRC-8/SMBUS': { width: 8, poly: 0x07, init: 0, refin: false, refout: false, xorout: 0 },
  'CRC-16/MCRF4XX': { width: 16, poly: 0x1021, init: 0xffff, refin: true, refout: true, xorout: 0 },
  'CRC-16/MODBUS': { width: 16, poly: 0x8005, init: 0xffff, refin: true, refout: true, xorout: 0 },
  'CRC-16/XMODEM': { width: 16, poly: 0x1021, init: 0, refin: false, refout: false, xorout: 0 },
  'CRC-32/ISO-HDLC': {
    width: 32,
    poly: 0x04c11db7,
    init: 0xffffffff,
    refin: true,
    refout: true,
    xorout: 0xffffffff,
  },
}

export function crc(bytes: Uint8Array, rules: CrcRules): bigint {
  return checksumOf(registerAfter(bytes, rules), rules)
}

/** The CRC register after `bytes`, if it was `before` ahead of them. */
export function registerAfter(
  bytes: Uint8Array,
  { width, poly, init, refin }: CrcRules,
  before: bigint = BigInt(init),
): bigint {
  let register = before
  for (const byte of bytes) {
    for (let bit = 0; bit < 8; bit++) {
      const next = BigInt((byte >> (refin ? bit : 7 - bit)) & 1)
      const isHigh = ((register >> BigInt(width - 1)) & 1n) !== next
      register = BigInt.asUintN(width, (register << 1n) ^ (isHigh ? BigInt(poly) : 0n))
    }
  }
  return register
}

/** The checksum for a CRC register: reflected and XORed as the rules say. */
export function checksumOf(register: bigint, { width, refout, xorout }: CrcRules): bigint {
  const bits = register.toString(2).padStart(width, '0')
  return BigInt(`0b${refout ? bits.split('').toReversed().join('') : bits}`) ^ BigInt(xorout)
}

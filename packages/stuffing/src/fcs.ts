// The frame check sequences of RFC 1662, appendix C: CRCs that process the lowest bit of each byte first.

/** A frame check sequence. Over content and FCS together, the register always ends with the value `good`. */
export interface Fcs {
  /** Its length in bytes, lowest first. */
  readonly length: number
  readonly initial: number
  readonly good: number
  readonly table: Int32Array
}

export const NO_FCS: Fcs = { length: 0, initial: 0, good: 0, table: /* @__PURE__ */ new Int32Array(256) }

export const FCS_16: Fcs = { length: 2, initial: 0xffff, good: 0xf0b8, table: /* @__PURE__ */ tableOf(0x8408) }

export const FCS_32: Fcs = { length: 4, initial: -1, good: 0xdebb20e3 | 0, table: /* @__PURE__ */ tableOf(0xedb88320) }

/** The effect of each byte on the register. */
function tableOf(polynomial: number): Int32Array {
  return Int32Array.from({ length: 256 }, (_, byte) => {
    let register = byte
    for (let bit = 0; bit < 8; bit++) register = (register & 1) === 1 ? (register >>> 1) ^ polynomial : register >>> 1
    return register
  })
}

/** The FCS of `content`, lowest byte first. */
export function fcsOf({ initial, table, length }: Fcs, content: Uint8Array): Uint8Array {
  let register = initial
  for (let at = 0; at < content.length; at++) register = table[(register ^ content[at]!) & 0xff]! ^ (register >>> 8)
  return Uint8Array.from({ length }, (_, index) => ~register >>> (8 * index))
}

// Oracles: the result that each shipped codec must give for a whole stream, computed in a slow and obvious way.

export { delimiter, type AnyDelimiterRules } from './delimiter.ts'
export { fixedSize, type FixedSizeRules } from './fixed-size.ts'
export { contentLength, headerBlock, type HeaderBlockRules } from './header-block.ts'
export { jsonSequence, jsonValues, type JsonSequenceRules, type JsonValuesRules } from './json.ts'
export { lengthField, type LengthFieldRules } from './length-field.ts'
export {
  jsonLines,
  lines,
  textFrames,
  textLines,
  type JsonLinesRules,
  type LinesRules,
  type TextLinesRules,
  type TextRules,
} from './lines.ts'
export { markers, type MarkersRules } from './markers.ts'
export { sizeByType, type SizeByTypeRules } from './size-by-type.ts'
export { textLength, type TextLengthRules } from './text-length.ts'
export { varintLength, type VarintLengthRules } from './varint-length.ts'
export { cobs, type CobsRules } from './cobs.ts'
export { dotStuffed, type DotStuffedRules } from './dot-stuffed.ts'
export { hdlc, type HdlcRules } from './hdlc.ts'
export type { CrcRules } from './crc.ts'
export { mavlink, type MavlinkRules } from './mavlink.ts'
export { modbusRtu, type ModbusRtuRules } from './modbus-rtu.ts'
export { packet, type PacketRules } from './packet.ts'
export { pop3, type Pop3Rules } from './pop3.ts'
export { slip, type SlipRules } from './slip.ts'

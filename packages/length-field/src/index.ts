/**
 * Frames whose header holds their length.
 *
 * @module @unstick/length-field
 */

export { contentLength, headerBlock, type HeaderBlock, type HeaderBlockOptions } from './header-block.ts'
export { lengthField, type LengthFieldOptions } from './length-field.ts'
export type { ByteOrder } from './integers.ts'
export type { MagicOptions } from './magic.ts'
export { textLength, type TextLengthOptions } from './text-length.ts'
export { varintLength, type VarintLengthOptions } from './varint-length.ts'
export { readVarint, varintSize, type VarintEncoding } from './varints.ts'

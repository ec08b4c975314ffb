export { lengthField, type LengthFieldOptions } from './length-field.ts'
export type { ByteOrder } from './integers.ts'
export { textLength, type TextLengthOptions } from './text-length.ts'
export { varintLength, type VarintLengthOptions } from './varint-length.ts'

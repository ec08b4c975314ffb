export { lengthField, type LengthFieldOptions } from './length-field.ts'
export type { ByteOrder } from './integers.ts'

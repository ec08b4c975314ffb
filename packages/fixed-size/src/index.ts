export { fixedSize, type FixedSizeOptions } from './fixed-size.ts'

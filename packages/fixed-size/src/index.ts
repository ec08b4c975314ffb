export { fixedSize, type FixedSizeOptions } from './fixed-size.ts'
export { sizeByType, type SizeByTypeOptions } from './size-by-type.ts'

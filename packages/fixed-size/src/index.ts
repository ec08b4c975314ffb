/**
 * Frames of a fixed size, or of a size that depends on their type byte.
 *
 * @module @unstick/fixed-size
 */

export { fixedSize, type FixedSizeOptions } from './fixed-size.ts'
export { sizeByType, type SizeByTypeOptions } from './size-by-type.ts'

/**
 * Frames of a size that is known, or told by their type.
 *
 * @module @unstick/fixed-size
 */

export { fixedSize, type FixedSizeOptions } from './fixed-size.ts'
export { sizeByType, type SizeByTypeOptions } from './size-by-type.ts'

/**
 * Frames whose content is escaped.
 *
 * @module @unstick/stuffing
 */

export { cobs } from './cobs.ts'
export { dotStuffed, type DotStuffedOptions } from './dot-stuffed.ts'
export { hdlc, type HdlcOptions } from './hdlc.ts'
export type { StuffingOptions } from './options.ts'
export { slip } from './slip.ts'

/**
 * Frames that end, or begin, with a delimiter.
 *
 * @module @unstick/delimiter
 */

export { delimiter, type DelimiterOptions } from './delimiter.ts'
export { jsonLines, type JsonLinesOptions } from './json-lines.ts'
export type { LineEnding } from './line-endings.ts'
export { lines, type LinesOptions } from './lines.ts'
export { markers, type MarkersOptions } from './markers.ts'
export { textFrames, type TextFramesOptions } from './text-frames.ts'
export { textLines, type TextLinesOptions } from './text-lines.ts'

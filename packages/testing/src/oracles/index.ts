// What each shipped codec has to make of a whole stream, found the naive way: slow, and plain to see.

export { delimiter, type AnyDelimiterRules } from './delimiter.ts'
export { fixedSize, type FixedSizeRules } from './fixed-size.ts'
export { contentLength, headerBlock, type HeaderBlockRules } from './header-block.ts'
export { lengthField, type LengthFieldRules } from './length-field.ts'
export { jsonLines, lines, textLines, type JsonLinesRules, type LinesRules, type TextLinesRules } from './lines.ts'
export { sizeByType, type SizeByTypeRules } from './size-by-type.ts'
export { textLength, type TextLengthRules } from './text-length.ts'
export { varintLength, type VarintLengthRules } from './varint-length.ts'

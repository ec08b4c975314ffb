// Distinguishes a JSON text that is cut short from a malformed one.

const WORDS = ['true', 'false', 'null']

/** What may come next. */
type Expected = 'value' | 'value or ]' | 'key' | 'key or }' | 'colon' | 'comma or end'

/**
 * Whether `text` is the beginning of a JSON text (RFC 8259) without being one: more characters would complete it.
 *
 * White space alone does not count. Takes linear time, and does not recurse into nested values.
 */
export function isCutShort(text: string): boolean {
  const open: ('[' | '{')[] = []
  let expected: Expected = 'value'
  let at = 0
  for (;;) {
    while (at < text.length && ' \t\r\n'.includes(text[at]!)) at++
    if (at === text.length) return open.length > 0
    const character = text[at]!
    const inside = open.at(-1)
    if (expected === 'comma or end') {
      if (character === ',' && inside !== undefined) expected = inside === '[' ? 'value' : 'key'
      else if (inside !== undefined && character === (inside === '[' ? ']' : '}')) open.pop()
      else return false
      at++
    } else if (expected === 'colon') {
      if (character !== ':') return false
      expected = 'value'
      at++
    } else if ((expected === 'value or ]' && character === ']') || (expected === 'key or }' && character === '}')) {
      open.pop()
      expected = 'comma or end'
      at++
    } else if (expected.startsWith('value') && (character === '[' || character === '{')) {
      open.push(character)
      expected = character === '[' ? 'value or ]' : 'key or }'
      at++
    } else {
      const isKey = expected.startsWith('key')
      if (isKey && character !== '"') return false
      const end = character === '"' ? stringEnd(text, at) : scalarEnd(text, at)
      if (end === CUT) return true
      if (end === WRONG) return false
      at = end
      expected = isKey ? 'colon' : 'comma or end'
    }
  }
}

/** Instead of an end: the text ends inside, or is malformed. */
const CUT = -1
const WRONG = -2

function stringEnd(text: string, start: number): number {
  let at = start + 1
  while (at < text.length) {
    const character = text[at]!
    if (character === '"') return at + 1
    if (character < ' ') return WRONG
    if (character !== '\\') at++
    else {
      if (matchAt(text, at, /\\(?:u[0-9a-fA-F]{0,3})?$/y) > 0) return CUT
      const length = matchAt(text, at, /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y)
      if (length === 0) return WRONG
      at += length
    }
  }
  return CUT
}

/** The end of a number or literal. */
function scalarEnd(text: string, start: number): number {
  for (const word of WORDS) {
    const part = text.slice(start, start + word.length)
    if (part === word) return start + word.length
    if (word.startsWith(part)) return CUT
  }
  if (matchAt(text, start, /-$|-?(?:0|[1-9]\d*)(?:\.|(?:\.\d+)?[eE][+-]?)$/y) > 0) return CUT
  const length = matchAt(text, start, /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y)
  return length > 0 ? start + length : WRONG
}

/** How many characters match at this index. */
function matchAt(text: string, at: number, pattern: RegExp): number {
  pattern.lastIndex = at
  return pattern.exec(text)?.[0].length ?? 0
}

// Frames that begin with a block of header lines, one of which holds the length of what follows.

import {
  checkedBytes,
  choiceOption,
  defineCodec,
  FrameError,
  frameTooLong,
  indexOfByte,
  integerOption,
  kindOf,
  readOptions,
  shown,
  stringOption,
  type FrameCodec,
} from '@unstick/core'
import { headerFinder, type HeaderRules } from './header-finder.ts'
import { colonOf, LF, isHeaderName, isHeaderText, latin1, lengthOf, trimmedText } from './header-lines.ts'

/** The options of `headerBlock`. */
export interface HeaderBlockOptions {
  /**
   * The name of the header that holds the length of the body in bytes, in upper or lower case.
   *
   * @defaultValue 'Content-Length'
   */
  lengthHeader?: string
  /**
   * Whether every frame must have this header. Without it the body is empty.
   *
   * @defaultValue true
   */
  required?: boolean
  /**
   * The longest header decoded or encoded, in bytes, its empty line included. `maxFrameLength` limits it as well.
   *
   * @defaultValue 8 KiB
   */
  maxHeaderLength?: number
  /**
   * The longest frame decoded or encoded, in bytes, header and body.
   *
   * @defaultValue 8 MiB
   */
  maxFrameLength?: number
  /**
   * What happens to a frame over a limit: 'error' is `ERR_FRAME_TOO_LONG`, 'skip' drops exactly that frame.
   *
   * @defaultValue 'error'
   */
  oversize?: 'error' | 'skip'
}

/** A frame of `headerBlock`. */
export interface HeaderBlock {
  /** Names and values in the order of the lines: names as written, values without outer spaces and tabs. */
  headers: [name: string, value: string][]
  /** The bytes after the empty line. */
  body: Uint8Array
}

/**
 * Frames that are a block of header lines and a body, as in the Language Server Protocol and SIP:
 *
 * ```
 *  +---------------------------------+------+      Content-Length: 2 CR LF
 *  | name: value CR LF ... | CR LF   | body |      CR LF
 *  +---------------------------------+------+      hi
 * ```
 *
 * The length counts bytes, not characters or UTF-16 code units. Lines end with CRLF. Names and values are Latin-1.
 * Encoding adds a missing length after the other headers.
 *
 * Decoding throws `ERR_FRAME_TOO_LONG`, `ERR_FRAME_CORRUPT` (a malformed header line; a length that is missing,
 * malformed, or given twice with different values), `ERR_FRAME_LENGTH_INVALID` (beyond 2^53-1) and
 * `ERR_FRAME_TRUNCATED`; encoding `ERR_FRAME_TOO_LONG` and `ERR_FRAME_NOT_ENCODABLE` (a header with CR, LF, outer
 * spaces or tabs, or beyond Latin-1; a length that is not the body's). After a decoding error, close the stream: its
 * bytes cannot be trusted.
 *
 * @throws {TypeError | RangeError} An option is unknown, of the wrong kind or out of range.
 *
 * @example
 * ```ts
 * import { headerBlock } from '@unstick/length-field'
 *
 * const chunk = new TextEncoder().encode('Content-Length: 2\r\nX: y\r\n\r\nhi')
 * for (const { headers, body } of headerBlock().decoder().decode(chunk)) {
 *   console.log(headers.join('; '), body.length) // Content-Length,2; X,y 2
 * }
 * ```
 */
export function headerBlock(options?: HeaderBlockOptions): FrameCodec<HeaderBlock> {
  const rules = rulesOf('headerBlock', 'frame', options)
  return defineCodec<HeaderBlock>({
    ...limitsOf(rules),
    find: headerFinder(rules),
    toFrame: blockOf,
    encodeParts: (block) => partsOf(checkedBlock(block), rules),
  })
}

/**
 * The bodies alone of the frames of `headerBlock`: the base protocol of the Language Server Protocol and the Debug
 * Adapter Protocol. Other headers are dropped, and `encode` writes none.
 *
 * Throws as `headerBlock` does.
 *
 * @throws {TypeError | RangeError} An option is unknown, of the wrong kind or out of range.
 *
 * @example
 * ```ts
 * import { contentLength } from '@unstick/length-field'
 *
 * const chunk = new TextEncoder().encode('Content-Length: 2\r\n\r\n{}')
 * for (const body of contentLength().decoder().decode(chunk)) console.log(new TextDecoder().decode(body)) // {}
 * ```
 */
export function contentLength(options?: HeaderBlockOptions): FrameCodec {
  const rules = rulesOf('contentLength', 'body', options)
  return defineCodec({
    ...limitsOf(rules),
    find: headerFinder(rules),
    lengthFirst: true,
    encodeParts: (body) => partsOf({ headers: [], body }, rules),
  })
}

function rulesOf(name: string, payload: 'frame' | 'body', given: HeaderBlockOptions | undefined): HeaderRules {
  const options = readOptions(name, given, [
    'lengthHeader',
    'required',
    'maxHeaderLength',
    'maxFrameLength',
    'oversize',
  ])
  const lengthHeader = stringOption('lengthHeader', options.lengthHeader ?? 'Content-Length')
  // Only the case of ASCII letters is ignored.
  if (!/^[!-~]+$/.test(lengthHeader) || !isHeaderName(lengthHeader)) {
    throw new RangeError(`lengthHeader must be the name of a header in visible ASCII, received ${shown(lengthHeader)}`)
  }
  const required = choiceOption('required', options.required ?? true, [true, false])
  const shortest = `${lengthHeader}:0\r\n\r\n`.length
  const maxFrameLength = integerOption('maxFrameLength', options.maxFrameLength ?? 8 * 1024 * 1024, shortest)
  const maxHeaderLength = integerOption('maxHeaderLength', options.maxHeaderLength ?? 8 * 1024, shortest)
  return {
    name,
    payload,
    lengthHeader,
    required,
    maxFrameLength,
    maxHeaderLength: Math.min(maxHeaderLength, maxFrameLength),
    oversize: choiceOption('oversize', options.oversize ?? 'error', ['error', 'skip']),
  }
}

function limitsOf({ name, maxFrameLength, oversize }: HeaderRules) {
  // Inside a skipped header, the finder needs to see the longest line and the line feed before it.
  return { name, maxFrameLength, oversize, overhead: oversize === 'skip' ? 1 : 0 }
}

// ── Decoding ──

/** Makes a frame from bytes whose header the finder has checked. */
function blockOf(bytes: Uint8Array): HeaderBlock {
  const headers: HeaderBlock['headers'] = []
  let line = 0
  for (;;) {
    const lineFeed = indexOfByte(bytes, LF, line, bytes.length)
    const lineEnd = lineFeed - 1
    if (lineEnd === line) return { headers, body: bytes.subarray(lineFeed + 1) }
    const colon = colonOf(bytes, line, lineEnd)
    headers.push([trimmedText(bytes, line, colon), trimmedText(bytes, colon + 1, lineEnd)])
    line = lineFeed + 1
  }
}

// ── Encoding ──

function partsOf({ headers, body }: HeaderBlock, rules: HeaderRules): Uint8Array[] {
  const { name, required, lengthHeader, maxHeaderLength } = rules
  let hasLength = false
  let text = ''
  for (const [header, value] of headers) {
    if (!isHeaderName(header) || !isHeaderText(value)) {
      throw notEncodable(
        name,
        'a header must be Latin-1 without CR, LF, outer spaces or tabs, and its name without a colon',
      )
    }
    if (header.toLowerCase() === lengthHeader.toLowerCase()) {
      hasLength = true
      if (lengthOf(value) !== body.length) throw notEncodable(name, `the ${lengthHeader} is not the length of the body`)
    }
    text += `${header}: ${value}\r\n`
  }
  // If the length is optional, an empty body is written without it, so that the decoder returns the same frame.
  if (!hasLength && (required || body.length > 0)) text += `${lengthHeader}: ${body.length}\r\n`
  const header = latin1(`${text}\r\n`)
  if (header.length > maxHeaderLength) {
    const message = `${name}: the header of ${header.length} bytes exceeds maxHeaderLength (${maxHeaderLength} bytes)`
    throw new FrameError('ERR_FRAME_TOO_LONG', message, { frameLength: header.length + body.length })
  }
  const frameLength = header.length + body.length
  if (frameLength > rules.maxFrameLength) throw frameTooLong(name, frameLength, rules.maxFrameLength)
  return [header, body]
}

function checkedBlock(block: HeaderBlock): HeaderBlock {
  const { headers, body } = Object(block) as Partial<HeaderBlock>
  if (!Array.isArray(headers) || !headers.every(isPair)) {
    throw new TypeError(`headerBlock: headers must be pairs of strings, received ${kindOf(headers)}`)
  }
  return { headers, body: checkedBytes(body, 'headerBlock', 'body') }
}

function isPair(pair: unknown): boolean {
  return Array.isArray(pair) && pair.length === 2 && pair.every((part) => typeof part === 'string')
}

function notEncodable(name: string, what: string): FrameError {
  return new FrameError('ERR_FRAME_NOT_ENCODABLE', `${name}: ${what}`)
}

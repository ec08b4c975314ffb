// The Model Context Protocol over stdio.

import { mapCodec, nameCodec, readOptions, type FrameCodec } from '@unstick/core'
import { jsonLines } from '@unstick/delimiter'
import { corrupt, notEncodable } from './framing/errors.ts'

/** A JSON-RPC message, or a batch of them. */
export type McpMessage = McpObject | McpObject[]

interface McpObject {
  jsonrpc: '2.0'
  [member: string]: unknown
}

/** The options of `mcp`. */
export interface McpOptions {
  /**
   * The longest line, in bytes.
   *
   * @defaultValue 8 MiB
   */
  maxFrameLength?: number
  /**
   * What happens to a longer line: 'error' is `ERR_FRAME_TOO_LONG`, 'skip' drops exactly that line.
   *
   * @defaultValue 'error'
   */
  oversize?: 'error' | 'skip'
  /**
   * What happens to a line that is not a JSON-RPC message, such as output that a library printed to stdout: 'skip'
   * drops it and calls `onSkip`, 'error' is `ERR_FRAME_CORRUPT`.
   *
   * @defaultValue 'skip'
   */
  corrupt?: 'error' | 'skip'
}

/**
 * JSON-RPC messages, one a line:
 *
 * ```
 *  {"jsonrpc":"2.0","id":1,"method":"ping"} LF
 * ```
 *
 * Source: Model Context Protocol, specification 2025-06-18, "Transports: stdio".
 *
 * Decoding throws `ERR_FRAME_TOO_LONG`, `ERR_FRAME_TRUNCATED` and, with `corrupt: 'error'`, `ERR_FRAME_CORRUPT`;
 * encoding `ERR_FRAME_NOT_ENCODABLE` and `ERR_FRAME_TOO_LONG`.
 *
 * @throws {TypeError | RangeError} An option is unknown, of the wrong kind or out of range.
 */
export function mcp(options?: McpOptions): FrameCodec<McpMessage> {
  const given = readOptions('mcp', options, ['maxFrameLength', 'oversize', 'corrupt'])
  const lines = nameCodec(jsonLines<McpMessage>({ corrupt: 'skip', ...given, atEnd: 'error' }), 'mcp')
  return mapCodec(lines, {
    decode(message) {
      if (isMessage(message)) return message
      throw corrupt('mcp', 'a line must be a JSON-RPC message')
    },
    encode(message) {
      if (isMessage(message)) return message
      throw notEncodable('mcp', 'a message must be an object with jsonrpc "2.0", or an array of them')
    },
  })
}

function isMessage(value: unknown): value is McpMessage {
  if (Array.isArray(value)) return value.length > 0 && value.every((each) => !Array.isArray(each) && isMessage(each))
  return typeof value === 'object' && value !== null && (value as { jsonrpc?: unknown }).jsonrpc === '2.0'
}

// Guesses what bytes read as a length really are. A peer that speaks another protocol is the most common cause of an
// absurd length.

const HTTP_METHODS = ['GET ', 'HEAD ', 'POST ', 'PUT ', 'DELETE ', 'CONNECT ', 'OPTIONS ', 'TRACE ', 'PATCH ', 'PRI * ']

/** The first bytes of each protocol. */
const BEGINNINGS: readonly (readonly [protocol: string, beginnings: readonly string[]])[] = [
  ['an HTTP request', HTTP_METHODS],
  ['an HTTP response', ['HTTP/']],
  ['SSH', ['SSH-']],
  // Record type 22, then the version, 3.0 to 3.4.
  [
    'a TLS handshake',
    ['\u0016\u0003\u0000', '\u0016\u0003\u0001', '\u0016\u0003\u0002', '\u0016\u0003\u0003', '\u0016\u0003\u0004'],
  ],
  ['SMTP', ['EHLO']],
]

/** A single letter proves nothing. */
const FEWEST = 2

/** What the header `bytes[start, end)` looks like, as the end of a sentence. Never quotes the bytes. */
export function protocolHint(bytes: Uint8Array, start: number, end: number): string | undefined {
  for (const [protocol, beginnings] of BEGINNINGS) {
    if (beginnings.some((beginning) => agrees(beginning, bytes, start, end))) {
      return `its first bytes look like those of ${protocol}: the peer may speak another protocol`
    }
  }
  return undefined
}

/** Whether one of the header and the beginning is a prefix of the other. */
function agrees(beginning: string, bytes: Uint8Array, start: number, end: number): boolean {
  const length = Math.min(beginning.length, end - start)
  if (length < FEWEST) return false
  for (let index = 0; index < length; index++) {
    if (bytes[start + index] !== beginning.charCodeAt(index)) return false
  }
  return true
}

/** A message with its hint, if there is one. */
export function withHint(message: string, hint: string | undefined): string {
  return hint === undefined ? message : `${message}; ${hint}`
}

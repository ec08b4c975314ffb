// Example framers with common bugs, as source text that runs like a pasted framer.

/** Bytes after a 4-byte length, lines of text, or frames of the chosen codec. */
export const MESSAGE_KINDS = ['length', 'lines', 'chosen'] as const
export type MessageKind = (typeof MESSAGE_KINDS)[number]

export interface Exhibit {
  name: string
  title: string
  /** The messages that it decodes. */
  messages: MessageKind
  source: string
  /** An explanation of its bug. */
  explanation: string
}

export const EXHIBITS: readonly Exhibit[] = [
  {
    name: 'if-not-while',
    title: 'At most one message per chunk',
    messages: 'length',
    source: `function framer(chunks) {
  const frames = []
  let buffer = new Uint8Array(0)
  for (const chunk of chunks) {
    // socket.on('data', (chunk) => {
    buffer = Uint8Array.of(...buffer, ...chunk)
    if (buffer.length < 4) continue
    const length = new DataView(buffer.buffer).getUint32(0)
    if (buffer.length >= 4 + length) {
      frames.push(buffer.slice(4, 4 + length))
      buffer = buffer.slice(4 + length)
    }
  }
  return frames
}`,
    explanation:
      'It needs a while in place of the if. With two messages in one chunk, the second stays in the buffer until more bytes arrive. If the peer waits for the answer, none ever do.',
  },
  {
    name: 'whole-header',
    title: 'The header always arrives whole',
    messages: 'length',
    source: `function framer(chunks) {
  const frames = []
  let body = []
  let missing = 0
  for (let chunk of chunks) {
    // socket.on('data', (chunk) => {
    while (chunk.length > 0) {
      if (missing === 0) {
        const view = new DataView(chunk.buffer, chunk.byteOffset, chunk.length)
        missing = view.getUint32(0)
        chunk = chunk.subarray(4)
      }
      const part = chunk.subarray(0, missing)
      body.push(...part)
      missing -= part.length
      chunk = chunk.subarray(part.length)
      if (missing === 0) {
        frames.push(Uint8Array.from(body))
        body = []
      }
    }
  }
  return frames
}`,
    explanation:
      'It allows for a payload in pieces, but not for a length in pieces. The four bytes of the length nearly always arrive together, so this passes every test on one machine and throws in production.',
  },
  {
    name: 'text-too-early',
    title: 'Decodes chunks as text, then splits lines',
    messages: 'lines',
    source: `function framer(chunks) {
  const lines = []
  let rest = ''
  for (const chunk of chunks) {
    // socket.on('data', (chunk) => {
    rest += new TextDecoder().decode(chunk) // chunk.toString()
    const parts = rest.split('\\n')
    rest = parts.pop()
    lines.push(...parts)
  }
  return lines
}`,
    explanation:
      'A UTF-8 character has up to four bytes. If a chunk ends between them, both halves become U+FFFD. Decode lines, not chunks, or keep one TextDecoder with { stream: true }.',
  },
]

/** The framer that the page shows first. */
export const FIRST_EXHIBIT: string = EXHIBITS[0]!.name

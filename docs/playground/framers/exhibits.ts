// Framers with common bugs, as source text: they are run like pasted ones.

import type { Speech } from './speech.ts'

export interface Exhibit {
  name: string
  title: string
  /** The messages that it decodes. */
  speaks: Speech
  source: string
  /** What is wrong with it. */
  explanation: string
}

export const EXHIBITS: readonly Exhibit[] = [
  {
    name: 'if-not-while',
    title: 'One message for each chunk at most',
    speaks: 'length',
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
      'An if where a while belongs. Two messages in one chunk: the second stays in the buffer until more bytes come, and if the peer waits for the answer, none ever do.',
  },
  {
    name: 'whole-header',
    title: 'The header is always whole',
    speaks: 'length',
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
      'The payload may come in pieces, the four bytes of the length may not. They nearly always come together, so this passes every test on one machine and throws in production.',
  },
  {
    name: 'text-too-early',
    title: 'Chunks become text before lines do',
    speaks: 'lines',
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
      'A character of UTF-8 has up to four bytes. Where a cut falls between them, both halves become U+FFFD. Decode lines, not chunks, or keep one decoder with { stream: true }.',
  },
]

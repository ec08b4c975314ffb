// Bytes as text, and streams cut into chunks.

/** Writes bytes in hexadecimal, such as `0aff`. */
export function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** The opposite of `hex`. */
export function fromHex(text: string): Uint8Array {
  return Uint8Array.from(text.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16))
}

export function joined(chunks: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(chunks.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const chunk of chunks) {
    all.set(chunk, at)
    at += chunk.length
  }
  return all
}

/** `bytes` in chunks of `size`. */
export function inSteps(bytes: Uint8Array, size: number): Uint8Array[] {
  const count = Math.max(0, Math.ceil(bytes.length / size) - 1)
  return cutInOneMemory(
    bytes,
    Array.from({ length: count }, (_, index) => (index + 1) * size),
  )
}

/** The bytes around a chunk in its memory: line feeds, which code that reads outside the chunk will find. */
const MARGIN = 3
const SURROUNDING = 10

/**
 * `bytes` cut at `positions`, which are sorted; a repeated position gives an empty chunk.
 *
 * Each chunk has memory of its own, and is only a part of it: code that reads `chunk.buffer` has to consider
 * `byteOffset`.
 */
export function cutAt(bytes: Uint8Array, positions: readonly number[]): Uint8Array[] {
  const ends = [...positions, bytes.length]
  return ends.map((end, index) => {
    const part = bytes.subarray(index === 0 ? 0 : ends[index - 1], end)
    const memory = new Uint8Array(part.length + 2 * MARGIN).fill(SURROUNDING)
    memory.set(part, MARGIN)
    return memory.subarray(MARGIN, MARGIN + part.length)
  })
}

/** The longest chunk that a loop copies faster than `set`. */
const SHORT = 32

/**
 * The same in a sixth of the time: the chunks are parts of one piece of memory, a margin apart. For decoders, which
 * have no reason to transfer the memory of a chunk.
 */
export function cutInOneMemory(bytes: Uint8Array, positions: readonly number[]): Uint8Array[] {
  const ends = [...positions, bytes.length]
  const memory = new Uint8Array(bytes.length + (ends.length + 1) * MARGIN).fill(SURROUNDING)
  let start = 0
  let at = MARGIN
  return ends.map((end) => {
    const length = end - start
    const chunk = memory.subarray(at, at + length)
    if (length > SHORT) chunk.set(bytes.subarray(start, end))
    else for (let index = 0; index < length; index++) chunk[index] = bytes[start + index]!
    start = end
    at += length + MARGIN
    return chunk
  })
}

// Chunks whose memory was transferred to another thread, or shrunk, before they were decoded.

/** Whether the memory of a chunk is gone. It then looks empty, but most methods of typed arrays throw. */
export function isLost(chunk: Uint8Array): boolean {
  if (chunk.length > 0) return false
  try {
    Uint8Array.prototype.keys.call(chunk)
    return false
  } catch {
    return true
  }
}

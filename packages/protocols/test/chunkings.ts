// Ways to cut a recorded stream into chunks.

/** Longer streams are not cut byte by byte, to save time. */
const LONGEST_BYTEWISE = 64 * 1024

/** The chunks as recorded, all in one, byte by byte, and cut at pseudo-random places. */
export function chunkingsOf(recorded: readonly Uint8Array[]): Uint8Array[][] {
  const whole = joined(recorded)
  const cuttings = [
    recorded.map((chunk) => new Uint8Array(chunk)),
    [whole],
    pieces(whole, pseudoRandom(1)),
    pieces(whole, pseudoRandom(2)),
  ]
  return whole.length <= LONGEST_BYTEWISE ? [...cuttings, pieces(whole, () => 1)] : cuttings
}

export function joined(parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts))
}

function pieces(bytes: Uint8Array, nextLength: () => number): Uint8Array[] {
  const chunks: Uint8Array[] = []
  for (let at = 0; at < bytes.length;) {
    const length = nextLength()
    chunks.push(bytes.slice(at, at + length))
    at += length
  }
  return chunks
}

/** Lengths, most of them short (the high bits of a linear congruential generator). */
function pseudoRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    const random = state / 2 ** 32
    return 1 + Math.floor(random ** 4 * 2000)
  }
}

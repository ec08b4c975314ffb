// Two duplexes of bytes that are joined in memory. Bytes are cut anew in transit, and arrive in a later turn of the
// event loop.

import { Duplex } from 'node:stream'

class MemoryEnd extends Duplex {
  other: MemoryEnd | undefined
  /** The number of bytes that have arrived at the other end. */
  bytesLeft = 0
  /** Called when this end wants more. */
  private wanted: (() => void) | undefined
  private piece = 1

  override _read(): void {
    const { wanted } = this
    this.wanted = undefined
    wanted?.()
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, callback: (error?: Error | null) => void): void {
    this.send(chunk, callback)
  }

  override _writev(chunks: { chunk: Buffer }[], callback: (error?: Error | null) => void): void {
    this.send(Buffer.concat(chunks.map(({ chunk }) => chunk)), callback)
  }

  override _final(callback: () => void): void {
    setImmediate(() => {
      this.other?.push(null)
      callback()
    })
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    const { other } = this
    if (other !== undefined && !other.destroyed && !(this.writableFinished && this.readableEnded)) {
      const reset = Object.assign(new Error('reset by peer'), { code: 'ECONNRESET' })
      setImmediate(() => other.destroy(reset))
    }
    callback(error)
  }

  private send(bytes: Buffer, callback: (error?: Error | null) => void): void {
    // Pieces of 4, 16, 64 … bytes, then from the beginning.
    this.piece = this.piece > 40_000 ? 1 : this.piece * 4
    const piece = bytes.subarray(0, this.piece)
    const rest = bytes.subarray(piece.length)
    setImmediate(() => {
      const { other } = this
      // As on a broken connection, the write is never confirmed.
      if (this.destroyed || other === undefined || other.destroyed) return
      this.bytesLeft += piece.length
      const goOn = (): void => (rest.length === 0 ? callback() : this.send(rest, callback))
      if (other.push(Buffer.from(piece))) goOn()
      else other.wanted = goOn
    })
  }
}

export function memoryPair([left, right]: [boolean, boolean]): [Duplex, Duplex] {
  const ends: [MemoryEnd, MemoryEnd] = [new MemoryEnd({ allowHalfOpen: left }), new MemoryEnd({ allowHalfOpen: right })]
  ends[0].other = ends[1]
  ends[1].other = ends[0]
  return ends
}

// One run over a real TCP connection on loopback.

import { once } from 'node:events'
import { createServer, connect, type AddressInfo, type Socket } from 'node:net'

/** In milliseconds. Only a run that hangs takes longer, even on a slow and busy machine. */
const DEADLINE = 120_000

/** Writes `pieces` separately to one end, and passes the other end to `receive`. */
export async function transfer<Result>(
  pieces: Uint8Array[],
  receive: (socket: Socket, signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1')
  const deadline = new AbortController()
  const timer = setTimeout(() => deadline.abort(new Error(`not done after ${DEADLINE} ms`)), DEADLINE)
  let socket: Socket | undefined
  try {
    ;[socket] = (await once(server, 'connection', { signal: deadline.signal })) as [Socket]
    client.setNoDelay(true)
    const [result] = await Promise.all([receive(socket, deadline.signal), write(client, pieces, deadline.signal)])
    return result
  } finally {
    clearTimeout(timer)
    client.destroy()
    socket?.destroy()
    server.close()
  }
}

async function write(socket: Socket, pieces: Uint8Array[], signal: AbortSignal): Promise<void> {
  for (const [index, piece] of pieces.entries()) {
    if (!socket.write(piece)) await once(socket, 'drain', { signal })
    // Waits from time to time, so that some pieces are read separately.
    if (piece.length === 1 || index % 8 === 7) await new Promise(setImmediate)
  }
  socket.end()
}

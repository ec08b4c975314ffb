// Sends frames over real sockets, on runtimes with Node's `net`: nothing is lost, and nothing hangs.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { pipeline } from 'node:stream/promises'
import { isFrameError } from '@unstick/core'
import { lines, textLines } from '@unstick/delimiter'
import { lengthField } from '@unstick/length-field'
import { decodeStream, encodeStream, framed, frames, reader } from '@unstick/stream'

const codec = lengthField({ maxFrameLength: 1 << 20 })

/** Serves one connection, and returns the client's end of it. */
async function connection(serve) {
  const server = createServer()
  const served = once(server, 'connection').then(([socket]) => serve(socket))
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  const socket = connect(server.address().port, '127.0.0.1')
  await once(socket, 'connect')
  return { socket, served: served.finally(() => server.close()) }
}

const scenes = {
  async 'a client that half-closes gets every reply'() {
    const { socket, served } = await connection(async (peer) => {
      const duplex = framed(peer, codec)
      for await (const frame of duplex) for (let i = 0; i < 200; i++) duplex.write(Buffer.alloc(10_000, frame[0]))
      duplex.end()
    })
    const client = framed(socket, codec)
    client.end(Buffer.from('a'))
    let received = 0
    for await (const frame of client) received += frame.length
    assert.equal(received, 2_000_000)
    await served
  },

  async 'frames written byte by byte and in one piece are the same'() {
    const bytes = Buffer.concat(Array.from({ length: 50 }, (_, i) => codec.encode(Buffer.from(`frame ${i}`))))
    const { socket, served } = await connection(async (peer) => {
      const seen = []
      for await (const frame of frames(peer, codec)) seen.push(frame.toString())
      return seen
    })
    socket.setNoDelay(true)
    for (const byte of bytes) await new Promise((resolve) => socket.write(Uint8Array.of(byte), resolve))
    socket.end(bytes)
    const seen = await served
    const expected = Array.from({ length: 50 }, (_, i) => `frame ${i}`)
    assert.deepEqual(seen, [...expected, ...expected])
  },

  async 'a slow reader stops the sender, and gets everything'() {
    const FRAME = Buffer.alloc(65_536)
    let stalled = false
    const { socket, served } = await connection(async (peer) => {
      const duplex = framed(peer, codec)
      for (let i = 0; i < 400; i++) {
        if (duplex.write(FRAME)) continue
        stalled = true
        await once(duplex, 'drain')
      }
      duplex.end()
    })
    let received = 0
    for await (const frame of frames(socket, codec)) {
      received += frame.length
      if (received % (20 * FRAME.length) === 0) await new Promise((resolve) => setTimeout(resolve, 5))
    }
    await served
    assert.equal(received, 400 * FRAME.length)
    assert(stalled)
  },

  async 'a second protocol gets the exact next byte'() {
    const { socket, served } = await connection((peer) => peer.end('UPGRADE\nrest of the bytes'))
    for await (const line of frames(socket, textLines(), { destroyOnReturn: false })) {
      assert.equal(line, 'UPGRADE')
      break
    }
    let rest = ''
    for await (const chunk of socket) rest += chunk
    assert.equal(rest, 'rest of the bytes')
    await served
  },

  async 'frames before an error come before it'() {
    const { socket, served } = await connection((peer) => peer.end('one\ntwo\nfar too long\n'))
    const seen = []
    await assert.rejects(
      async () => {
        for await (const line of frames(socket, lines({ maxFrameLength: 5 }))) seen.push(line.toString())
      },
      (error) => isFrameError(error) && error.offset === 8,
    )
    assert.deepEqual(seen, ['one', 'two'])
    await served
  },

  async 'frames go through pipelines'() {
    const seen = []
    const words = ['a', '', 'a longer one']
    await pipeline(
      words.map((word) => Buffer.from(word)),
      encodeStream(codec),
      decodeStream(codec),
      async (decoded) => {
        for await (const frame of decoded) seen.push(frame.toString())
      },
    )
    assert.deepEqual(seen, words)
  },

  async 'a reader takes bytes, lines and frames in turn'() {
    const reply = Buffer.concat([Buffer.from('SSH-2\r\nab'), codec.encode(Buffer.from('frame'))])
    const { socket, served } = await connection((peer) => peer.end(reply))
    const read = reader(socket)
    assert.equal(Buffer.from(await read.until('\r\n', { maxLength: 100 })).toString(), 'SSH-2')
    assert.equal(Buffer.from(await read.exactly(2)).toString(), 'ab')
    assert.equal(Buffer.from(await read.frame(codec)).toString(), 'frame')
    await read.cancel()
    await served
  },

  async 'an abort ends the loop'() {
    const { socket, served } = await connection((peer) => peer.resume())
    const abort = new AbortController()
    setTimeout(() => abort.abort(), 10)
    await assert.rejects(
      async () => {
        for await (const frame of frames(socket, codec, { signal: abort.signal })) assert.fail(`${frame}`)
      },
      { name: 'AbortError' },
    )
    await served
  },
}

for (const [name, scene] of Object.entries(scenes)) {
  try {
    await scene()
  } catch (error) {
    error.message = `${name}: ${error.message}`
    throw error
  }
}
console.log(`${Object.keys(scenes).length} scenes of sockets right`)

// An echo server and its client. A length of four bytes precedes each message.

import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { lengthField } from '@unstick/length-field'
import { framed, frames } from '@unstick/stream'

const codec = lengthField({ lengthFieldLength: 4, maxFrameLength: 64 * 1024 })

const server = createServer((socket) => {
  // After bad bytes, a reset or an end inside a message, the connection is already closed.
  echo(socket).catch((error) => console.error(`connection closed: ${error.message}`))
})
async function echo(socket) {
  const peer = framed(socket, codec)
  for await (const message of peer) {
    if (!peer.write(message)) await once(peer, 'drain')
  }
}
server.listen(0, '127.0.0.1')
await once(server, 'listening')

const socket = connect(server.address().port, '127.0.0.1')
// Two writes that cut the stream inside the length of the second message, as TCP may.
const bytes = Buffer.concat([codec.encode(Buffer.from('hello')), codec.encode(Buffer.from('world'))])
socket.write(bytes.subarray(0, 11))
setTimeout(() => socket.end(bytes.subarray(11)), 10)
for await (const answer of frames(socket, codec)) {
  console.log(`echoed: ${answer.toString()}`)
}
server.close()

// Prints:
// echoed: hello
// echoed: world

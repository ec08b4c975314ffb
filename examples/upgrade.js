// Two protocols on one socket: lines until UPGRADE, then messages with a length in front.

import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { textLines } from '@unstick/delimiter'
import { lengthField } from '@unstick/length-field'
import { framed, frames } from '@unstick/stream'

const lines = textLines({ ending: 'crlf', maxFrameLength: 512 })
const messages = lengthField({ lengthFieldLength: 2 })
// Leaving the loop over lines keeps the socket open, with the bytes after the last line unread.
const untilUpgrade = { destroyOnReturn: false }

const server = createServer((socket) => void answer(socket).catch((error) => console.error(error.message)))
async function answer(socket) {
  for await (const line of frames(socket, lines, untilUpgrade)) {
    socket.write(lines.encode(line === 'UPGRADE' ? 'SWITCHING' : `OK ${line}`))
    if (line === 'UPGRADE') break
  }
  const peer = framed(socket, messages)
  for await (const message of peer) peer.write(message)
}
server.listen(0, '127.0.0.1')
await once(server, 'listening')

// The client does not wait for an answer, so a line and the message may arrive in one chunk.
const socket = connect(server.address().port, '127.0.0.1')
socket.write('HELLO\r\nUPGRADE\r\n')
socket.end(messages.encode(Buffer.from('a message')))
for await (const line of frames(socket, lines, untilUpgrade)) {
  console.log(`line: ${line}`)
  if (line === 'SWITCHING') break
}
for await (const message of frames(socket, messages)) console.log(`message: ${message.toString()}`)
server.close()

// Prints:
// line: OK HELLO
// line: SWITCHING
// message: a message

// What `stream-iter.test.ts` runs on a Node that has `node:stream/iter`: prints the frames of several of its sources.

import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { fromReadable, from, pull, push, share } from 'node:stream/iter'
import { lengthField } from '@unstick/length-field'
import { frames } from '@unstick/stream'

const codec = lengthField({ lengthFieldLength: 1 })
const texts = Array.from({ length: 50 }, (_, index) => 'x'.repeat(index % 7) + index)
const bytes = Buffer.concat(texts.map((text) => codec.encode(Buffer.from(text))))
const chunks = Array.from({ length: Math.ceil(bytes.length / 5) }, (_, index) =>
  bytes.subarray(5 * index, 5 * index + 5),
)

async function* batches() {
  for (let at = 0; at < chunks.length; at += 3) yield chunks.slice(at, at + 3)
}

/** Whether the source was left, by any of its ends. */
let isLeft = false
async function* endless() {
  try {
    for (;;) yield [bytes]
  } finally {
    isLeft = true
  }
}

async function pushed() {
  const { writer, readable } = push({ highWaterMark: 2 })
  void (async () => {
    for (const chunk of chunks) await writer.write(chunk)
    await writer.end()
  })()
  return readable
}

async function overSocket() {
  const server = createServer((socket) => socket.end(bytes))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const socket = connect(server.address().port, '127.0.0.1')
  socket.on('close', () => server.close())
  return fromReadable(socket)
}

const sources = {
  from: () => from(chunks),
  'from batches': () => from(batches()),
  'pull with a transform': () => pull(from(chunks), (batch) => batch && batch.filter((chunk) => chunk.length > 0)),
  push: pushed,
  share: () => share(from(chunks)).pull(),
  'fromReadable of a socket': overSocket,
}

const failures = []
for (const [name, open] of Object.entries(sources)) {
  const received = []
  for await (const frame of frames(await open(), codec)) received.push(String(frame))
  if (received.join() !== texts.join()) failures.push(`${name}: ${received.length} frames`)
}

let count = 0
for await (const _frame of frames(from(endless()), codec)) if (++count === 120) break
if (!isLeft) failures.push('a loop that is left does not end the source')

console.log(JSON.stringify({ sources: Object.keys(sources).length, failures }))

// Reading a Web stream of bytes with its default reader, or with a BYOB reader into a reused buffer. Frames are views of the
// chunks, so a buffer can be reused only if each frame is copied (`copy: true`).

import { open, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { lengthField } from '@unstick/length-field'
import { alternatives } from './alternatives.js'

const VOLUME = 4 << 20
const CHUNK = 64 << 10
const codec = lengthField()
const frame = Buffer.concat([Buffer.from([0, 0, 0, 60]), Buffer.alloc(60, 7)])
const bytes = Buffer.alloc(VOLUME, frame)

/** Ready chunks with their own memory, as `fetch` enqueues them. */
function enqueued(length) {
  let at = 0
  return new ReadableStream({
    type: 'bytes',
    pull(controller) {
      controller.enqueue(new Uint8Array(bytes.subarray(at, (at += length))))
      if (at < VOLUME) return
      controller.close()
      controller.byobRequest?.respond(0)
    },
  })
}

const sources = {
  [`chunks of ${CHUNK >> 10} KiB`]: () => enqueued(CHUNK),
  'chunks of 1 KiB': () => enqueued(1 << 10),
  'a file': fileStream,
  'a fetch body over loopback': fetchBody,
}

const path = join(tmpdir(), `unstick-byob-${process.pid}`)
await writeFile(path, bytes)
const server = createServer((_request, response) => response.end(bytes))
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))

async function fileStream() {
  const file = await open(path)
  const stream = file.readableWebStream({ type: 'bytes' })
  stream.whenRead = () => file.close()
  return stream
}

async function fetchBody() {
  return (await fetch(`http://127.0.0.1:${server.address().port}`)).body
}

function count(decoder, chunk) {
  let length = 0
  for (const each of decoder.decode(chunk)) length += each.length
  return length
}

function byDefault(source, options) {
  return async () => {
    const stream = await source()
    const reader = stream.getReader()
    const decoder = codec.decoder(options)
    let length = 0
    for (let item = await reader.read(); !item.done; item = await reader.read()) length += count(decoder, item.value)
    await stream.whenRead?.()
    return length
  }
}

function byBuffer(source, isUsedAgain, options) {
  return async () => {
    const stream = await source()
    const reader = stream.getReader({ mode: 'byob' })
    const decoder = codec.decoder(options)
    let length = 0
    let memory = new ArrayBuffer(CHUNK)
    for (;;) {
      const { done, value } = await reader.read(new Uint8Array(memory))
      if (done) break
      length += count(decoder, value)
      memory = isUsedAgain ? value.buffer : new ArrayBuffer(CHUNK)
    }
    await stream.whenRead?.()
    return length
  }
}

for (const [title, source] of Object.entries(sources)) {
  await alternatives(title, VOLUME >> 10, {
    'default reader': byDefault(source),
    'default reader, each frame copied': byDefault(source, { copy: true }),
    'BYOB reader, a new buffer for each read': byBuffer(source, false),
    'BYOB reader, one buffer, each frame copied': byBuffer(source, true, { copy: true }),
    'BYOB reader, one buffer, frames that nobody may keep': byBuffer(source, true),
  })
}

server.close()
server.closeAllConnections()
await rm(path)

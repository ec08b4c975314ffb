// Measures the memory and CPU time of a process that receives one frame of 4 GiB in parts, from another one over loopback.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { connect, createServer } from 'node:net'
import { devNull } from 'node:os'
import { pipeline } from 'node:stream/promises'
import { lengthField } from '@unstick/length-field'
import { frames } from '@unstick/stream'

const LENGTH = 2 ** 32 + 5
const CHUNK = Buffer.alloc(65_536, 7)
const codec = lengthField({ lengthFieldLength: 8, maxFrameLength: 2 ** 40 })
const [, self, port] = process.argv
if (port === undefined) await receive()
else await pipeline(upload, connect(Number(port), '127.0.0.1'))

function* upload() {
  const header = Buffer.alloc(8)
  header.writeBigUInt64BE(BigInt(LENGTH))
  yield header
  for (let left = LENGTH; left > 0; left -= CHUNK.length) yield CHUNK.subarray(0, Math.min(left, CHUNK.length))
}

async function receive() {
  let resident = 0
  let used = 0
  const timer = setInterval(() => {
    const { rss, heapUsed, arrayBuffers } = process.memoryUsage()
    resident = Math.max(resident, rss)
    used = Math.max(used, heapUsed + arrayBuffers)
  }, 20)
  const server = createServer()
  server.listen(0, '127.0.0.1', () => {
    spawn(process.execPath, [self, String(server.address().port)], { stdio: 'inherit' })
  })
  const [socket] = await once(server, 'connection')
  for await (const { length, body } of frames(socket, codec).parts()) {
    await pipeline(body, createWriteStream(devNull))
    const { user, system } = process.cpuUsage()
    const megabytes = [resident, used].map((bytes) => Math.round(bytes / 2 ** 20))
    console.log(`${length} bytes: at most ${megabytes[0]} MB of memory, ${megabytes[1]} MB of heap and buffers`)
    console.log(`${((user + system) / 1e6).toFixed(1)} s of CPU time`)
  }
  clearInterval(timer)
  server.close()
}

// A proxy that logs the messages of a PostgreSQL client and its server without changing a byte:
//
//   node examples/postgres-log.js [PORT TO LISTEN ON] [PORT OF THE SERVER]
//   psql "host=127.0.0.1 port=5433 sslmode=disable"

import { connect, createServer } from 'node:net'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { postgres } from '@unstick/protocols/postgres'

const [listenPort = '5433', serverPort = '5432'] = process.argv.slice(2)

/** Passes on chunks, and logs the messages that they complete. */
function logged(from, arrow) {
  const decoder = postgres({ from, maxFrameLength: 16 * 1024 * 1024 }).decoder()
  let isReadable = true
  function transform(chunk, _encoding, done) {
    try {
      if (isReadable) for (const { type, payload } of decoder.decode(chunk)) report(arrow, type, payload)
    } catch (error) {
      // Later bytes cannot be decoded, such as TLS, but are still passed on.
      isReadable = false
      console.log(`${arrow} ${error.message}`)
    }
    done(null, chunk)
  }
  return new Transform({ transform })
}

function report(arrow, type, payload) {
  const text = type === 'Q' ? `: ${payload.toString('utf8', 0, payload.length - 1)}` : ''
  console.log(`${arrow} ${type || 'startup'}, ${payload.length} bytes${text}`)
}

createServer({ allowHalfOpen: true }, (client) => {
  const server = connect({ port: Number(serverPort), host: '127.0.0.1', allowHalfOpen: true })
  const both = [pipeline(client, logged('client', '->'), server), pipeline(server, logged('server', '<-'), client)]
  Promise.all(both).catch((error) => console.error(error.message))
}).listen(Number(listenPort), '127.0.0.1')

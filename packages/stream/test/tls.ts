// Both ends of a TLS connection on loopback, with a certificate that only these tests trust.

import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { connect, createServer, type ConnectionOptions, type TLSSocket } from 'node:tls'
import { afterwards } from './connection.ts'

const read = (name: string): Buffer => readFileSync(new URL(`fixtures/localhost.${name}.pem`, import.meta.url))
export const credentials = { key: read('key'), cert: read('cert') }

export async function tlsConnection(allowHalfOpen = false): Promise<{ client: TLSSocket; server: TLSSocket }> {
  const listener = createServer({ ...credentials, allowHalfOpen })
  listener.listen(0, '127.0.0.1')
  await once(listener, 'listening')
  const { port } = listener.address() as AddressInfo
  const options: ConnectionOptions & { allowHalfOpen: boolean } = {
    port,
    host: '127.0.0.1',
    ca: credentials.cert,
    servername: 'localhost',
    allowHalfOpen,
  }
  const client = connect(options)
  const [[server]] = (await Promise.all([once(listener, 'secureConnection'), once(client, 'secureConnect')])) as [
    [TLSSocket],
    unknown[],
  ]
  listener.close()
  for (const socket of [client, server]) {
    // The test checks what the adapters report.
    socket.on('error', () => {})
    afterwards(() => socket.destroy())
  }
  return { client, server }
}

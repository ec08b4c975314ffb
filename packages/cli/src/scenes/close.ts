// The end of a connection: a FIN each way, the half-open state between them, and the sockets that remain if a program
// does not close.

import { once } from 'node:events'
import { endOf, stateOf } from './proc-tcp.ts'
import { table } from '../table.ts'
import { pause, until, withPair, type Scene } from './scene.ts'

interface Row {
  what: string
  client: string
  server: string
}

export const close: Scene = {
  title: 'The end of a connection: the states of both sides',
  async run() {
    const rows: Row[] = []
    let answer = ''
    let isTold = true
    await withPair(async ({ client, server }) => {
      const ports: [number, number] = [client.localPort!, client.remotePort!]
      const states = (): [string, string] => [stateOf(endOf(...ports)), stateOf(endOf(ports[1], ports[0]))]
      isTold = endOf(...ports) !== undefined
      /** Waits for the expected states, which follow the program's calls after a short time. */
      const look = async (what: string, expected: [string, string]): Promise<void> => {
        if (isTold) await until(() => states().join() === expected.join())
        const [near, far] = states()
        rows.push({ what, client: near, server: far })
      }
      server.resume()
      await look('the connection is open', ['ESTABLISHED', 'ESTABLISHED'])
      client.end('the last request')
      await once(server, 'end')
      await look('the client ends its side: a FIN', ['FIN_WAIT2', 'CLOSE_WAIT'])
      const answered = once(client, 'data') as Promise<[Buffer]>
      server.write('the answer')
      answer = String((await answered)[0])
      await look('half-open: the server still answers', ['FIN_WAIT2', 'CLOSE_WAIT'])
      await pause(50)
      await look('the server forgets to close: this stays', ['FIN_WAIT2', 'CLOSE_WAIT'])
      const ended = once(client, 'end')
      server.end()
      await ended
      await look('the server ends its side as well', ['TIME_WAIT', 'gone'])
    })
    const last = rows.at(-1)!
    return {
      ok: answer === 'the answer' && (!isTold || (last.client === 'TIME_WAIT' && last.server === 'gone')),
      seen: { rows, answer },
      lines: (paint) => [
        table(
          ['', 'client', 'server'],
          rows.map(({ what, client, server }) => [
            what,
            client,
            server === 'CLOSE_WAIT' ? paint('red', server) : server,
          ]),
        ).trimEnd(),
        '',
        'CLOSE_WAIT ends only when the program closes the socket. Many such sockets',
        'are a leak.',
        'The system keeps TIME_WAIT for a minute, on the side that closed first.',
        'That is normal.',
      ],
    }
  },
}

// Reads the states of TCP connections and the bytes in their queues from Linux's /proc/net/tcp.

import { readFileSync } from 'node:fs'

type TcpState = (typeof STATES)[number]

/** By their numbers in the kernel's tcp_states.h, less one. */
const STATES = [
  'ESTABLISHED',
  'SYN_SENT',
  'SYN_RECV',
  'FIN_WAIT1',
  'FIN_WAIT2',
  'TIME_WAIT',
  'CLOSE',
  'CLOSE_WAIT',
  'LAST_ACK',
  'LISTEN',
  'CLOSING',
  'NEW_SYN_RECV',
] as const

export interface TcpEnd {
  state: TcpState
  /** The number of bytes written but not yet acknowledged. */
  sendQueue: number
  /** The number of bytes received but not yet read. */
  receiveQueue: number
}

/**
 * The end of an IPv4 connection with the local port `port`. 'gone' means that the kernel no longer has it, and
 * undefined that the system does not report it.
 */
export function endOf(port: number, peerPort: number, file = '/proc/net/tcp'): TcpEnd | 'gone' | undefined {
  let lines: string[]
  try {
    lines = readFileSync(file, 'utf8').split('\n').slice(1)
  } catch {
    return undefined
  }
  //   sl  local_address rem_address   st tx_queue rx_queue ...
  //   0:  0100007F:C26A 0100007F:85D5 06 00000000:00000000
  const [own, peer] = [port, peerPort].map((number) => `:${number.toString(16).toUpperCase().padStart(4, '0')}`)
  for (const line of lines) {
    const [, local, remote, state, queues] = line.trim().split(/\s+/)
    if (local?.endsWith(own!) !== true || remote?.endsWith(peer!) !== true) continue
    const [send, receive] = queues!.split(':').map((hex) => Number.parseInt(hex, 16))
    return { state: STATES[Number.parseInt(state!, 16) - 1] ?? 'CLOSE', sendQueue: send!, receiveQueue: receive! }
  }
  return 'gone'
}

export function stateOf(end: TcpEnd | 'gone' | undefined): string {
  return end === undefined ? 'unknown on this system' : end === 'gone' ? 'gone' : end.state
}

// Reads a capture with tshark, where it is installed.

import { execFileSync } from 'node:child_process'
import { isInstalled } from './installed.ts'

export const hasTshark: boolean = isInstalled('tshark')

export interface Packet {
  /** The port of its receiver. */
  to: number
  payload: Buffer
  /** Wrong checksums, or bytes that are no packet. */
  faults: string[]
  /** Whether segments before it are missing. */
  isAfterLoss: boolean
  /** Whether it is unusual for TCP, such as a retransmission; a full window is usual. */
  isUnusual: boolean
}

const FIELDS = [
  'tcp.dstport',
  'tcp.payload',
  'tcp.checksum.status',
  'ip.checksum.status',
  '_ws.malformed',
  'tcp.analysis.lost_segment',
  'tcp.analysis.flags',
  'tcp.analysis.window_full',
]
/** The status of a checksum. */
const GOOD = /^(?:1|Good)$/

/** The packets of a capture. One run for all that is asked, since tshark takes long to start. */
export function packetsIn(file: string): Packet[] {
  const checks = ['-o', 'tcp.check_checksum:TRUE', '-o', 'ip.check_checksum:TRUE']
  const fields = FIELDS.flatMap((field) => ['-e', field])
  const args = ['-r', file, ...checks, '-T', 'fields', ...fields]
  const output = execFileSync('tshark', args, { stdio: ['ignore', 'pipe', 'ignore'], encoding: 'utf8' })
  return output
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [to, payload, tcp, ip, malformed, lost, flags, full] = line.split('\t') as Strings
      return {
        to: Number(to),
        payload: Buffer.from(payload, 'hex'),
        faults: [
          ...(GOOD.test(tcp) ? [] : [`TCP checksum: ${tcp}`]),
          // IPv6 has none.
          ...(ip === '' || GOOD.test(ip) ? [] : [`IP checksum: ${ip}`]),
          ...(malformed === '' ? [] : [malformed]),
        ],
        isAfterLoss: lost !== '',
        isUnusual: flags !== '' && full === '',
      }
    })
}

type Strings = [string, string, string, string, string, string, string, string]

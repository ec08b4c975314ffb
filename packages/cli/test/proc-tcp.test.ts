import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { endOf, stateOf } from '../src/scenes/proc-tcp.ts'

const folder = mkdtempSync(join(tmpdir(), 'unstick-proc-'))
afterAll(() => rmSync(folder, { recursive: true }))

describe('/proc/net/tcp', () => {
  const file = join(folder, 'tcp')
  writeFileSync(
    file,
    `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:AF5D 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 908030 1
  13: 0100007F:AF5D 0100007F:E152 08 00000000:0001FBE5 00:00000000 00000000     0        0 908032 1
  35: 0100007F:E152 0100007F:AF5D 05 0038D286:00000000 04:00000004 00000000     0        0 908031 2
`,
  )

  it('gives the state and the queues of one end of a connection', () => {
    expect(endOf(0xaf5d, 0xe152, file)).toEqual({ state: 'CLOSE_WAIT', sendQueue: 0, receiveQueue: 0x1fbe5 })
    expect(endOf(0xe152, 0xaf5d, file)).toEqual({ state: 'FIN_WAIT2', sendQueue: 0x38d286, receiveQueue: 0 })
  })

  it('distinguishes a closed connection from an unsupported system', () => {
    expect(stateOf(endOf(1, 2, file))).toBe('gone')
    expect(stateOf(endOf(1, 2, join(folder, 'absent')))).toBe('unknown on this system')
  })
})

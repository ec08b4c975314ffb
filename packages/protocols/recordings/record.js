// Records the traffic of real servers and clients on loopback. A recording in which the proxy finds a fault is not
// written. Run it on Debian as root:
//
//   npm run record -- [name ...]
//
// temporary-root.sh installs what is needed, temporarily. A recording is a file of less than 64 KiB in the format of
// `unstick tap --save`, without secrets: all accounts are made for it. If the client reports what it received, that is
// `saw` in the first line.

import { writeFileSync } from 'node:fs'
import { cleanUp, programs, stopAll } from './programs.js'

const LONGEST_FILE = 64 * 1024

const only = process.argv.slice(2)
for (const [name, record] of Object.entries(programs)) {
  if (only.length > 0 && !only.includes(name)) continue
  try {
    const { program, chunks, saw } = await record()
    const bytes = chunks.reduce((sum, { data }) => sum + Buffer.from(data, 'base64').length, 0)
    const about = { format: 'unstick-recording', version: 1, program, ...(saw === undefined ? {} : { saw }) }
    const text = [about, ...chunks].map((line) => `${JSON.stringify(line)}\n`).join('')
    if (chunks.length === 0) throw new Error('the recording is empty')
    if (text.length > LONGEST_FILE) throw new Error(`the recording has ${text.length} bytes, more than ${LONGEST_FILE}`)
    writeFileSync(new URL(`${name}.jsonl`, import.meta.url), text)
    console.log(`${name}: ${chunks.length} chunks, ${bytes} bytes`)
  } catch (error) {
    console.error(`${name}: not recorded: ${error.stderr || error.stack}`)
    process.exitCode = 1
  }
  stopAll()
}
cleanUp()
// Sockets of servers that are still open would keep the process alive.
process.exit()

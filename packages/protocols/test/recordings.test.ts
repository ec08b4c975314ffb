// Replays the traffic of real programs (recordings/record.js): however it is cut, the frames are the same, cover the
// whole stream, and match what the client sent and received.

import { dotStuffed } from '@unstick/stuffing'
import { readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { smtp } from '../src/index.ts'
import { joined } from './chunkings.ts'
import { connectionsOf, recordingOf, recordingsFolder } from './recording.ts'
import { framesOfSide, replays, sidesOf } from './replays.ts'

const names = readdirSync(recordingsFolder)
  .filter((name) => name.endsWith('.jsonl'))
  .map((name) => name.slice(0, -'.jsonl'.length))

describe.each(names)('recording %s', (name) => {
  const recording = recordingOf(name)

  it.each(sidesOf(name))(
    `${recording.program}: finds the same frames from the %s, however the stream is cut`,
    (from) => {
      const frames = framesOfSide(name, recording, from)
      expect(frames.length).toBeGreaterThan(0)
      replays[name]!.check(frames as never, from, recording.saw)
    },
  )
})

it('hands over the message after DATA, which dotStuffed decodes to what the client wrote', () => {
  const recording = recordingOf('smtp')
  const commands = smtp({ from: 'client' }).decoder()
  for (const { verb } of commands.decode(joined(connectionsOf(recording, 'client').flat()))) if (verb === 'DATA') break
  const [message] = dotStuffed().decoder().decode(commands.takeRemaining())
  const [, body] = Buffer.from(message!).toString().split('\r\n\r\n')
  // Quoted-printable breaks long lines.
  expect(body!.replaceAll('=\r\n', '').replaceAll('\r\n', '\n')).toBe((recording.saw as { text: string }).text)
})

it('has a test for every recording, and a recording for every test', () => {
  expect(names.toSorted()).toEqual(Object.keys(replays).toSorted())
})

// Replays what real programs said to each other (recordings/record.js): the frames are the same in every cutting, they are
// all of the stream, and they say what the client sent and received.

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

  it.each(sidesOf(name))(`${recording.program}: what the %s said is framed the same in every cutting`, (from) => {
    const frames = framesOfSide(name, recording, from)
    expect(frames.length).toBeGreaterThan(0)
    replays[name]!.check(frames as never, from, recording.saw)
  })
})

it('hands over the message after DATA, which dotStuffed decodes as the client wrote it', () => {
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

import fc from 'fast-check'
import { gitPktLine, type GitPktLine } from '../src/git-pkt-line.ts'
import { ascii, byte, bytesOf, payloads, record, testPreset } from './preset.ts'

const special = fc.constantFrom<GitPktLine>({ type: 'flush' }, { type: 'delim' }, { type: 'end' })
const type = fc.constant('data' as const)

testPreset<GitPktLine>('gitPktLine', gitPktLine, {
  frame: fc.oneof(special, record({ type, payload: payloads })),
  frameOf: (payload) => ({ type: 'data', payload }),
  examples: [
    {
      title: 'the examples of protocol-common',
      bytes: ascii('0006a\n0005a000bfoobar\n0004'),
      frames: ['a\n', 'a', 'foobar\n', ''].map((text) => ({ type: 'data', payload: ascii(text) })),
    },
    {
      title: 'the special packets of protocol 2',
      bytes: ascii('000100000002'),
      frames: [{ type: 'delim' }, { type: 'flush' }, { type: 'end' }],
    },
    {
      title: 'digits in upper case',
      bytes: ascii('000Eversion 1\n'),
      frames: [{ type: 'data', payload: ascii('version 1\n') }],
      isRead: true,
    },
  ],
  refused: [
    { title: 'a length of 3', bytes: ascii('0003'), code: 'ERR_FRAME_LENGTH_INVALID' },
    { title: 'a pack', bytes: ascii('PACK'), code: 'ERR_FRAME_LENGTH_INVALID' },
    { title: 'a line of more than 65,520 bytes', bytes: ascii('fff1'), code: 'ERR_FRAME_TOO_LONG' },
  ],
  unencodable: [
    { title: 'data with a band', frame: { type: 'data', band: 1, payload: bytesOf('') } },
    { title: 'an unknown type', frame: { type: 'pack' as never } },
    { title: 'a line of 65,521 bytes', frame: { type: 'data', payload: new Uint8Array(65_517) } },
  ],
})

testPreset<GitPktLine>('gitPktLine with side-band', (limits) => gitPktLine({ sideBand: true, ...limits }), {
  frame: fc.oneof(special, record({ type, band: byte, payload: payloads })),
  frameOf: (payload) => ({ type: 'data', band: 1, payload }),
  examples: [
    { title: 'progress', bytes: bytesOf('"0007" 02 "hi"'), frames: [{ type: 'data', band: 2, payload: ascii('hi') }] },
  ],
  refused: [{ title: 'data without band', bytes: ascii('0004'), code: 'ERR_FRAME_CORRUPT' }],
  unencodable: [
    { title: 'half a band', frame: { type: 'data', band: 1.5, payload: bytesOf('') } },
    { title: 'no band', frame: { type: 'data', payload: bytesOf('') } },
  ],
})

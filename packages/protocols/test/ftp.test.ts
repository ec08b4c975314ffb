import fc from 'fast-check'
import { ftp } from '../src/ftp.ts'
import { ascii, bytesOf, record, testPreset } from './preset.ts'

const text = fc.string({ unit: fc.constantFrom('a', '-', ' '), maxLength: 5 })

testPreset('ftp from the client', (limits) => ftp({ from: 'client', ...limits }), {
  frame: record({ verb: fc.constantFrom('USER', 'RETR', 'PASV'), args: text }),
  frameOf: (payload) => ({ verb: 'RETR', args: 'a'.repeat(payload.length) }),
  examples: [
    {
      title: 'commands',
      bytes: ascii('USER anonymous\r\nRETR a file.txt\r\nPASV\r\n'),
      frames: [
        { verb: 'USER', args: 'anonymous' },
        { verb: 'RETR', args: 'a file.txt' },
        { verb: 'PASV', args: '' },
      ],
    },
    {
      title: 'ABOR in lower case after the Telnet commands of RFC 959, section 4.1.3, whose bytes stay as they are',
      bytes: bytesOf('ff f4 ff f2 "abor" 0d 0a'),
      frames: [{ verb: '\xff\xf4\xff\xf2ABOR', args: '' }],
      isRead: true,
    },
    {
      title: 'what is neither ASCII nor UTF-8',
      bytes: bytesOf('ff f4 ff f2 "ABOR" 0d 0a df b5 0d 0a'),
      frames: [
        { verb: '\xff\xf4\xff\xf2ABOR', args: '' },
        { verb: '\xdf\xb5', args: '' },
      ],
    },
    {
      title: 'a path name with a CR, as RFC 2640 writes it',
      bytes: ascii('RETR a\r\0b\r\n'),
      frames: [{ verb: 'RETR', args: 'a\r\0b' }],
      isRead: true,
    },
  ],
  unencodable: [
    { title: 'no arguments', frame: { verb: 'PASV', args: undefined as never } },
    { title: 'a CR', frame: { verb: 'RETR', args: 'a\rb' } },
  ],
})

testPreset('ftp from the server', (limits) => ftp({ from: 'server', ...limits }), {
  frame: record({ code: fc.integer({ min: 100, max: 999 }), lines: fc.array(text, { minLength: 1, maxLength: 3 }) }),
  examples: [
    {
      title: 'the reply of several lines of RFC 959, section 4.2',
      bytes: ascii('123-First line\r\nSecond line\r\n  234 A line beginning with numbers\r\n123 The last line\r\n'),
      frames: [
        { code: 123, lines: ['First line', 'Second line', '  234 A line beginning with numbers', 'The last line'] },
      ],
      isRead: true,
    },
    {
      title: 'the features of RFC 2389, section 3.2, whose lines begin with a space',
      bytes: ascii('211-Extensions supported:\r\n MLST size*;create\r\n SIZE\r\n211 END\r\n'),
      frames: [{ code: 211, lines: ['Extensions supported:', ' MLST size*;create', ' SIZE', 'END'] }],
    },
    {
      title: 'an empty line in a reply',
      bytes: ascii('214-a\r\n\r\n214 b\r\n'),
      frames: [{ code: 214, lines: ['a', '', 'b'] }],
      isRead: true,
    },
    {
      title: 'the lines of a file with DOS line ends',
      bytes: ascii('220-Welcome\r\r\n220 ready\r\n'),
      frames: [{ code: 220, lines: ['Welcome\r', 'ready'] }],
      isRead: true,
    },
  ],
  refused: [{ title: 'a reply without code', bytes: ascii('hello\r\n'), code: 'ERR_FRAME_CORRUPT' }],
})

// The flags that choose a codec and its options, the same for every command that takes one.

import { codecKinds } from './codec-kinds.ts'
import { bitsOrNone, bytesInHex, integer, natural, unescaped } from './flag-values.ts'
import { camelCase, type Flag } from './flag.ts'

/** The user gives one of these. */
const kinds: readonly Flag[] = [
  {
    name: 'protocol',
    value: 'name',
    description: 'a protocol of @unstick/protocols, such as postgres; `list` lists all',
  },
  {
    name: 'codec',
    value: 'file',
    description: 'your own module, whose default export is a codec or a function that returns one',
  },
  ...codecKinds,
]

const options: readonly Flag[] = [
  { name: 'delimiter-at', choices: ['end', 'start'], description: 'whether a delimiter ends or begins a frame' },
  {
    name: 'end-marker',
    value: 'text',
    description: 'the bytes that end a frame with --start-marker',
    parse: unescaped,
  },
  { name: 'outside', choices: ['error', 'skip'], description: 'what happens to bytes between two frames' },
  {
    name: 'within',
    choices: ['stream', 'array'],
    description: 'whether JSON values follow one another or are in one array',
  },
  { name: 'max-depth', value: 'count', description: 'the deepest nesting of a JSON value', parse: natural },
  { name: 'size', value: 'bytes', description: 'the size of every packet', parse: natural },
  { name: 'length-bytes', value: 'bytes', description: 'bytes of the length field of packets, 1 to 8', parse: natural },
  {
    name: 'checksum',
    value: 'name',
    description: 'the checksum of packets: sum8, xor8, fletcher16, or a CRC such as CRC-16/MODBUS',
  },
  {
    name: 'checksum-from',
    value: 'bytes',
    description: 'bytes at the beginning of a packet that its checksum does not cover',
    parse: natural,
  },
  { name: 'checksum-byte-order', choices: ['big', 'little'], description: 'the byte order of the checksum' },
  {
    name: 'fcs',
    value: 'bits',
    description: 'the bits of the frame check sequence of HDLC: 16, 32 or none',
    parse: bitsOrNone,
  },
  {
    name: 'offset',
    value: 'bytes',
    description: 'bytes before the length field, the varint or the type',
    parse: natural,
  },
  {
    name: 'magic',
    value: 'hex',
    description: 'the first bytes of every frame with a length field',
    parse: bytesInHex,
  },
  { name: 'byte-order', choices: ['big', 'little'], description: 'the byte order of the length field' },
  {
    name: 'adjustment',
    value: 'bytes',
    description: 'added to the length to get the number of bytes after the field',
    parse: integer,
  },
  { name: 'includes', choices: ['payload', 'lengthField', 'frame'], description: 'what the length counts' },
  { name: 'strip', value: 'bytes', description: 'bytes to drop from the beginning of each frame', parse: natural },
  {
    name: 'encoding',
    choices: ['leb128', 'quic', 'vlq', 'compactSize', 'ber'],
    description: 'the encoding of the varint',
  },
  { name: 'max-bytes', value: 'count', description: 'the most bytes of a varint', parse: natural },
  { name: 'radix', value: 'base', description: 'the base of a length in digits, 10 or 16', parse: natural },
  { name: 'digits', value: 'count', description: 'the number of digits of a length', parse: natural },
  { name: 'leading-zeros', description: 'allow leading zeros in a length in digits' },
  { name: 'terminator', value: 'text', description: 'the text after the digits', parse: unescaped },
  {
    name: 'trailer',
    value: 'text',
    description: 'the text after the payload of a length in digits',
    parse: unescaped,
  },
  { name: 'ending', choices: ['auto', 'lf', 'crlf', 'any'], description: 'the line ending' },
  {
    name: 'blank-lines',
    choices: ['skip', 'error'],
    description: 'what happens to empty lines and lines of white space',
  },
  { name: 'min-frame-length', value: 'bytes', description: 'the shortest frame with a length field', parse: natural },
  { name: 'max-header-length', value: 'bytes', description: 'the longest block of header lines', parse: natural },
  { name: 'boundary', value: 'text', description: 'the boundary of multipart, from the Content-Type' },
  { name: 'side-band', description: 'git-pkt-line: data lines begin with a band' },
  { name: 'list-group', description: 'nntp: responses with code 211 have lines' },
  { name: 'max-line-length', value: 'bytes', description: 'the longest line of irc and nats', parse: natural },
  {
    name: 'max-message-length',
    value: 'bytes',
    description: 'the longest message joined from fragments (websocket, onc-rpc)',
    parse: natural,
  },
  { name: 'max-fragments', value: 'count', description: 'the most fragments of a message', parse: natural },
  { name: 'max-frame-length', value: 'bytes', description: 'the longest frame, in bytes', parse: natural },
  { name: 'oversize', choices: ['error', 'skip'], description: 'what happens to a longer frame' },
  { name: 'corrupt', choices: ['error', 'skip', 'resync'], description: 'what happens to a corrupt frame' },
  { name: 'at-end', choices: ['error', 'emit', 'drop'], description: 'what happens to a truncated last frame' },
]

export const codecFlags: Record<string, readonly Flag[]> = {
  'Codecs, one of': kinds,
  'Options of codecs': options,
}

/** In camelCase. */
export const codecOptionNames: ReadonlySet<string> = new Set(options.map(({ name }) => camelCase(name)))

export const codecNotes = `
The values of --delimiter, --start-marker, --end-marker, --terminator and --trailer may contain the escapes
\\n, \\r, \\t, \\0, \\xHH and \\\\.
`

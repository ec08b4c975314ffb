// The flags that choose a codec and its options, the same for every command that takes one.

import { codecKinds } from './codec-kinds.ts'
import { bitsOrNone, bytesInHex, integer, natural, unescaped } from './flag-values.ts'
import { camelCase, type Flag } from './flag.ts'

/** One of these is given. */
const kinds: readonly Flag[] = [
  {
    name: 'protocol',
    value: 'name',
    description: 'a protocol of @unstick/protocols, such as postgres; `list` lists them',
  },
  {
    name: 'codec',
    value: 'file',
    description: 'a module of your own whose default export is a codec, or a function that makes one',
  },
  ...codecKinds,
]

const options: readonly Flag[] = [
  { name: 'delimiter-at', choices: ['end', 'start'], description: 'whether a delimiter ends or begins a frame' },
  { name: 'end-marker', value: 'text', description: 'what ends a frame with a start marker', parse: unescaped },
  { name: 'outside', choices: ['error', 'skip'], description: 'what to do with bytes between two frames' },
  { name: 'within', choices: ['stream', 'array'], description: 'whether JSON values stand alone or in one array' },
  { name: 'max-depth', value: 'count', description: 'how deeply a JSON value may be nested', parse: natural },
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
    description: 'bytes at the beginning of a packet that its checksum leaves out',
    parse: natural,
  },
  { name: 'checksum-byte-order', choices: ['big', 'little'], description: 'the byte order of the checksum' },
  { name: 'fcs', value: 'bits', description: 'the check sequence of HDLC: 16, 32 or none', parse: bitsOrNone },
  {
    name: 'offset',
    value: 'bytes',
    description: 'bytes before the length field, the varint or the type',
    parse: natural,
  },
  {
    name: 'magic',
    value: 'hex',
    description: 'the bytes that frames with a length field begin with',
    parse: bytesInHex,
  },
  { name: 'byte-order', choices: ['big', 'little'], description: 'the byte order of the length field' },
  {
    name: 'adjustment',
    value: 'bytes',
    description: 'added to the length to get what follows the field',
    parse: integer,
  },
  { name: 'includes', choices: ['payload', 'lengthField', 'frame'], description: 'what the length counts' },
  { name: 'strip', value: 'bytes', description: 'bytes dropped from each frame', parse: natural },
  {
    name: 'encoding',
    choices: ['leb128', 'quic', 'vlq', 'compactSize', 'ber'],
    description: 'the encoding of the varint',
  },
  { name: 'max-bytes', value: 'count', description: 'the most bytes of a varint', parse: natural },
  { name: 'radix', value: 'base', description: 'the base of a length in digits, 10 or 16', parse: natural },
  { name: 'digits', value: 'count', description: 'how many digits a length has', parse: natural },
  { name: 'leading-zeros', description: 'a length in digits may begin with zeros' },
  { name: 'terminator', value: 'text', description: 'what stands after the digits', parse: unescaped },
  {
    name: 'trailer',
    value: 'text',
    description: 'what stands after the payload of a length in digits',
    parse: unescaped,
  },
  { name: 'ending', choices: ['auto', 'lf', 'crlf', 'any'], description: 'what ends a line' },
  { name: 'blank-lines', choices: ['skip', 'error'], description: 'what to do with lines of white space' },
  { name: 'min-frame-length', value: 'bytes', description: 'the shortest frame with a length field', parse: natural },
  { name: 'max-header-length', value: 'bytes', description: 'the longest block of header lines', parse: natural },
  { name: 'boundary', value: 'text', description: 'the boundary of multipart, as the Content-Type names it' },
  { name: 'side-band', description: 'git-pkt-line: data lines begin with a band' },
  { name: 'list-group', description: 'nntp: responses with the code 211 have lines' },
  { name: 'max-line-length', value: 'bytes', description: 'the longest line of irc and nats', parse: natural },
  {
    name: 'max-message-length',
    value: 'bytes',
    description: 'the longest message that is joined of fragments (websocket, onc-rpc)',
    parse: natural,
  },
  { name: 'max-fragments', value: 'count', description: 'the most fragments of a message', parse: natural },
  { name: 'max-frame-length', value: 'bytes', description: 'the longest frame, in bytes', parse: natural },
  { name: 'oversize', choices: ['error', 'skip'], description: 'what to do with a longer frame' },
  { name: 'corrupt', choices: ['error', 'skip', 'resync'], description: 'what to do with a corrupt frame' },
  { name: 'at-end', choices: ['error', 'emit', 'drop'], description: 'what to do with a last frame that is cut short' },
]

export const codecFlags: Record<string, readonly Flag[]> = {
  'Codecs, one of': kinds,
  'Options of codecs': options,
}

/** In camelCase. */
export const codecOptionNames: ReadonlySet<string> = new Set(options.map(({ name }) => camelCase(name)))

export const codecNotes = `
In the values of --delimiter, --start-marker, --end-marker, --terminator and --trailer, \\n, \\r, \\t, \\0, \\xHH and \\\\ stand for characters.
`

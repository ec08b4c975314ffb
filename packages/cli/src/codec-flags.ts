// The flags that choose a codec and its options, the same for every command that takes one.

import { codecKinds } from './codec-kinds.ts'
import { bitsOrNone, bytesInHex, integer, natural, unescaped } from './flag-values.ts'
import { camelCase, type Flag } from './flags.ts'

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
  { name: 'outside', choices: ['error', 'skip'], description: 'for bytes between the markers of two frames' },
  { name: 'within', choices: ['stream', 'array'], description: 'where JSON values stand' },
  { name: 'max-depth', value: 'count', description: 'how deeply a JSON value may be nested', parse: natural },
  { name: 'size', value: 'bytes', description: 'packets have this size', parse: natural },
  { name: 'length-bytes', value: 'bytes', description: 'packets have a length field of 1 to 8 bytes', parse: natural },
  {
    name: 'checksum',
    value: 'name',
    description: 'of packets: sum8, xor8, fletcher16, or a CRC such as CRC-16/MODBUS',
  },
  {
    name: 'checksum-from',
    value: 'bytes',
    description: 'bytes of a packet before those that its checksum covers',
    parse: natural,
  },
  { name: 'checksum-byte-order', choices: ['big', 'little'], description: 'of the checksum' },
  { name: 'fcs', value: 'bits', description: 'of HDLC: 16, 32 or none', parse: bitsOrNone },
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
  { name: 'byte-order', choices: ['big', 'little'], description: 'of the length field' },
  {
    name: 'adjustment',
    value: 'bytes',
    description: 'added to the length to get what follows the field',
    parse: integer,
  },
  { name: 'includes', choices: ['payload', 'lengthField', 'frame'], description: 'what the length counts' },
  { name: 'strip', value: 'bytes', description: 'bytes dropped from each frame', parse: natural },
  { name: 'encoding', choices: ['leb128', 'quic', 'vlq', 'compactSize', 'ber'], description: 'of the varint' },
  { name: 'max-bytes', value: 'count', description: 'bytes a varint may have', parse: natural },
  { name: 'radix', value: 'base', description: 'of a length in digits, 10 or 16', parse: natural },
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
  { name: 'blank-lines', choices: ['skip', 'error'], description: 'for lines without a JSON value' },
  { name: 'min-frame-length', value: 'bytes', description: 'the shortest frame with a length field', parse: natural },
  { name: 'max-header-length', value: 'bytes', description: 'the longest block of header lines', parse: natural },
  { name: 'boundary', value: 'text', description: 'of multipart: what the Content-Type names' },
  { name: 'side-band', description: 'of git-pkt-line: data lines begin with a band' },
  { name: 'list-group', description: 'of nntp: answers of code 211 have lines' },
  { name: 'max-line-length', value: 'bytes', description: 'the longest line of irc and nats', parse: natural },
  {
    name: 'max-message-length',
    value: 'bytes',
    description: 'the longest message made of fragments, of websocket and onc-rpc',
    parse: natural,
  },
  { name: 'max-fragments', value: 'count', description: 'fragments that a message may have', parse: natural },
  { name: 'max-frame-length', value: 'bytes', description: 'the longest frame taken', parse: natural },
  { name: 'oversize', choices: ['error', 'skip'], description: 'for longer frames' },
  { name: 'corrupt', choices: ['error', 'skip', 'resync'], description: 'for corrupt frames' },
  { name: 'at-end', choices: ['error', 'emit', 'drop'], description: 'for a last frame that is cut short' },
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

// The configurations and streams of the conformance vectors. What must come of them the oracles say.

import { cutAt, fromHex, hex } from '../../src/bytes.ts'
import { oracles, type Outcome, type Vector, type VectorFile } from '../../src/index.ts'
import { framesInHex, optionsOf, valuesOf } from '../../src/vectors.ts'

type Oracle = (options: never) => (stream: Uint8Array) => Outcome

interface Case {
  configuration: Record<string, unknown>
  /** A stream by what there is to see in it: text, or bytes in hexadecimal. */
  streams: Record<string, string | { hex: string }>
}

const text = (content: string): string => hex(new TextEncoder().encode(content))

/** The codecs whose frames are neither bytes nor text. */
const OF_VALUES = new Set(['jsonLines', 'jsonSequence', 'jsonValues', 'mavlink', 'modbusRtu', 'pop3'])

/** How the streams are cut, one after the other. */
const cuttings: ((length: number) => number[])[] = [
  () => [],
  (length) => Array.from({ length: Math.max(0, length - 1) }, (_, index) => index + 1),
  (length) => [0, Math.floor(length / 3), Math.floor(length / 3), Math.floor((2 * length) / 3)],
  (length) => [Math.max(0, length - 1)],
]

function file(codec: string, oracle: Oracle, cases: Case[]): VectorFile {
  const vectors: Vector[] = []
  for (const { configuration, streams } of cases) {
    for (const [what, given] of Object.entries(streams)) {
      const stream = fromHex(typeof given === 'string' ? text(given) : given.hex)
      const chunks = cutAt(stream, cuttings[vectors.length % cuttings.length]!(stream.length)).map(hex)
      const outcome = oracle(optionsOf(configuration) as never)(stream)
      const { skipped, error } = outcome
      vectors.push({
        name: `${vectors.length + 1}. ${what}`,
        configuration,
        chunks,
        ...(OF_VALUES.has(codec) ? { values: valuesOf(outcome) } : { frames: framesInHex(outcome) }),
        skipped,
        ...(error && { error: { code: error.code, offset: error.offset! } }),
      })
    }
  }
  return { codec, vectors }
}

const lengthField = file('lengthField', oracles.lengthField, [
  {
    configuration: {},
    streams: {
      'no byte at all': '',
      'two frames': { hex: '000000036162630000000164' },
      'an empty frame': { hex: '0000000000000001aa' },
      'an end inside the length': { hex: '0000000161000000' },
      'an end right behind the length': { hex: '000000016100000005' },
      'a length with its highest bit set is too long, not negative': { hex: '0000000161ffffffff' },
    },
  },
  {
    configuration: { lengthFieldLength: 2, byteOrder: 'little', maxFrameLength: 6 },
    streams: {
      'a frame of exactly the limit': { hex: '040001020304' },
      'a frame one byte over the limit, after a good one': { hex: '0100aa05000102030405' },
    },
  },
  {
    configuration: { lengthFieldLength: 1, maxFrameLength: 4, oversize: 'skip' },
    streams: {
      'frames over the limit are dropped, the others given': { hex: '01aa0401020304020b0cff' },
      'two dropped, one after the other': { hex: '0401020304040102030401aa' },
    },
  },
  {
    configuration: { lengthFieldOffset: 1, lengthFieldLength: 2 },
    streams: { 'the header stays on the frame': { hex: '07000201020800000900' } },
  },
  {
    configuration: { lengthFieldLength: 2, lengthIncludes: 'frame' },
    streams: {
      'a length that counts itself': { hex: '0005616263000200036a' },
      'a frame shorter than its header': { hex: '000361000178' },
    },
  },
  {
    configuration: { lengthFieldLength: 3, lengthAdjustment: -1, initialBytesToStrip: 0 },
    streams: {
      'a length that counts one byte too many': { hex: '000003aabb000001' },
      'an adjustment below nothing': { hex: '000000' },
    },
  },
  {
    configuration: { lengthFieldLength: 2, lengthAdjustment: 2, initialBytesToStrip: 4 },
    streams: { 'a header longer than its length field': { hex: '0001abcd770000abcd' } },
  },
  {
    configuration: { lengthFieldLength: 8 },
    streams: {
      'a length beyond 2^53-1 is invalid': { hex: '0020000000000000' },
      'the largest length there is, too long': { hex: '001ffffffffffff7' },
      'a length that passes 2^53-1 with its header': { hex: '001ffffffffffff8' },
    },
  },
  {
    configuration: {
      lengthFieldOffset: 1,
      lengthFieldLength: 2,
      byteOrder: 'little',
      magic: { bytes: '3c' },
      maxFrameLength: 65538,
    },
    streams: {
      'a start byte before the length': { hex: '3c0200aabb3c0000' },
      'a wrong start byte, before the length is there': { hex: '3c0200aabbaa3c' },
    },
  },
  {
    configuration: { magic: { bytes: '8001', offset: 4, mask: 'ffff' } },
    streams: {
      'a constant behind the length is checked before the length is believed': { hex: '47455420800247' },
      'a frame too short for its constant': { hex: '000000018001' },
      'an end inside the constant': { hex: '0000000280' },
    },
  },
  {
    configuration: { lengthIncludes: 'frame', initialBytesToStrip: 0, minFrameLength: 16 },
    streams: {
      'the shortest frame (SMPP)': { hex: '00000010000000150000000000000001' },
      'a frame shorter than the shortest': { hex: '000000080000001500000000' },
    },
  },
])

const varintLength = file('varintLength', oracles.varintLength, [
  {
    configuration: {},
    streams: {
      'lengths of one byte': { hex: '026162000163' },
      'a length of two bytes': { hex: `8001${'07'.repeat(128)}0161` },
      'a length not in its shortest form': { hex: '8280006162' },
      'a length of six bytes': { hex: '0161808080808001' },
      'an end inside the length': { hex: '016180' },
    },
  },
  {
    configuration: { minimal: true },
    streams: {
      'a length not in its shortest form is refused': { hex: '0161820061' },
      'nothing in one byte is minimal': { hex: '00' },
    },
  },
  {
    configuration: { maxBytes: 2, maxFrameLength: 3 },
    streams: {
      'a frame of exactly the limit': { hex: '026162' },
      'a frame one byte over the limit': { hex: '03616263' },
      'a third byte of the length': { hex: '808001' },
    },
  },
  {
    configuration: { maxBytes: 3, maxFrameLength: 1, oversize: 'skip' },
    streams: { 'a header longer than the limit is read to know what to drop': { hex: '008180000a00' } },
  },
  {
    configuration: { lengthFieldOffset: 1, maxBytes: 4 },
    streams: { 'a type byte before the length, kept (MQTT)': { hex: '3003010203c000' } },
  },
  {
    configuration: { maxBytes: 8 },
    streams: {
      'a length beyond 2^53-1 is invalid': { hex: 'ffffffffffffff7f' },
      'below it, too long': { hex: 'ffffffffffff0f' },
    },
  },
  {
    configuration: { encoding: 'quic' },
    streams: {
      'lengths of one and two bytes (RFC 9000, A.1: 37 twice)': { hex: `25${'07'.repeat(37)}4025${'08'.repeat(37)}` },
      'four bytes (RFC 9000, A.1: 494,878,333), too long': { hex: '9d7f3e7d' },
      'eight bytes (RFC 9000, A.1) are beyond 2^53-1': { hex: 'c2197c5eff14e88c' },
      'an end inside the length': { hex: '40' },
    },
  },
  {
    configuration: { encoding: 'vlq' },
    streams: {
      'the highest bits come first': { hex: `8100${'07'.repeat(128)}0108` },
      'five bytes': { hex: '8180808000' },
    },
  },
  {
    configuration: { encoding: 'compactSize', minimal: true },
    streams: {
      'one byte, and three': { hex: `0107fdfd00${'08'.repeat(253)}` },
      'a length not in its shortest form': { hex: 'fdfc00' },
      'nine bytes beyond 2^53-1': { hex: 'ff0000000000002000' },
    },
  },
  {
    configuration: { encoding: 'ber' },
    streams: {
      'the short and the long form (X.690: 38 and 201)': { hex: `26${'07'.repeat(38)}81c9${'08'.repeat(201)}` },
      'the long form of a short length': { hex: '82000107' },
      'the indefinite form': { hex: '010780' },
    },
  },
])

const textLength = file('textLength', oracles.textLength, [
  {
    configuration: { trailer: text(',') },
    streams: {
      netstrings: '5:hello,0:,',
      'a wrong trailer': '2:ok,5:hello;',
      'a leading zero': '2:ok,05:hello,',
      'a sign': '2:ok,+5:hello,',
      'a space': ' 5:hello,',
      'no digit': ':,',
      'an end inside the digits': '2:ok,1',
      'an end inside the payload': '2:ok,5:hel',
      'an end before the trailer': '2:ok',
      'eleven digits': '12345678901:',
      'too long': '9999999999:',
    },
  },
  {
    configuration: { terminator: text(' ') },
    streams: { 'octet-counted syslog': '5 <34>111 <34>1 second' },
  },
  {
    configuration: { radix: 16, digits: 4, lengthIncludes: 'frame' },
    streams: {
      "git's pkt-line": '0009hello0006a\n',
      'a frame shorter than its length': '0003',
      'digits in either case': `000C${'x'.repeat(8)}000c${'y'.repeat(8)}`,
      'a digit that is none': '00g9',
    },
  },
  {
    configuration: { radix: 16, terminator: text('\r\n'), trailer: text('\r\n') },
    streams: {
      'HTTP chunks': '5\r\nhello\r\n0\r\n\r\n',
      'half a terminator': '5\rhello\r\n',
    },
  },
  {
    configuration: { trailer: text(','), maxFrameLength: 6, oversize: 'skip' },
    streams: {
      'a wrong trailer of a dropped frame is not looked at': '9:123456789;3:abc,',
      'invalid comes before too long': '01:x,',
    },
  },
  {
    configuration: { trailer: text(','), stripHeader: false },
    streams: { 'whole frames': '2:ab,0:,' },
  },
  {
    configuration: { radix: 16, terminator: text('\r\n'), trailer: text('\r\n'), leadingZeros: true },
    streams: { 'HTTP chunks with leading zeros': '0005\r\nhello\r\n000\r\n\r\n' },
  },
  {
    configuration: { trailer: text(','), corrupt: 'skip' },
    streams: { 'a frame with a wrong trailer is dropped': '2:ok,5:hello;2:ok,' },
  },
])

const contentLength = file('contentLength', oracles.contentLength, [
  {
    configuration: {},
    streams: {
      'two frames': 'Content-Length: 2\r\n\r\nhiContent-Length: 0\r\n\r\n',
      'another header, and names in any case': 'Content-Type: x\r\ncontent-length:\t2 \r\n\r\nhi',
      'the length counts bytes': 'Content-Length: 6\r\n\r\né😀',
      'the same length twice': 'Content-Length: 2\r\nContent-Length: 2\r\n\r\nhi',
      'two different lengths': 'Content-Length: 2\r\nContent-Length: 3\r\n\r\nhi',
      'no length': 'Content-Length: 2\r\n\r\nhiX: y\r\n\r\n',
      'a malformed length': 'Content-Length: +2\r\n\r\nhi',
      'a bare LF': 'Content-Length: 2\n\nhi',
      'a line without a colon': 'Content-Length\r\n\r\n',
      'a length beyond 2^53-1': 'Content-Length: 9007199254740992\r\n\r\n',
      'an end inside the header': 'Content-Length: 2\r\n\r',
      'an end right behind the header': 'Content-Length: 2\r\n\r\n',
    },
  },
  {
    configuration: { required: false, lengthHeader: 'L' },
    streams: { 'a frame without length has no body': 'X: y\r\n\r\nl: 2\r\n\r\nhi' },
  },
  {
    configuration: { maxHeaderLength: 24, maxFrameLength: 30 },
    streams: {
      'a header of exactly the limit': 'X:\r\nContent-Length: \t0\r\n\r\n',
      'a header one byte over the limit': 'XY:\r\nContent-Length: \t0\r\n\r\n',
      'a frame of exactly the limit, and one more byte': 'Content-Length: 9\r\n\r\n123456789Content-Length: 10\r\n\r\n',
    },
  },
  {
    configuration: { maxFrameLength: 30, oversize: 'skip' },
    streams: {
      'a frame over the limit is dropped': 'Content-Length: 10\r\n\r\n1234567890Content-Length: 2\r\n\r\nhi',
      'a header over the limit is read to its end':
        'A: 1234567890\r\nB: 1234567890\r\nContent-Length: 2\r\n\r\nhiContent-Length: 2\r\n\r\nyo',
    },
  },
])

const delimiter = file('delimiter', oracles.delimiter, [
  {
    configuration: { delimiter: [text('$_')] },
    streams: {
      'a delimiter of two bytes': 'ab$_c$_$_',
      'the first byte of the delimiter is data': 'a$b$$_$_',
      'an end without delimiter': 'ab$_c',
      'an end inside the delimiter': 'ab$_c$',
    },
  },
  {
    configuration: { delimiter: [text('\r'), text('\n'), text('\r\n')] },
    streams: {
      'the rest of a longer delimiter is swallowed': 'a\rb\nc\r\nd\r\r\n',
      'a match that could have grown ends with the stream': 'a\r',
    },
  },
  {
    configuration: { delimiter: [text('ab'), text('b')], atEnd: 'emit' },
    streams: { 'the earliest wins': 'xabxbb', 'the rest is a frame': 'xaba' },
  },
  {
    configuration: { delimiter: [text('aab')], stripDelimiter: false },
    streams: { 'delimiters that begin inside themselves, kept': 'aaabxaab' },
  },
  {
    configuration: { delimiter: [text('\r\n')], maxFrameLength: 3 },
    streams: {
      'content of exactly the limit': 'abc\r\n',
      'content one byte over the limit': 'ab\r\nabcd\r\n',
      'an end inside the delimiter, within the limit, is truncated': 'abc\r',
      'the same, beyond the limit': 'abcd\r',
    },
  },
  {
    configuration: { delimiter: [text('\r\n'), text('\0')], maxFrameLength: 2, oversize: 'skip', atEnd: 'drop' },
    streams: {
      'a frame over the limit is dropped, its delimiter with it': 'ab\r\nabc\r\nc\0',
      'an end inside a dropped frame': 'ab\0abcdef',
      'an end without delimiter is dropped': 'ab\0c',
    },
  },
  {
    configuration: { delimiter: [text('a'), text('ab'), text('abcd')], atEnd: 'emit' },
    streams: {
      'the longest of three is swallowed, in whatever pieces': 'xabcdyabz',
      'the beginning of a longer delimiter is content': 'xabcyabc',
    },
  },
  {
    configuration: { delimiter: [text('\r'), text('\n'), text('\r\n')], maxFrameLength: 2, oversize: 'skip' },
    streams: { 'what is dropped counts the shorter delimiter': 'abc\r\nab\r\nabcd\n' },
  },
  {
    configuration: { delimiter: [text('\r'), text('\r\n')], stripDelimiter: false, atEnd: 'drop' },
    streams: { 'a frame keeps the longest': 'a\r\nb\rc\r\n' },
  },
  {
    configuration: { delimiter: [text('abc'), text('b')] },
    streams: { 'the earliest wins, though another one ends before': 'xabcxabx', 'an end inside it': 'xab' },
  },
  {
    configuration: { delimiter: [text('\x1e')], delimiterAt: 'start' },
    streams: {
      'JSON text sequences (RFC 7464)': '\x1e[1]\n\x1e"a"\n',
      'empty frames': '\x1e\x1e\x1e',
      'bytes before the first delimiter': 'x\x1ea',
    },
  },
  {
    configuration: { delimiter: [text('$_'), text('$')], delimiterAt: 'start', maxFrameLength: 2, oversize: 'skip' },
    streams: {
      'a frame over the limit is dropped with its delimiter': '$_ab$abc$_abcd$',
      'an end inside one': '$a$abcd',
    },
  },
  {
    configuration: { delimiter: [text('$_')], delimiterAt: 'start', stripDelimiter: false, atEnd: 'error' },
    streams: { 'a last frame is cut short': '$_a$_b', 'half a delimiter at the start': '$' },
  },
])

const markers = file('markers', oracles.markers, [
  {
    configuration: { start: text('\x02'), end: text('\x03') },
    streams: {
      'STX and ETX': '\x02ab\x03\x02\x03',
      'the start marker is content': '\x02a\x02b\x03',
      'bytes outside': '\x02a\x03\r\n\x02b\x03',
      'an end inside a frame': '\x02a\x03\x02b',
    },
  },
  {
    configuration: { start: text('\x0b'), end: text('\x1c\r') },
    streams: { 'MLLP: half an end marker is content': '\x0bMSH|a\r\x1cb\x1c\x1c\r' },
  },
  {
    configuration: { start: text('<<'), end: text('>>'), outside: 'skip', maxFrameLength: 3, oversize: 'skip' },
    streams: {
      'bytes outside are gaps': 'x<<<a>>yz<<b>>>',
      'a frame over the limit is dropped with its markers': '<<abcd>><<abc>>',
      'an end inside a start marker': '<<a>>x<',
    },
  },
])

const lines = file('lines', oracles.lines, [
  {
    configuration: { ending: 'any' },
    streams: { 'CR, LF and CRLF': 'a\rb\nc\r\n\r\n\n\rd', 'a last CR ends a line': 'a\r' },
  },
  { configuration: { ending: 'any', stripDelimiter: false }, streams: { 'lines with their endings': 'a\rb\nc\r\nd' } },
  { configuration: { stripDelimiter: false }, streams: { 'LF and CRLF, kept': 'a\r\nb\n\rc' } },
  {
    configuration: {},
    streams: {
      'LF and CRLF': 'a\nb\r\n\nc\n',
      'a lone CR is data': '\ra\r\r\nb\rc',
      'a last line without ending': 'a\nb',
      'a last CR is data': 'a\nb\r',
    },
  },
  { configuration: { ending: 'lf' }, streams: { 'a CR is data': 'a\r\nb\n' } },
  {
    configuration: { ending: 'crlf' },
    streams: {
      'CRLF alone': 'a\r\n\r\nb\r\n',
      'a bare LF': 'a\r\nb\nc\r\n',
      'a bare CR': 'a\r\nb\rc\r\n',
      'a last CR': 'a\r\nb\r',
    },
  },
  {
    configuration: { maxFrameLength: 3, atEnd: 'error' },
    streams: {
      'a CR that may belong to the ending is no content': 'abc\r\nd',
      'a line of one byte over the limit': 'abc\nabcd\n',
      'an end after the CR': 'abc\r',
    },
  },
  {
    configuration: { maxFrameLength: 3, oversize: 'skip', atEnd: 'drop' },
    streams: { 'long lines are dropped': 'ab\nabcd\r\nc\nrest', 'an end inside a dropped line': 'ab\nabcdefg' },
  },
])

const textLines = file('textLines', oracles.textLines, [
  {
    configuration: {},
    streams: {
      'characters of every length': 'aé€😀\nb\r\n',
      'U+2028, U+2029 and U+0085 are text': 'a\u2028b\u2029c\u0085d\n',
      'a byte order mark is text': '\uFEFFa\n',
      'malformed UTF-8': { hex: '610a62ff0a630a' },
      'an end inside a character': { hex: '610af09f' },
      'a surrogate in UTF-8': { hex: '610aeda0800a' },
    },
  },
  {
    configuration: { corrupt: 'skip', ending: 'any' },
    streams: { 'malformed lines are dropped': { hex: '610d62ff0d0ac30a630a' } },
  },
  {
    configuration: { malformed: 'replace' },
    streams: { 'malformed UTF-8 is replaced': { hex: '610a62ff630af09f0a' } },
  },
  {
    configuration: { dropBom: true },
    streams: { 'the byte order mark at the very beginning goes, no other': '\uFEFF\uFEFFa\n\uFEFFb\n' },
  },
  {
    configuration: { maxFrameLength: 4, oversize: 'skip' },
    streams: { 'the limit counts bytes': 'éé\nééé\nabcd\n' },
  },
])

const jsonLines = file('jsonLines', oracles.jsonLines, [
  {
    configuration: {},
    streams: {
      'every kind of value': '{"a":[1,null,true]}\n"é"\r\n-1.5e3\nnull\n',
      'blank lines are passed over': '1\n\n \t\r\n2\n',
      'U+2028 is text': '"a\u2028b"\n',
      'a last value without ending': '1\n2',
      'no JSON': '{"a":1}\n\n{bad}\n3\n',
      'malformed UTF-8 in a string': { hex: '310a22ff220a' },
      'a byte order mark is no JSON': '\uFEFF1\n',
    },
  },
  { configuration: { blankLines: 'error' }, streams: { 'a blank line': '1\n \n2\n' } },
  {
    configuration: { corrupt: 'skip', maxFrameLength: 8, oversize: 'skip' },
    streams: { 'bad and long lines are dropped, and told': '1\nx\n"12345678"\n2\n' },
  },
  {
    configuration: { atEnd: 'emit' },
    streams: {
      'a last line that is cut short': '{"a":1}\n{"b":[1,',
      'a last line cut inside a character': { hex: '310a22c3' },
      'a last line that is wrong': '1\n{"b":]',
      'a last line that is whole': '1\n{"b":[]}',
    },
  },
  { configuration: { dropBom: true }, streams: { 'a byte order mark at the very beginning': '\uFEFF1\n2\n' } },
  { configuration: { ending: 'crlf', atEnd: 'error' }, streams: { 'a bare LF': '1\r\n2\n', 'a cut end': '1\r\n2' } },
])

const fixedSize = file('fixedSize', oracles.fixedSize, [
  {
    configuration: { size: 3 },
    streams: { 'no byte at all': '', records: 'abcdef', 'a shorter rest': 'abcdefg' },
  },
  { configuration: { size: 3, atEnd: 'emit' }, streams: { 'a shorter last record': 'abcdefg' } },
  { configuration: { size: 3, atEnd: 'drop' }, streams: { 'a rest that is dropped': 'abcdefg' } },
  { configuration: { size: 1 }, streams: { 'records of one byte': 'abc' } },
])

const sizeByType = file('sizeByType', oracles.sizeByType, [
  {
    configuration: { sizes: { 1: 2, 2: 3 } },
    streams: {
      'records of two types': { hex: '01aa02bbbb01cc' },
      'an unknown type': { hex: '01aa03' },
      'an end inside a record': { hex: '01aa02bb' },
    },
  },
  {
    configuration: { typeOffset: 1, sizes: { 0: 2, 255: 4 } },
    streams: { 'a byte before the type': { hex: '010002ffaaaa' }, 'an end before the type': { hex: '010002' } },
  },
])

const slip = file('slip', oracles.slip, [
  {
    configuration: {},
    streams: {
      'ENDs on both sides, and pairs for END and ESC (RFC 1055)': { hex: 'c001dbdc02dbdd03c0' },
      'one END between frames, and several': { hex: '61c062c0c0c063c0' },
      'an end inside a frame': { hex: 'c061c06263' },
      'an end inside a pair': { hex: 'c061db' },
      'an ESC before another byte, with its frame': { hex: '61c0db62c063c0' },
      'an ESC before END': { hex: 'c0c061dbc0' },
    },
  },
  {
    configuration: { maxFrameLength: 2, oversize: 'skip', corrupt: 'skip' },
    streams: {
      'the limit counts content': { hex: 'dbdcdbddc0616263c0dbdc61dbddc064c0' },
      'corrupt frames are dropped, too long ones are not looked at': { hex: 'db61c0616263db61c062c0' },
      'an end inside a dropped frame': { hex: '61626364' },
    },
  },
])

const cobs = file('cobs', oracles.cobs, [
  {
    configuration: {},
    streams: {
      'the example of Cheshire and Baker, figure 3': { hex: '024501042c4c79010540064f3700' },
      'zeros, and no content at all': { hex: '0101000102110100010100010000' },
      'a longest block alone, and with the code that some encoders add': {
        hex: `ff${'07'.repeat(254)}00ff${'07'.repeat(254)}0100`,
      },
      'an end inside a frame': { hex: '0261000262' },
      'a block that is cut short': { hex: '026100056200026300' },
    },
  },
  {
    configuration: { maxFrameLength: 2, oversize: 'skip', corrupt: 'skip' },
    streams: {
      'the limit counts content': { hex: '03616200010101000261010262000461626300016100026200' },
    },
  },
])

const hdlc = file('hdlc', oracles.hdlc, [
  {
    configuration: {},
    streams: {
      'FCS-16 over "123456789", lowest byte first (RFC 1662)': { hex: '7e3132333435363738396e907e' },
      'a Configure-Request of LCP, its control characters escaped': {
        hex: '7eff7d23c0217d217d207d207d347d227d267d207d207d207d207d257d2628e54c217d277d227d287d22e1937e',
      },
      'a wrong FCS': { hex: '7e3132333435363738386e907e' },
      'an abort': { hex: '7e3132333435363738396e907d7e' },
      'a runt': { hex: '7e317e' },
      'an end inside a frame': { hex: '7e3132333435363738396e907e31' },
    },
  },
  {
    configuration: { fcs: 32, corrupt: 'skip' },
    streams: {
      'FCS-32, and a frame that is dropped for it': {
        hex: '7e3132333435363738392639f4cb7e7e3132333435363738382639f4cb7e3132333435363738392639f4cb7e',
      },
    },
  },
  {
    configuration: { fcs: 'none', maxFrameLength: 2, oversize: 'skip' },
    streams: { 'without FCS, and a frame over the limit': { hex: '7e7d5e7d5d7e6162637e7d31617e' } },
  },
])

const dotStuffed = file('dotStuffed', oracles.dotStuffed, [
  {
    configuration: {},
    streams: {
      'lines, and dots at the beginning of some': 'hi\r\n..\r\n...a\r\n.\r\n',
      'no content at all, twice': '.\r\n.\r\n',
      'no other line ending ends a message': 'a\n.\nb\r.\rc\n.\r\nd\r\n.\ne\r\n.\r\n',
      'a first dot is taken away, whatever follows it': '.a\r\n.\r\r\n.\r\n',
      'an end inside the end': 'a\r\n.\r',
    },
  },
  {
    configuration: { maxFrameLength: 4, oversize: 'skip' },
    streams: { 'the limit counts content, its last CRLF too': '..a\r\n.\r\n..ab\r\n.\r\nab\r\n.\r\n' },
  },
])

const packet = file('packet', oracles.packet, [
  {
    configuration: {
      sync: { bytes: text('AB') },
      lengthFieldLength: 1,
      lengthAdjustment: 1,
      maxFrameLength: 20,
      checksum: { algorithm: 'sum8', from: 2 },
    },
    streams: {
      'packets alone': { hex: '41420201020541420000' },
      'noise before a packet is a gap': { hex: '004102414202010205' },
      'a wrong checksum, and a good packet after it': { hex: '414202010299414202010205' },
      'a good packet inside a refused one': { hex: '41420941420201020500000000' },
      'a length out of range': { hex: '4142c8414202010205' },
      'noise at the end': { hex: '414202010205414343' },
      'an end inside a packet': { hex: '41420201020541420201' },
      'an end inside the sync bytes': { hex: '41420201020541' },
      'at the end, a good packet in what was waited for, and another one that begins': { hex: '41421041420201020541' },
    },
  },
  {
    configuration: {
      sync: { bytes: text('A') },
      lengthFieldLength: 2,
      byteOrder: 'little',
      lengthIncludes: 'frame',
      checksum: { algorithm: 'CRC-16/MODBUS', byteOrder: 'little' },
      maxFrameLength: 12,
      corrupt: 'error',
    },
    streams: {
      'no sync byte': { hex: '42' },
      'a packet without content': { hex: '4105002284' },
      'a wrong checksum': { hex: '4105000000' },
      'a packet shorter than it must be': { hex: '410400' },
      'a packet over the limit': { hex: '410d00' },
    },
  },
  {
    configuration: {
      sync: { bytes: text('@'), mask: text('p') },
      size: 4,
      checksum: { algorithm: { width: 8, poly: 7, init: 0, refin: false, refout: false, xorout: 0 }, from: 1 },
    },
    streams: { 'a size, masked sync bytes, a CRC by its parameters': { hex: '4500010700414f00004f01021bffff' } },
  },
])

const jsonValues = file('jsonValues', oracles.jsonValues, [
  {
    configuration: {},
    streams: {
      'nothing between the values': '{"a":"}"}[1,[2]]"x\\""1[]truefalse',
      'white space and commas between the values': ' 1,\n2\t{\r\n"a": 1\r\n},',
      'a number at the end is whole': '[1] 23',
      'a byte order mark': '\uFEFF1',
      'a comma before a closing bracket': '[] [1,]',
      'a missing comma inside of an array': '[1 2]',
      'a leading zero': '1 01',
      'a word that is no literal': '1 nil',
      'a byte with which no value begins': '[1]]',
      'malformed UTF-8 in a string': { hex: '312022ff22' },
      'an end inside an object': '1 {"a":',
      'an end inside a string': '"a',
      'an end inside a literal': 'tru',
      'an end inside a number': '1 -',
    },
  },
  {
    configuration: { maxDepth: 2 },
    streams: { 'a value of exactly the depth': '[{}]', 'a value that is deeper': '[[]] [[[]]]' },
  },
  {
    configuration: { maxFrameLength: 4, oversize: 'skip', corrupt: 'skip', maxDepth: 2 },
    streams: {
      'long, deep and bad values are dropped': '1 12345 [,] "abc" false,[[[]]]2',
      'a bad value without a known end': '1 x 2',
      'an end inside a dropped value': '1 "abcdef',
    },
  },
  {
    configuration: { within: 'array' },
    streams: {
      'the elements of an array': '[1, {"a":[]} ,"x",true]\n',
      'an empty array': ' [ ] ',
      'arrays one after another': '[1][2]',
      'a comma before the end': '[1,]',
      'a missing comma': '[1 2]',
      'no array': '1',
      'a value after the array': '[1]2',
      'an end after an element': '[1,"a"',
      'an end inside a number': '[1,2',
    },
  },
  {
    configuration: { within: 'array', maxFrameLength: 4, oversize: 'skip', corrupt: 'skip' },
    streams: { 'long and bad elements are dropped': '[1,12345,[,],2]' },
  },
])

// The values with RS and LF are those of RFC 7464, section 2.
const jsonSequence = file('jsonSequence', oracles.jsonSequence, [
  {
    configuration: {},
    streams: {
      'values of every kind': '\x1E{"a":[1]}\n\x1E"x"\n\x1E-1.5\n\x1Etrue\n',
      'objects, arrays and strings need no LF': '\x1E{}\x1E[]\x1E"x"',
      'RS in a row are one': '\x1E\x1E1\n\x1E\x1E\x1E[]\n',
      'white space around values': '\x1E \n[] \r\n\n\x1E 1 \r\n',
      'a number without LF before the next RS': '\x1E1\n\x1E12\x1E3\n',
      'a number without LF at the end': '\x1E1\n\x1E12',
      'an object that the next RS cuts short': '\x1E{"a":\x1E1\n',
      'bytes outside of values': '\x1E[1]2\n',
      'an end after RS': '\x1E1\n\x1E',
    },
  },
  {
    configuration: { corrupt: 'skip', maxFrameLength: 4, oversize: 'skip' },
    streams: {
      'it goes on at the next RS': 'x\x1E12\x1E{"a\x1E[,]\n\x1E[1]y\n\x1E12345\n\x1E"abcd\x1E2\n',
    },
  },
])

const pop3 = file('pop3', oracles.pop3, [
  {
    configuration: { from: 'server' },
    streams: {
      'a status line, and a body with its dots': '+OK 120 octets\r\nSubject: dots\r\n\r\n..hidden\r\n...\r\n.\r\n',
      'status lines alone, with and without text': '+OK\r\n-ERR no such message\r\n+ \r\n+\r\n',
      'an empty body': '+OK\r\n.\r\n-ERR\r\n',
      'a line that only begins like a status': '+OKAY\r\n.\r\n',
      'a dot after a bare LF, and one after a bare CR': 'a\n.\nb\r.\r\n.\r\n',
      'a status line that ends with LF': '+OK\r\n+OK b\n',
      'a CR inside a status line': '+OK a\rb\r\n',
      'an end inside a status line': '-ERR no\r',
      'an end inside what may become a status': '+OK\r\n-ER',
      'an end inside the line that ends a body': 'a\r\n.\r',
    },
  },
  {
    configuration: { from: 'server', expect: 'body' },
    streams: { 'a body that begins like a status line': '+OK is no header\r\n.\r\n-ERR\r\n.\r\n' },
  },
  {
    configuration: { from: 'server', expect: 'status' },
    streams: { 'a line without a status': '+OK\r\nSubject: a\r\n' },
  },
  {
    configuration: { from: 'server', maxFrameLength: 8 },
    streams: {
      'a body of exactly the limit': 'abc\r\n.\r\n',
      'a body one byte over the limit': '+OK abc\r\n',
      'a body whose end does not come within the limit': '+OK\r\nabcdefgh',
    },
  },
  {
    configuration: { from: 'client' },
    streams: {
      'commands in any case': 'user a\r\nPASS b c\r\nQUIT\r\n',
      'a bare LF': 'NOOP\r\nQUIT\n',
      'a bare CR': 'NOOP\rQUIT\r\n',
      'an end inside a command': 'NOOP\r',
    },
  },
])

const HEARTBEATS = {
  first: 'fe0907010100040302010203510403db5f',
  second: 'fd090000070101000000040302010203510403855e',
}

const mavlink = file('mavlink', oracles.mavlink, [
  {
    configuration: { crcExtras: { 0: 50 } },
    streams: {
      'a message in version 1 and one in version 2': { hex: HEARTBEATS.first + HEARTBEATS.second },
      'noise between messages': { hex: `00${HEARTBEATS.first}fe00fd${HEARTBEATS.second}` },
      'a wrong checksum, and a good message after it': {
        hex: HEARTBEATS.second.replace('51', '50') + HEARTBEATS.first,
      },
      'a good message inside a refused one': { hex: `fe14070101${HEARTBEATS.first}0000000000` },
      'an incompatibility flag that is unknown': {
        hex: HEARTBEATS.second.replace('fd0900', 'fd0902') + HEARTBEATS.first,
      },
      'a signed message': { hex: 'fd00010007010101000098630102030405060708090a0b0c0d' },
      'an end inside a message': { hex: HEARTBEATS.first + HEARTBEATS.second.slice(0, -2) },
      'an end inside a header, which holds a good message': { hex: `fdff00${HEARTBEATS.first}` },
    },
  },
  {
    configuration: { corrupt: 'error' },
    streams: {
      'a message whose extra is not known': { hex: HEARTBEATS.second },
      'no message': { hex: `${HEARTBEATS.first}00` },
      'an end inside a signature': { hex: 'fd0001000701010100009863010203' },
    },
  },
])

const modbusRtu = file('modbusRtu', oracles.modbusRtu, [
  {
    configuration: { from: 'client' },
    streams: {
      'requests one after the other': { hex: '1103006b0003768701100001000204000a01029230' },
      'noise between requests': { hex: '00ff1103006b0003768741' },
      'a wrong checksum, and a good request after it': { hex: '1103006b000376881103006b00037687' },
      'an end inside a request': { hex: '1103006b00037687110300' },
    },
  },
  {
    configuration: { from: 'server', corrupt: 'error', payloadLengths: { 65: 2 } },
    streams: {
      'registers and an exception': { hex: '110306ae415652434049ad0a8102b053' },
      'a function with a length of its own': { hex: '01410708523a' },
      'a function of no known length': { hex: '110306ae415652434049ad1142' },
      'a wrong checksum': { hex: '110306ae415652434049ae' },
      'an end inside a response': { hex: '110306ae41' },
    },
  },
])

/** By file name. */
export const vectorFiles: Record<string, VectorFile> = {
  'content-length.json': contentLength,
  'delimiter.json': delimiter,
  'fixed-size.json': fixedSize,
  'json-lines.json': jsonLines,
  'json-sequence.json': jsonSequence,
  'json-values.json': jsonValues,
  'length-field.json': lengthField,
  'lines.json': lines,
  'mavlink.json': mavlink,
  'markers.json': markers,
  'size-by-type.json': sizeByType,
  'text-length.json': textLength,
  'text-lines.json': textLines,
  'varint-length.json': varintLength,
  'cobs.json': cobs,
  'dot-stuffed.json': dotStuffed,
  'hdlc.json': hdlc,
  'modbus-rtu.json': modbusRtu,
  'packet.json': packet,
  'pop3.json': pop3,
  'slip.json': slip,
}

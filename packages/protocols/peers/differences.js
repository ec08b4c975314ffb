// Bytes that npm parsers read differently from our codecs: frames in the form that peers.js compares, or the code of
// our error. An error of theirs is what `make` throws.

export const differences = [
  {
    parser: '@modelcontextprotocol/sdk',
    what: 'a line that is no message: theirs throws, ours skips and reports it',
    text: 'hello\n{"id":1,"jsonrpc":"2.0","result":{}}\n',
    ours: ['{"id":1,"jsonrpc":"2.0","result":{}}'],
    theirs: 'SyntaxError',
  },
  {
    parser: 'amqplib',
    what: 'the protocol header with which a server refuses the version: theirs waits for a frame of more than 1 GB',
    text: 'AMQP\0\0\t\x01',
    ours: ['65 0 \0\0\t\x01'],
    theirs: [],
  },
  {
    parser: 'eventsource-parser',
    what: 'an event that ends with CR: theirs waits for the byte after it',
    text: 'data: a\r\r',
    ours: ['["message","a",null]'],
    theirs: [],
  },
  {
    parser: 'eventsource-parser',
    what: 'a reconnection time alone: theirs has another callback for it',
    text: 'retry: 10\n\n',
    ours: ['["message",null,null]'],
    theirs: [],
  },
  { parser: 'nats', what: 'a bare LF', text: 'PING\n', ours: 'ERR_FRAME_CORRUPT', theirs: ['PING '] },
  {
    parser: 'nats',
    what: 'a payload that is not followed by CR LF',
    text: 'MSG a 1 1\r\naXX\r\n',
    ours: 'ERR_FRAME_CORRUPT',
    theirs: ['MSG a'],
  },
  {
    parser: 'pg-protocol',
    what: 'a length that is shorter than itself',
    text: 'Z\0\0\0\x03',
    ours: 'ERR_FRAME_LENGTH_INVALID',
    theirs: [3],
  },
  {
    parser: 'redis-parser',
    what: 'RESP3, which theirs does not know',
    text: '_\r\n',
    ours: [null],
    theirs: ['Protocol error, got "_" as reply type byte'],
  },
  {
    parser: 'redis-parser',
    what: 'an integer with a letter in it',
    text: ':1x\r\n',
    ours: 'ERR_FRAME_CORRUPT',
    theirs: [82],
  },
  {
    parser: 'smtp-server',
    what: 'a bare LF, by which messages are smuggled',
    text: 'NOOP\nQUIT\r\n',
    ours: 'ERR_FRAME_CORRUPT',
    theirs: ['NOOP', 'QUIT'],
  },
  {
    parser: 'vscode-jsonrpc',
    what: 'headers that end with bare LFs: theirs waits',
    text: 'Content-Length: 2\n\n{}',
    ours: 'ERR_FRAME_CORRUPT',
    theirs: [],
  },
  {
    parser: 'ws, as a client',
    what: 'a length that is not in its shortest form, which RFC 6455 asks for',
    text: '\x81\x7e\0\x01a',
    ours: 'ERR_FRAME_LENGTH_INVALID',
    theirs: ['text a'],
  },
]

import type { FrameCodec } from '@unstick/core'
import { describe, expect, it } from 'vitest'
import { headerBlock, lengthField, textLength, varintLength, type LengthFieldOptions } from '../src/index.ts'

const bytes = (content: string): Uint8Array => new Uint8Array(Buffer.from(content, 'latin1'))

/** The error message, which must be the same for every cut. */
function messageOf(codec: FrameCodec<unknown>, stream: Uint8Array): string {
  const messages = [1, 2, 3, 5, stream.length].map((size) => {
    const decoder = codec.decoder()
    try {
      for (let at = 0; at < stream.length; at += size) Array.from(decoder.decode(stream.subarray(at, at + size)))
    } catch (error) {
      return (error as Error).message
    }
    return 'no error'
  })
  expect(new Set(messages).size).toBe(1)
  return messages[0]!
}

describe('the message for an impossible length states what the bytes may be instead', () => {
  it.each<[string, string, LengthFieldOptions]>([
    ['GET / HTTP/1.1\r\n', 'an HTTP request', {}],
    ['POST /x HTTP/1.1\r\n', 'an HTTP request', {}],
    ['DELETE /x HTTP/1.1\r\n', 'an HTTP request', { byteOrder: 'little' }],
    ['PUT /x HTTP/1.1\r\n', 'an HTTP request', { lengthFieldLength: 2, maxFrameLength: 1000 }],
    ['OPTIONS * HTTP/1.1\r\n', 'an HTTP request', { lengthFieldLength: 8 }],
    ['HTTP/1.1 200 OK\r\n', 'an HTTP response', {}],
    ['HTTP/1.1 200 OK\r\n', 'an HTTP response', { lengthFieldOffset: 1 }],
    ['SSH-2.0-OpenSSH_9.6\r\n', 'SSH', {}],
    ['\u0016\u0003\u0001\u0002\0\u0001', 'a TLS handshake', {}],
    ['\u0016\u0003\u0001\u0002\0\u0001', 'a TLS handshake', { lengthFieldLength: 3, maxFrameLength: 9999 }],
    ['EHLO example.org\r\n', 'SMTP', {}],
    ['\0\0SSH-2.0', 'SSH', { lengthFieldOffset: 2 }],
  ])('%j looks like %s to lengthField(%j)', (stream, protocol, options) => {
    const message = messageOf(lengthField(options), bytes(stream))
    expect(message).toMatch(/exceeds maxFrameLength|not an integer/)
    expect(message).toContain(`its first bytes look like those of ${protocol}`)
    expect(message).not.toContain(stream.slice(0, 8))
  })

  it('mentions the other byte order if the length would be allowed in it, whether invalid or too long', () => {
    expect(messageOf(lengthField(), bytes('\u0005\0\0\0hello'))).toBe(
      'lengthField: the frame of 83886084 bytes at offset 0 exceeds maxFrameLength (8388608 bytes); ' +
        "its length would be allowed if byteOrder were 'little'",
    )
    const little = lengthField({ byteOrder: 'little', lengthFieldLength: 8 })
    expect(messageOf(little, bytes('\0\0\0\0\0\0\0\u0005hello'))).toContain("if byteOrder were 'big'")
    const short = lengthField({ lengthFieldLength: 2, minFrameLength: 200, maxFrameLength: 1000 })
    expect(messageOf(short, bytes('\0\u0001'))).toContain("if byteOrder were 'little'")
  })

  it('has no hint if none fits, for a number of one byte, or for a length read by the caller', () => {
    expect(messageOf(lengthField(), bytes('\u00ff\u00ff\u00ff\u00ff'))).toMatch(/\(8388608 bytes\)$/)
    expect(messageOf(lengthField({ maxFrameLength: 9, lengthFieldLength: 1 }), bytes('G'))).toMatch(/\(9 bytes\)$/)
    const own = lengthField({ readLength: () => 2 ** 40 })
    expect(messageOf(own, bytes('\u0005\0\0\0hello'))).toMatch(/\(8388608 bytes\)$/)
  })

  it('has hints for varints, digits and headers as well', () => {
    const mqtt = varintLength({ lengthFieldOffset: 1, maxFrameLength: 60 })
    expect(messageOf(mqtt, bytes('GET / HTTP/1.1'))).toContain('an HTTP request')
    expect(messageOf(textLength({ radix: 16 }), bytes('DELETE / HTTP/1.1'))).toContain('an HTTP request')
    expect(messageOf(headerBlock(), bytes('GET / HTTP/1.1\r\n'))).toContain('an HTTP request')
    expect(messageOf(headerBlock(), bytes('X: y\r\n\r\n'))).toBe('headerBlock: no Content-Length')
  })
})

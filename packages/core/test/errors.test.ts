import { describe, expect, it } from 'vitest'
import { FrameError, frameTooLong, isFrameError } from '../src/index.ts'

describe('FrameError', () => {
  it('is an Error with its own name, a code, and only known details', () => {
    const error = new FrameError('ERR_FRAME_CORRUPT', 'mine')
    expect(error).toBeInstanceOf(Error)
    expect(String(error)).toBe('FrameError: mine')
    expect(Object.keys(error)).toEqual(['code'])
    const cause = new TypeError('yours')
    const details = { offset: 0, frameLength: 0, maxFrameLength: 0, cause }
    expect(new FrameError('ERR_FRAME_TOO_LONG', '', details)).toMatchObject({ code: 'ERR_FRAME_TOO_LONG', ...details })
  })

  it('has a cause if one is given, even undefined', () => {
    expect('cause' in new FrameError('ERR_FRAME_CORRUPT', '', { cause: undefined })).toBe(true)
    expect('cause' in new FrameError('ERR_FRAME_CORRUPT', '', { offset: 1 })).toBe(false)
  })

  it('is recognised by isFrameError, and nothing else is', () => {
    const error = new FrameError('ERR_FRAME_CORRUPT', '')
    expect(isFrameError(error)).toBe(true)
    expect(isFrameError(error, 'ERR_FRAME_CORRUPT')).toBe(true)
    expect(isFrameError(error, 'ERR_FRAME_TOO_LONG')).toBe(false)
    for (const other of [undefined, null, 'ERR_FRAME_CORRUPT', 1, {}, new Error('ERR_FRAME_CORRUPT'), FrameError]) {
      expect(isFrameError(other)).toBe(false)
    }
  })
})

describe('a frame that is too long', () => {
  it('gives the known length, offset, limit and advice', () => {
    expect(frameTooLong('lines', 12, 10, 7, 'the bytes spell HTTP')).toMatchObject({
      code: 'ERR_FRAME_TOO_LONG',
      message: 'lines: the frame of 12 bytes at offset 7 exceeds maxFrameLength (10 bytes); the bytes spell HTTP',
      offset: 7,
      frameLength: 12,
      maxFrameLength: 10,
    })
    const error = frameTooLong('lines', Infinity, 10)
    expect(error.message).toBe('lines: the frame exceeds maxFrameLength (10 bytes)')
    expect(Object.keys(error)).toEqual(['code', 'maxFrameLength'])
  })
})

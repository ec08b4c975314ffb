import { describe, expect, it } from 'vitest'
import { codecName, defineCodec, mapCodec, type FrameCodec } from '../src/index.ts'

const single: FrameCodec = defineCodec({ name: 'single', maxFrameLength: 1, find: 1 })

describe('codecName', () => {
  it('is the name that a codec has in error messages, also under a mapping', () => {
    expect(codecName(single)).toBe('single')
    expect(codecName(mapCodec(single, { decode: String }))).toBe('single')
  })

  it('is undefined for a codec that core did not make', () => {
    expect(codecName({ decoder: () => undefined })).toBeUndefined()
  })
})

import { describe, expect, it } from 'vitest'
import { codecName, defineCodec, mapCodec, type FrameCodec } from '../src/index.ts'

const single: FrameCodec = defineCodec({ name: 'single', maxFrameLength: 1, find: 1 })

describe('codecName', () => {
  it('is the name of a codec in error messages, even under a mapping', () => {
    expect(codecName(single)).toBe('single')
    expect(codecName(mapCodec(single, { decode: String }))).toBe('single')
  })

  it('is undefined for a codec not made by core', () => {
    expect(codecName({ decoder: () => undefined })).toBeUndefined()
  })
})

import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import wabt from 'wabt'

it('is the compiled form of line-block.wat', async () => {
  const assembler = await wabt()
  const text = readFileSync(new URL('../src/line-block.wat', import.meta.url), 'utf8')
  const { buffer } = assembler.parseWat('line-block.wat', text, { simd: true }).toBinary({})
  await expect(`// Made of line-block.wat by \`npm run wasm\`; do not edit.

export const LINE_BLOCK_WASM: string =
  '${Buffer.from(buffer).toString('base64')}'
`).toMatchFileSnapshot('../src/line-block-wasm.ts')
})

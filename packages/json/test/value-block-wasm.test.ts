import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import wabt from 'wabt'

it('is the compiled form of value-block.wat', async () => {
  const assembler = await wabt()
  const text = readFileSync(new URL('../src/value-block.wat', import.meta.url), 'utf8')
  const { buffer } = assembler.parseWat('value-block.wat', text, { simd: true }).toBinary({})
  await expect(`// Made of value-block.wat by \`npm run wasm\`; do not edit.

export const VALUE_BLOCK_WASM: string =
  '${Buffer.from(buffer).toString('base64')}'
`).toMatchFileSnapshot('../src/value-block-wasm.ts')
})

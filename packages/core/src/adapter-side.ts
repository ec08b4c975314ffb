// What stream adapters ask of a codec beyond the contract.

import { definitionOf } from './complete-definition.ts'

/** The codec's name in error messages; undefined for a codec that was not made by core. */
export function codecName(codec: object): string | undefined {
  return (codec as { [definitionOf]?: { name: string } })[definitionOf]?.name
}

// What stream adapters ask of codecs beside the contract.
//
// A codec that was not made by core has none of this: the answers are then undefined.

import { definitionOf } from './complete-definition.ts'

/** The codec's name in error messages. */
export function codecName(codec: object): string | undefined {
  return (codec as { [definitionOf]?: { name: string } })[definitionOf]?.name
}

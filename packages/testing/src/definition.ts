// The definition of a codec made by `defineCodec`. Other codecs have none.

import type { CodecDefinition, FindFrame, FrameCodec } from '@unstick/core'

/** The symbol, in the global registry, under which core keeps the definition of a codec. */
const DEFINITION: symbol = Symbol.for('unstick.definition')

type Definition = { find: FindFrame } & Required<Pick<CodecDefinition, 'oversize' | 'corrupt' | 'atEnd' | 'overhead'>> &
  Pick<CodecDefinition, 'findAtEnd'> & { createConversion: () => { find: FindFrame | undefined } }

export function definitionOf(codec: object): Definition | undefined {
  return (codec as { [DEFINITION]?: Definition })[DEFINITION as never]
}

/** Whether one pure function finds the frames: `chooseCodec` makes finders per decoder. */
export function hasOneFinder(definition: Definition): boolean {
  return definition.createConversion().find === undefined
}

/** The same codec with its finders wrapped. */
export function withFinder<Codec extends FrameCodec<never>>(
  codec: Codec,
  definition: Definition,
  around: (find: FindFrame) => FindFrame,
): Codec {
  const { find, findAtEnd } = definition
  // Wrap equal finders only once: core calls the finder again at the end if they differ.
  const wrapped = around(find)
  const wrappedAtEnd = findAtEnd === undefined || findAtEnd === find ? findAtEnd && wrapped : around(findAtEnd)
  const changed = { ...definition, find: wrapped, findAtEnd: wrappedAtEnd }
  return Object.create(codec, { [DEFINITION]: { value: changed } }) as Codec
}

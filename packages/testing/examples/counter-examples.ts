// The counter-examples of the laws, as text. The seed is fixed, since the documentation shows these lines.

import { LawError, type Law } from '../src/index.ts'

/** The name of each law with its counter-example, or 'kept'. */
export async function counterExamples(laws: readonly Law[]): Promise<string> {
  const results: string[] = []
  for (const law of laws) {
    try {
      await law.run({ seed: 1 })
      results.push(`kept: ${law.name}`)
    } catch (error) {
      if (!(error instanceof LawError)) throw error
      results.push(error.message)
    }
  }
  return results.join('\n')
}

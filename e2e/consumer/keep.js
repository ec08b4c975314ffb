import { isUntried } from './tools/fuzz/untried.js'

/** Runs the laws, and returns how many were kept. */
export async function keep(laws, parameters) {
  let kept = 0
  for (const law of laws) {
    try {
      await law.run(parameters)
      kept++
    } catch (error) {
      if (!isUntried(error)) throw error
    }
  }
  return kept
}

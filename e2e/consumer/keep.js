/** What is said of a law that no input was about: a few runs do not try every law of every option. */
const UNTRIED = 'an input to try the law with'

/** Runs the laws, and returns how many were kept. */
export async function keep(laws, parameters) {
  let kept = 0
  for (const law of laws) {
    try {
      await law.run(parameters)
      kept++
    } catch (error) {
      if (!error.message.includes(UNTRIED)) throw error
    }
  }
  return kept
}

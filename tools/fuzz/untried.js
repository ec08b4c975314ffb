/** Whether a law failed only for lack of inputs: random options and few runs do not give inputs for every law. */
export function isUntried(error) {
  return error.message.includes('an input to try the law with')
}

/** Whether a law failed since no input was about it: random options and few runs do not give one for every law. */
export function isUntried(error) {
  return error.message.includes('an input to try the law with')
}

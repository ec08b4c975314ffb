// The measuring process: says that it has started, then answers its parent's questions, one at a time.

import { Answering, type Request } from './answering.ts'

const answering = new Answering()
process.on('message', (request: Request) => {
  void answering.answer(request).then((answer) => process.send?.(answer))
})
// Nobody asks any more.
process.on('disconnect', () => process.exit())
process.send?.('started')

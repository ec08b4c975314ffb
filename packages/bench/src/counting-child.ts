// The process that counts work. What it counts must be loaded after counting has begun.

import { countingWork } from './work.ts'

const workDone = countingWork()
void import('./answering.ts').then(({ Answering, serve }) => serve(new Answering(workDone)))

// The measuring process.

import { Answering, serve } from './answering.ts'

serve(new Answering())

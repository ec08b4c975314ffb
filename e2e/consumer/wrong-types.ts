import { connect } from 'node:net'
import { textLines } from '@unstick/delimiter'
import { framed } from '@unstick/stream'

framed(connect(1), textLines()).write(123)

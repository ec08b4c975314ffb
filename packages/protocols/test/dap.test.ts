import { dap } from '../src/dap.ts'
import { testContentLengthJson } from './content-length-json.ts'

testContentLengthJson('dap', dap)

import { lsp } from '../src/lsp.ts'
import { testContentLengthJson } from './content-length-json.ts'

testContentLengthJson('lsp', lsp)

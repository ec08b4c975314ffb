import { readdirSync } from 'node:fs'
import { library } from '../../tsup.shared.ts'

// A subpath for each preset, so that one protocol costs no other.
const presets = readdirSync('src').filter((name) => name.endsWith('.ts'))

export default library({ entry: presets.map((name) => `src/${name}`) })

import { library } from '../../tsup.shared.ts'

// A subpath for each preset, so that one protocol costs no other.
export default library({ entry: ['src/*.ts'] })

import { library } from '../../tsup.shared.ts'

export default library({ entry: ['src/index.ts', 'src/web.ts'], platform: 'node' })

import { library } from '../../tsup.shared.ts'

export default library({ platform: 'node', entry: ['src/index.ts', 'src/web.ts', 'src/recording.ts'] })

import { library } from '../../tsup.shared.ts'

// The peers are for whoever has them: they are imported where they are installed, never bundled.
export default library({
  entry: ['src/index.ts', 'src/child.ts', 'src/counting-child.ts'],
  platform: 'node',
  shims: true,
  skipNodeModulesBundle: true,
})

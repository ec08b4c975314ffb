import { library } from '../../tsup.shared.ts'

export default library({
  entry: ['src/index.ts', 'src/bin.ts'],
  platform: 'node',
  // The command is installed as one package: what it needs of its siblings is part of it. Their versions are the same.
  noExternal: [/^@unstick\/(?!bench$)/],
  external: ['@unstick/bench'],
  // For a command, maps would be half of what is installed.
  sourcemap: false,
})

import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { commands } from '../src/commands.ts'
import { paintFor } from '../src/colors.ts'
import { readArguments } from '../src/flags.ts'
import { helpOf, overview } from '../src/help.ts'
import { natural, integer } from '../src/flag-values.ts'
import { unstick } from './unstick.ts'

describe('the arguments', () => {
  const names = commands.map(({ name }) => name)

  it.each(names)('%s --help prints usage and every flag, and exits 0', async (name) => {
    const { code, out, err } = await unstick([name, '--help'])
    expect([code, err]).toEqual([0, ''])
    expect(out).toContain(`Usage: unstick ${name}`)
    for (const flag of Object.values(commands.find((one) => one.name === name)!.flags).flat()) {
      expect(out).toContain(`--${flag.name}`)
    }
  })

  it.each([['--help'], ['-h'], ['help']])('%s lists the commands', async (flag) => {
    const { code, out } = await unstick([flag])
    expect(code).toBe(0)
    for (const name of names) expect(out).toContain(`\n  ${name} `)
  })

  it.each([
    [40, 40],
    [80, 80],
    [200, 100],
    [undefined, 100],
  ])('--help in a terminal of %s columns has no line longer than %i but usage and flags', (columns, width) => {
    const screen = columns === undefined ? {} : { columns }
    for (const text of [overview(commands, screen), ...commands.map((command) => helpOf(command, screen))]) {
      // Usage and a flag with its value, such as `--corrupt <error|skip|resync>`, are never broken.
      const isLong = (line: string) => line.length > width && !/^Usage: |^ *(--\S+ )?\S+$/.test(line)
      expect(text.split('\n').filter(isLong)).toEqual([])
    }
  })

  it('help COMMAND is COMMAND --help, and --help works even with other wrong arguments', async () => {
    const { out } = await unstick(['decode', '--help'])
    expect((await unstick(['help', 'decode'])).out).toBe(out)
    expect((await unstick(['decode', '--nonsense', '-h'])).out).toBe(out)
  })

  it('--version prints the version of the package', async () => {
    const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
      version: string
    }
    expect(await unstick(['--version'])).toEqual({ code: 0, out: `${version}\n`, err: '' })
  })

  it('no command is misuse, and lists the commands', async () => {
    const { code, out, err } = await unstick([])
    expect([code, out]).toEqual([2, ''])
    expect(err).toContain('decode')
  })

  it.each([
    [['decoed'], 'there is no command decoed; did you mean decode?'],
    [['decode', '--line'], 'unknown flag --line; did you mean --lines?'],
    [['decode', '--lines=yes'], '--lines takes no value'],
    [['decode', '--fixed-size'], '--fixed-size needs a value'],
    [['decode', '--fixed-size', '1', '--fixed-size', '2'], '--fixed-size is given more than once'],
    [['decode', '--fixed-size', '1', '--limit', '-1'], '--limit must not be negative, received "-1"'],
    [
      ['decode', '--size-by-type', '0:8:9'],
      '--size-by-type must be types and sizes such as 0:8,1:12, received "0:8:9"',
    ],
    [['decode', '--size-by-type', '0'], '--size-by-type must be types and sizes such as 0:8,1:12, received "0"'],
    [['guess', '--top', '0'], '--top must be at least 1, received "0"'],
    [['tap', '--connections', '0'], '--connections must be at least 1, received "0"'],
    [['decode', '--fixed-size', '1', '--as', 'xml'], '--as must be hex, text or json, received "xml"'],
    [['decode', '--fixed-size', '1', 'a', 'b'], 'unexpected argument b'],
    [['demo', 'x'], 'unexpected argument x'],
  ])('%j: misuse exits 2 and prints the reason in one line', async (args, message) => {
    const { code, out, err } = await unstick(args)
    expect([code, out]).toEqual([2, ''])
    expect(err).toMatch(/^unstick: [^\n]*\n$/)
    expect(err).toContain(message)
  })

  it('values may be negative, follow =, and be repeated if the flag allows it', () => {
    const flags = [
      { name: 'add-up', value: 'n', description: '', parse: integer },
      { name: 'each', value: 'n', description: '', parse: natural, isMultiple: true as const },
      { name: 'some', value: 'n', description: '', parse: natural, default: 7 },
    ]
    expect(readArguments(['--add-up', '-4', '--each=1', 'x', '--each', '2', '--', '--each'], flags)).toEqual({
      values: { addUp: -4, each: [1, 2], some: 7 },
      positionals: ['x', '--each'],
    })
  })

  it.each([
    [true, {}, true],
    [false, {}, false],
    [true, { NO_COLOR: '1' }, false],
    [true, { TERM: 'dumb' }, false],
    [false, { FORCE_COLOR: '1' }, true],
  ])('colours: on a terminal %s, environment %j: %s', (isTTY, env, isOn) => {
    expect(paintFor({ isTTY }, env)('red', 'x') !== 'x').toBe(isOn)
  })
})

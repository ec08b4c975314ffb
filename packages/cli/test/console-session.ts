// Runs a shell session from a page of the documentation.

import { writeFileSync } from 'node:fs'
import { expect } from 'vitest'
import { unstick } from './unstick.ts'

/** The session, with the output of its commands in `folder`. */
export async function printedBySession(session: string, folder: string): Promise<string> {
  const before = process.cwd()
  process.chdir(folder)
  try {
    const printed: string[] = []
    for (const line of session.split('\n').filter((one) => one.startsWith('$ '))) {
      printed.push(`${line}\n`, await printedByLine(line.slice(2)))
    }
    return printed.join('')
  } finally {
    process.chdir(before)
  }
}

/** The output of a shell line. Supports the lines on pages: printf into a file or a command, and unstick. */
async function printedByLine(line: string): Promise<string> {
  const [, content, target, rest] = /^(?:printf '(.*?)' ([|>]) )?(.*)$/.exec(line)!
  const bytes = Buffer.from(unescaped(content ?? ''), 'latin1')
  if (target === '>') {
    writeFileSync(rest!, bytes)
    return ''
  }
  const [command, ...args] = rest!.match(/'[^']*'|\S+/g)!.map((word) => word.replaceAll("'", ''))
  expect(command).toBe('unstick')
  const { out, err } = await unstick(args, bytes)
  return out + err
}

/** Replaces the escapes of printf. */
function unescaped(content: string): string {
  const controls: Record<string, string> = { n: '\n', r: '\r' }
  return content.replaceAll(/\\(?:([0-7]{3})|([nr]))/g, (_, octal: string | undefined, control: string) =>
    octal === undefined ? controls[control]! : String.fromCharCode(Number.parseInt(octal, 8)),
  )
}

// Tables of aligned columns.

const GAP = '  '

/** Aligns the first columns to the left, and numbers to the right. Colours do not count as width. */
export function table(head: string[], rows: string[][]): string {
  const all = [head, ...rows]
  const widths = head.map((_, column) => Math.max(...all.map((row) => widthOf(row[column] ?? ''))))
  const isNumeric = head.map((_, column) => rows.length > 0 && rows.every((row) => /^[\d.,]*$/.test(row[column] ?? '')))
  const lines = all.map((row) =>
    row
      .map((cell, column) => {
        const space = ' '.repeat(widths[column]! - widthOf(cell))
        return isNumeric[column] ? space + cell : cell + space
      })
      .join(GAP)
      .trimEnd(),
  )
  lines.splice(1, 0, widths.map((width) => '-'.repeat(width)).join(GAP))
  return `${lines.join('\n')}\n`
}

function widthOf(cell: string): number {
  // oxlint-disable-next-line no-control-regex -- colours are control sequences
  return cell.replaceAll(/\u001B\[\d+m/g, '').length
}

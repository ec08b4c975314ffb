// The tables of the automaton, made once per codec.

export const ROOT = 0

/** A match, as decided by one byte: which delimiter comes first, and where. */
export interface Match {
  /** How many bytes before the next byte it begins. */
  readonly back: number
  readonly length: number
  /** The inner node from which it may grow into a longer delimiter, or `ROOT`. */
  readonly state: number
}

export interface AutomatonTables {
  /** The class of each byte. Bytes that are in no delimiter share one, so that rows are short. */
  readonly classOf: Uint16Array
  readonly classes: number
  /** A row of `classes` steps for each node: the next node, or `~index` of a match. */
  readonly next: Int32Array
  readonly depth: Int32Array
  /** The number of outer nodes, which come first. */
  readonly outer: number
  /** For each inner node, the length of the longest delimiter on its path. */
  readonly matched: Int32Array
  readonly matches: readonly Match[]
  /** For each outer node, the first delimiter inside its bytes, for the end of the stream. */
  readonly lastMatch: readonly (Match | undefined)[]
}

/** The delimiters as a tree, one byte per level. */
interface Node {
  /** Indexed by the class of their byte. */
  readonly children: Map<number, Node>
  readonly depth: number
  isEnd: boolean
  /** The row. A leaf has none. */
  index: number
}

/** The first delimiter inside the bytes of an outer node, at `offset`. */
interface Held {
  readonly offset: number
  readonly length: number
  readonly state: number
}

export function automatonTables(delimiters: readonly Uint8Array[]): AutomatonTables {
  const { classOf, classes } = classesOf(delimiters)
  const { outer, inner } = nodesOf(treeOf(delimiters, classOf))
  const nodes = [...outer, ...inner]
  const next = new Int32Array(nodes.length * classes)
  const matches = new MatchList()

  // Where the search continues if a byte leads to no child: at the longest suffix of the node's bytes that is a node.
  const fallback = new Int32Array(outer.length)
  const held: (Held | undefined)[] = []

  /** The step for a byte that leads to no child. */
  function stepBack({ index, depth }: Node, byteClass: number): number {
    const step = next[fallback[index]! * classes + byteClass]!
    const waiting = held[index]
    const back = step < 0 ? matches.of(step).back : nodes[step]!.depth
    // It was held back by a longer delimiter that began before it, and is ruled out now.
    return waiting !== undefined && waiting.offset + back <= depth + 1
      ? matches.step({ ...waiting, back: depth + 1 - waiting.offset })
      : step
  }

  /** The step to a child that is an outer node. */
  function stepDown(node: Node, byteClass: number, child: Node): number {
    const step = next[fallback[node.index]! * classes + byteClass]!
    const candidates = [held[node.index]]
    if (step < 0) {
      const { back, length, state } = matches.of(step)
      candidates.push({ offset: child.depth - back, length, state })
    } else {
      fallback[child.index] = step
      const further = held[step]
      if (further !== undefined) {
        candidates.push({ ...further, offset: child.depth - nodes[step]!.depth + further.offset })
      }
    }
    held[child.index] = candidates.filter((each) => each !== undefined).toSorted((a, b) => a.offset - b.offset)[0]
    return child.index
  }

  for (const node of nodes) {
    for (let byteClass = 0; byteClass < classes; byteClass++) {
      const child = node.children.get(byteClass)
      const at = node.index * classes + byteClass
      if (child === undefined) next[at] = node.index < outer.length ? stepBack(node, byteClass) : ROOT
      else if (isLeaf(child)) next[at] = matches.step({ back: child.depth, length: child.depth, state: ROOT })
      else if (node.index >= outer.length) next[at] = child.index
      else if (child.isEnd) next[at] = matches.step({ back: child.depth, length: child.depth, state: child.index })
      else next[at] = stepDown(node, byteClass, child)
    }
  }
  return {
    classOf,
    classes,
    next,
    depth: Int32Array.from(nodes, (node) => node.depth),
    outer: outer.length,
    matched: matchedLengths(nodes),
    matches: matches.list,
    lastMatch: outer.map(({ index, depth }) => {
      const last = held[index]
      return last && { ...last, back: depth - last.offset }
    }),
  }
}

class MatchList {
  readonly list: Match[] = []
  private readonly indexes = new Map<string, number>()

  /** The step that represents the match. Equal matches share it. */
  step({ back, length, state }: Match): number {
    const key = `${back} ${length} ${state}`
    const known = this.indexes.get(key)
    if (known !== undefined) return ~known
    const index = this.list.push({ back, length, state }) - 1
    this.indexes.set(key, index)
    return ~index
  }

  of(step: number): Match {
    return this.list[~step]!
  }
}

function classesOf(delimiters: readonly Uint8Array[]): { classOf: Uint16Array; classes: number } {
  const classOf = new Uint16Array(256)
  let classes = 1
  for (const byte of new Set(delimiters.flatMap((each) => [...each]))) classOf[byte] = classes++
  return { classOf, classes }
}

function treeOf(delimiters: readonly Uint8Array[], classOf: Uint16Array): Node {
  const root = newNode(0)
  for (const delimiter of delimiters) {
    let node = root
    for (const byte of delimiter) {
      const byteClass = classOf[byte]!
      const child = node.children.get(byteClass) ?? newNode(node.depth + 1)
      node.children.set(byteClass, child)
      node = child
    }
    node.isEnd = true
  }
  return root
}

function newNode(depth: number): Node {
  return { children: new Map(), depth, isEnd: false, index: -1 }
}

function isLeaf(node: Node): boolean {
  return node.children.size === 0
}

/** The nodes that have a row, in the order of their rows: outer nodes first, then inner ones, each by depth. */
function nodesOf(root: Node): { outer: Node[]; inner: Node[] } {
  const outer = [root]
  const inner: Node[] = []
  for (const node of outer) {
    for (const child of node.children.values()) {
      if (!child.isEnd) outer.push(child)
      else if (!isLeaf(child)) inner.push(child)
    }
  }
  for (const node of inner) inner.push(...[...node.children.values()].filter((child) => !isLeaf(child)))
  for (const [index, node] of [...outer, ...inner].entries()) node.index = index
  return { outer, inner }
}

function matchedLengths(nodes: readonly Node[]): Int32Array {
  const matched = new Int32Array(nodes.length)
  for (const node of nodes) {
    if (node.isEnd) matched[node.index] = node.depth
    for (const child of node.children.values()) {
      if (child.index !== -1) matched[child.index] = matched[node.index]!
    }
  }
  return matched
}

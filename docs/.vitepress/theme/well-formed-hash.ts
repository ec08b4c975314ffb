// VitePress decodes the fragment of each URL, and shows nothing if that throws, as for a link that was cut off in `%C3`.

/** Replaces a malformed fragment before VitePress reads it, also when the user changes the URL. */
export function keepHashWellFormed(): void {
  for (const event of ['popstate', 'hashchange']) addEventListener(event, repairHash, { capture: true })
  repairHash()
}

function repairHash(): void {
  try {
    decodeURIComponent(location.hash)
  } catch {
    // Reads any text, and writes what can be decoded.
    history.replaceState(history.state, '', `#${new URLSearchParams(location.hash.slice(1)).toString()}`)
  }
}

// Base64, in both alphabets: browsers that lack Uint8Array.fromBase64 are still in use.

/** @throws {SyntaxError} The text is not base64. */
export function bytesOfBase64(text: string): Uint8Array<ArrayBuffer> {
  const digits = text.replaceAll(/\s/g, '').replaceAll('-', '+').replaceAll('_', '/')
  let binary: string
  try {
    binary = atob(digits)
  } catch (cause) {
    throw new SyntaxError('this is not base64', { cause })
  }
  return Uint8Array.from(binary, (char) => char.charCodeAt(0))
}

export function base64Of(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))
}

/** With the alphabet that URLs leave alone, and without padding. */
export function base64UrlOf(bytes: Uint8Array): string {
  return base64Of(bytes).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}

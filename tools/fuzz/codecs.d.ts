export const codecNames: readonly string[]

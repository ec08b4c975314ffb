// What `console.log` prints of decoders and codecs in Node.

/**
 * Makes `console.log` in Node print an instance as `describe` says, in one line and without bytes. Returns the class, so
 * that the call can be marked as pure: bundlers then leave out a class that is not used.
 */
export function inspectable<Class extends { prototype: object }>(
  printed: Class,
  describe: (instance: Class['prototype']) => string,
): Class {
  Object.defineProperty(printed.prototype, Symbol.for('nodejs.util.inspect.custom'), {
    value(this: Class['prototype']): string {
      return describe(this)
    },
  })
  return printed
}

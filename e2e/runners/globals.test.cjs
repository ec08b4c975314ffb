// For jest and mocha, whose functions are globals.
/* global describe, it */
require('./kit.cjs').register(describe, it)

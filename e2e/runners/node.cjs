const { describe, it } = require('node:test')

require('./kit.cjs').register(describe, it)

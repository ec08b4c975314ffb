;; Finds the arrays and objects in a block of JSON text, 64 bytes a step. `npm run wasm` makes value-block-wasm.ts of it.
;;
;; The block lies at memory[0, $to), with 63 bytes after it that may be anything. It begins inside $level brackets. Of each
;; array or object right inside $level brackets, two i32 are written from $found on: where it starts and where it ends, as
;; places in memory plus $base. It stops at $foundEnd; where more than $maxDepth brackets are open; at a closing bracket
;; without an opening one; and at a backslash outside a string. Any closing bracket closes any opening one. What lies between
;; arrays and objects is not examined, except that strings are skipped.
;;
;; Returns the length in bytes of what was written.
;;
;; The bits of strings and escapes are found as in simdjson (Langdale and Lemire 2019, arXiv:1902.08318, section 3.1).
(module
  (memory (export "memory") 1)

  ;; A bit for each of 64 bytes: whether it is $byte.
  (func $equal (param $a v128) (param $b v128) (param $c v128) (param $d v128) (param $byte i32) (result i64)
    (local $sought v128)
    (local.set $sought (i8x16.splat (local.get $byte)))
    (i64.or
      (i64.or
        (i64.extend_i32_u (i8x16.bitmask (i8x16.eq (local.get $a) (local.get $sought))))
        (i64.shl (i64.extend_i32_u (i8x16.bitmask (i8x16.eq (local.get $b) (local.get $sought)))) (i64.const 16)))
      (i64.or
        (i64.shl (i64.extend_i32_u (i8x16.bitmask (i8x16.eq (local.get $c) (local.get $sought)))) (i64.const 32))
        (i64.shl (i64.extend_i32_u (i8x16.bitmask (i8x16.eq (local.get $d) (local.get $sought)))) (i64.const 48)))))

  (func (export "findNested")
    (param $to i32) (param $base i32) (param $level i32) (param $maxDepth i32)
    (param $found i32) (param $foundEnd i32)
    (result i32)
    (local $a v128) (local $b v128) (local $c v128) (local $d v128) (local $case v128)
    (local $at i32) (local $step i32) (local $place i32) (local $start i32) (local $depth i32) (local $next i32)
    (local $backslashes i64) (local $odd i64) (local $sum i64) (local $after i64) (local $isEscaped i64)
    (local $strings i64) (local $inString i64)
    (local $opening i64) (local $brackets i64) (local $lowest i64)
    (local.set $depth (local.get $level))
    (local.set $next (local.get $found))
    (block $done
      (loop $steps
        (br_if $done (i32.ge_u (local.get $at) (local.get $to)))
        (local.set $a (v128.load (local.get $at)))
        (local.set $b (v128.load offset=16 (local.get $at)))
        (local.set $c (v128.load offset=32 (local.get $at)))
        (local.set $d (v128.load offset=48 (local.get $at)))
        (local.set $step (local.get $at))
        (local.set $at (i32.add (local.get $at) (i32.const 64)))
        (local.set $strings
          (call $equal (local.get $a) (local.get $b) (local.get $c) (local.get $d) (i32.const 0x22)))
        (local.set $backslashes
          (call $equal (local.get $a) (local.get $b) (local.get $c) (local.get $d) (i32.const 0x5c)))
        (if (i64.eqz (local.get $backslashes))
          (then
            (local.set $strings (i64.and (local.get $strings) (i64.xor (local.get $isEscaped) (i64.const -1))))
            (local.set $isEscaped (i64.const 0))
            ;; A long string goes on.
            (br_if $steps (i32.and (i64.eqz (local.get $strings)) (i32.eqz (i64.eqz (local.get $inString))))))
          (else
            ;; An escaped backslash escapes nothing. Adding the first bit of a run to the run moves it behind the run; $isEscaped
            ;; is the carry into the next step.
            (local.set $odd (i64.and (local.get $backslashes) (i64.xor (local.get $isEscaped) (i64.const -1))))
            (local.set $after (i64.or (i64.shl (local.get $odd) (i64.const 1)) (local.get $isEscaped)))
            (local.set $sum
              (i64.add
                (local.get $odd)
                (i64.and
                  (i64.and (local.get $odd) (i64.const 0xaaaaaaaaaaaaaaaa))
                  (i64.xor (local.get $after) (i64.const -1)))))
            (local.set $isEscaped (i64.extend_i32_u (i64.lt_u (local.get $sum) (local.get $odd))))
            (local.set $strings
              (i64.and
                (local.get $strings)
                (i64.xor
                  (i64.and
                    (i64.xor (i64.const 0x5555555555555555) (i64.shl (local.get $sum) (i64.const 1)))
                    (local.get $after))
                  (i64.const -1))))))
        ;; From a bit for each quote to a bit for each byte from an opening quote to the closing one.
        (local.set $strings (i64.xor (local.get $strings) (i64.shl (local.get $strings) (i64.const 1))))
        (local.set $strings (i64.xor (local.get $strings) (i64.shl (local.get $strings) (i64.const 2))))
        (local.set $strings (i64.xor (local.get $strings) (i64.shl (local.get $strings) (i64.const 4))))
        (local.set $strings (i64.xor (local.get $strings) (i64.shl (local.get $strings) (i64.const 8))))
        (local.set $strings (i64.xor (local.get $strings) (i64.shl (local.get $strings) (i64.const 16))))
        (local.set $strings (i64.xor (local.get $strings) (i64.shl (local.get $strings) (i64.const 32))))
        (local.set $strings (i64.xor (local.get $strings) (local.get $inString)))
        (local.set $inString (i64.shr_s (local.get $strings) (i64.const 63)))
        ;; Outside strings JSON has no backslash, and what follows one escapes nothing.
        (local.set $backslashes (i64.and (local.get $backslashes) (i64.xor (local.get $strings) (i64.const -1))))
        (if (i32.eqz (i64.eqz (local.get $backslashes)))
          (then
            (local.set $place (i32.add (local.get $step) (i32.wrap_i64 (i64.ctz (local.get $backslashes)))))
            (if (i32.lt_u (local.get $place) (local.get $to)) (then (local.set $to (local.get $place))))))
        ;; This bit turns [ into {, and ] into }.
        (local.set $case (i8x16.splat (i32.const 0x20)))
        (local.set $a (v128.or (local.get $a) (local.get $case)))
        (local.set $b (v128.or (local.get $b) (local.get $case)))
        (local.set $c (v128.or (local.get $c) (local.get $case)))
        (local.set $d (v128.or (local.get $d) (local.get $case)))
        (local.set $opening
          (call $equal (local.get $a) (local.get $b) (local.get $c) (local.get $d) (i32.const 0x7b)))
        (local.set $brackets
          (i64.and
            (i64.or
              (local.get $opening)
              (call $equal (local.get $a) (local.get $b) (local.get $c) (local.get $d) (i32.const 0x7d)))
            (i64.xor (local.get $strings) (i64.const -1))))
        (block $none
          (loop $each
            (br_if $none (i64.eqz (local.get $brackets)))
            (local.set $place (i32.add (local.get $step) (i32.wrap_i64 (i64.ctz (local.get $brackets)))))
            (br_if $done (i32.ge_u (local.get $place) (local.get $to)))
            (local.set $lowest (i64.and (local.get $brackets) (i64.sub (i64.const 0) (local.get $brackets))))
            (local.set $brackets (i64.xor (local.get $brackets) (local.get $lowest)))
            (if (i64.eqz (i64.and (local.get $opening) (local.get $lowest)))
              (then
                (br_if $done (i32.eqz (local.get $depth)))
                (local.set $depth (i32.sub (local.get $depth) (i32.const 1)))
                (br_if $each (i32.ne (local.get $depth) (local.get $level)))
                (br_if $done (i32.ge_u (local.get $next) (local.get $foundEnd)))
                (i32.store (local.get $next) (i32.add (local.get $start) (local.get $base)))
                (i32.store offset=4 (local.get $next) (i32.add (i32.add (local.get $place) (i32.const 1)) (local.get $base)))
                (local.set $next (i32.add (local.get $next) (i32.const 8))))
              (else
                (if (i32.eq (local.get $depth) (local.get $level)) (then (local.set $start (local.get $place))))
                (local.set $depth (i32.add (local.get $depth) (i32.const 1)))
                (br_if $done (i32.gt_u (local.get $depth) (local.get $maxDepth)))))
            (br $each)))
        (br $steps)))
    (i32.sub (local.get $next) (local.get $found))))

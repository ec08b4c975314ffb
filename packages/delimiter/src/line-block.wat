;; Finds the lines of a block of bytes, 64 bytes a step. `npm run wasm` makes line-block-wasm.ts of it.
;;
;; The block lies at memory[$from, $to), with a byte before it and 63 bytes after it that may be anything. A line ends
;; with $delimiter; a $carriageReturn right before it belongs to the ending (-1: there is none). If $isEither is 1, a line
;; ends with either of them, and a $delimiter right after a $carriageReturn is part of no line. Of each line three i32 are
;; written from $bounds on: where its content starts and ends, and where the line ends, as places in memory plus $base. It
;; stops at $boundsEnd, and before a line whose content is longer than $limit.
;;
;; Returns four times the length in bytes of what was written, plus 1 if none of the bytes that were searched is above 127,
;; plus 2 if $isEither is 1 and a $carriageReturn ends one of the lines.
(module
  (memory (export "memory") 2)
  (func (export "findLines")
    (param $delimiter i32) (param $carriageReturn i32) (param $isEither i32) (param $from i32) (param $to i32) (param $base i32)
    (param $limit i32) (param $bounds i32) (param $boundsEnd i32)
    (result i32)
    (local $sought v128) (local $other v128)
    (local $all v128)
    (local $a v128) (local $b v128) (local $c v128) (local $d v128)
    (local $at i32)
    (local $ends i64) (local $others i64) (local $wasOther i64)
    (local $start i32) (local $end i32) (local $contentEnd i32)
    (local $next i32) (local $flag i32)
    (local.set $sought (i8x16.splat (local.get $delimiter)))
    (local.set $other (i8x16.splat (local.get $carriageReturn)))
    (local.set $at (local.get $from))
    (local.set $start (local.get $from))
    (local.set $next (local.get $bounds))
    (block $done
      (loop $steps
        (br_if $done (i32.ge_u (local.get $at) (local.get $to)))
        (local.set $a (v128.load (local.get $at)))
        (local.set $b (v128.load offset=16 (local.get $at)))
        (local.set $c (v128.load offset=32 (local.get $at)))
        (local.set $d (v128.load offset=48 (local.get $at)))
        (local.set $all
          (v128.or
            (local.get $all)
            (v128.or (v128.or (local.get $a) (local.get $b)) (v128.or (local.get $c) (local.get $d)))))
        ;; A bit for each of the 64 bytes: whether it is the delimiter.
        (local.set $ends
          (i64.or
            (i64.or
              (i64.extend_i32_u (i8x16.bitmask (i8x16.eq (local.get $a) (local.get $sought))))
              (i64.shl (i64.extend_i32_u (i8x16.bitmask (i8x16.eq (local.get $b) (local.get $sought)))) (i64.const 16)))
            (i64.or
              (i64.shl (i64.extend_i32_u (i8x16.bitmask (i8x16.eq (local.get $c) (local.get $sought)))) (i64.const 32))
              (i64.shl (i64.extend_i32_u (i8x16.bitmask (i8x16.eq (local.get $d) (local.get $sought)))) (i64.const 48)))))
        (if (local.get $isEither)
          (then
            (local.set $others
              (i64.or
                (i64.or
                  (i64.extend_i32_u (i8x16.bitmask (i8x16.eq (local.get $a) (local.get $other))))
                  (i64.shl (i64.extend_i32_u (i8x16.bitmask (i8x16.eq (local.get $b) (local.get $other)))) (i64.const 16)))
                (i64.or
                  (i64.shl (i64.extend_i32_u (i8x16.bitmask (i8x16.eq (local.get $c) (local.get $other)))) (i64.const 32))
                  (i64.shl (i64.extend_i32_u (i8x16.bitmask (i8x16.eq (local.get $d) (local.get $other)))) (i64.const 48)))))
            ;; Those right after the other one are none; the last bit of $others is for the next step.
            (local.set $ends
              (i64.or
                (local.get $others)
                (i64.and
                  (local.get $ends)
                  (i64.xor
                    (i64.or (i64.shl (local.get $others) (i64.const 1)) (local.get $wasOther))
                    (i64.const -1)))))
            (local.set $wasOther (i64.shr_u (local.get $others) (i64.const 63)))))
        (block $none
          (loop $lines
            (br_if $none (i64.eqz (local.get $ends)))
            (local.set $end (i32.add (local.get $at) (i32.wrap_i64 (i64.ctz (local.get $ends)))))
            (br_if $done (i32.ge_u (local.get $end) (local.get $to)))
            (local.set $contentEnd
              (i32.sub
                (local.get $end)
                (i32.and
                  (i32.gt_u (local.get $end) (local.get $start))
                  (i32.and
                    (i32.eqz (local.get $isEither))
                    (i32.eq (i32.load8_u (i32.sub (local.get $end) (i32.const 1))) (local.get $carriageReturn))))))
            (br_if $done (i32.gt_u (i32.sub (local.get $contentEnd) (local.get $start)) (local.get $limit)))
            (br_if $done (i32.ge_u (local.get $next) (local.get $boundsEnd)))
            (i32.store (local.get $next) (i32.add (local.get $start) (local.get $base)))
            (i32.store offset=4 (local.get $next) (i32.add (local.get $contentEnd) (local.get $base)))
            (local.set $start (i32.add (local.get $end) (i32.const 1)))
            (i32.store offset=8 (local.get $next) (i32.add (local.get $start) (local.get $base)))
            ;; If this step has none of them, none ended this line.
            (if (i32.eqz (i64.eqz (local.get $others)))
              (then
                (if (i32.eq (i32.load8_u (local.get $end)) (local.get $carriageReturn))
                  (then
                    (local.set $flag (i32.const 2))
                    (local.set $start
                      (i32.add
                        (local.get $start)
                        (i32.and
                          (i32.lt_u (local.get $start) (local.get $to))
                          (i32.eq (i32.load8_u (local.get $start)) (local.get $delimiter)))))))))
            (local.set $next (i32.add (local.get $next) (i32.const 12)))
            ;; The lowest bit goes.
            (local.set $ends (i64.and (local.get $ends) (i64.sub (local.get $ends) (i64.const 1))))
            (br $lines)))
        (local.set $at (i32.add (local.get $at) (i32.const 64)))
        (br $steps)))
    (i32.or
      (i32.shl (i32.sub (local.get $next) (local.get $bounds)) (i32.const 2))
      (i32.or
        (local.get $flag)
        (i32.eqz (i8x16.bitmask (local.get $all)))))))

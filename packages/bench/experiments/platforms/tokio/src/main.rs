//! Decoders of tokio-util. Prints nanoseconds of CPU a frame, and the frames of a pass.

use bytes::BytesMut;
use std::{env, fs, hint::black_box};
use tokio_util::codec::{Decoder, LengthDelimitedCodec, LinesCodec};

const CHUNK: usize = 65_536;

fn run<D: Decoder>(mut decoder: D, stream: &[u8], passes: u64) -> u64 {
    let mut frames = 0;
    let mut buffer = BytesMut::new();
    for _ in 0..passes {
        for chunk in stream.chunks(CHUNK) {
            buffer.extend_from_slice(chunk);
            while let Ok(Some(frame)) = decoder.decode(&mut buffer) {
                black_box(frame);
                frames += 1;
            }
        }
    }
    frames
}

/// Nanoseconds of CPU that this process has had, from Linux.
fn cpu_time() -> u64 {
    let stat = fs::read_to_string("/proc/self/schedstat").expect("Linux");
    stat.split(' ').next().and_then(|time| time.parse().ok()).expect("a number")
}

fn main() {
    let args: Vec<String> = env::args().collect();
    let stream = fs::read(&args[2]).expect("the stream");
    let passes: u64 = args[3].parse().expect("a number of passes");
    let once = |passes| match args[1].as_str() {
        "W1" => run(LengthDelimitedCodec::new(), &stream, passes),
        _ => run(LinesCodec::new_with_max_length(1 << 20), &stream, passes),
    };
    once(passes);
    let before = cpu_time();
    let frames = once(passes);
    println!("{} {}", (cpu_time() - before) as f64 / frames as f64, frames / passes);
}

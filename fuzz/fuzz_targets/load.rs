#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    nextplay_fuzz::load(nextplay_fuzz::file_of_run(), bytes);
});

#![no_main]

use nextplay::intake::DataFile;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| nextplay_fuzz::load(DataFile::Outcomes, bytes));

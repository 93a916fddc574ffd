#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| nextplay_fuzz::workbook(bytes));

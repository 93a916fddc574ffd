//! The bytes of a file to UTF-8 text, piece by piece: inflated where they are compressed, and turned
//! from the encoding that they are in.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use encoding_rs::{Decoder, DecoderResult, UTF_16BE, UTF_16LE, WINDOWS_1252};
use flate2::bufread::MultiGzDecoder;

use super::mapping::TextEncoding;

/// How many bytes are read at once.
const CHUNK: usize = 1 << 16;

/// The text of a file, read from the beginning to the end. UTF-8 comes as it is and is checked by who
/// reads it.
pub struct Text {
    source: Source,
    decoder: Option<Decoder>,
    /// Bytes that were read and not yet decoded.
    raw: Vec<u8>,
    /// Lines end with a carriage return alone.
    returns: bool,
    /// How the text is encoded.
    pub encoding: TextEncoding,
    /// The file is compressed.
    pub compressed: bool,
    ended: bool,
}

/// Why the text of a file ends before it should, in words.
pub struct Trouble(pub String);

enum Source {
    Plain(Counted),
    Gzip(Box<MultiGzDecoder<io::BufReader<Counted>>>),
}

/// A file, and how much of it was read.
struct Counted {
    file: File,
    count: u64,
}

impl Read for Counted {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read(into)?;
        self.count += count as u64;
        Ok(count)
    }
}

impl Text {
    /// Opens a file. Its encoding is told by a mark at the beginning where it is not set.
    ///
    /// # Errors
    /// What the system reports, and where the compressed data makes no sense.
    pub fn open(path: &Path, encoding: Option<TextEncoding>) -> Result<Self, Trouble> {
        let mut file = Counted { file: File::open(path).map_err(unreadable)?, count: 0 };
        let mut start = Vec::new();
        fill(&mut file, &mut start, CHUNK).map_err(unreadable)?;
        let compressed = start.starts_with(&[0x1F, 0x8B]);
        let source = if compressed {
            drop(start);
            let file = Counted { file: File::open(path).map_err(unreadable)?, count: 0 };
            let mut inflated = MultiGzDecoder::new(io::BufReader::with_capacity(CHUNK, file));
            start = Vec::new();
            fill(&mut inflated, &mut start, CHUNK).map_err(damaged)?;
            Source::Gzip(Box::new(inflated))
        } else {
            Source::Plain(file)
        };
        let (mark, told) = match start.as_slice() {
            [0xEF, 0xBB, 0xBF, ..] => (3, Some((TextEncoding::Utf8, None))),
            [0xFF, 0xFE, ..] => (2, Some((TextEncoding::Utf16, Some(UTF_16LE)))),
            [0xFE, 0xFF, ..] => (2, Some((TextEncoding::Utf16, Some(UTF_16BE)))),
            _ => (0, None),
        };
        // Bytes that are a mark elsewhere are characters of an encoding that is set.
        let (mark, (encoding, decoder)) = match (encoding, told) {
            (Some(TextEncoding::Windows1252), _) => {
                (0, (TextEncoding::Windows1252, Some(WINDOWS_1252)))
            }
            (_, Some(told)) => (mark, told),
            (Some(TextEncoding::Utf16), None) => (0, (TextEncoding::Utf16, Some(UTF_16LE))),
            (_, None) => (0, (TextEncoding::Utf8, None)),
        };
        start.drain(..mark);
        let decoder = decoder.map(|encoding| encoding.new_decoder_without_bom_handling());
        Ok(Self { source, decoder, raw: start, returns: false, encoding, compressed, ended: false })
    }

    /// Returns how many bytes of the file were read.
    pub fn bytes_read(&self) -> u64 {
        match &self.source {
            Source::Plain(file) => file.count,
            Source::Gzip(inflated) => inflated.get_ref().get_ref().count,
        }
    }

    /// Reads lines that end with a carriage return alone from now on.
    pub fn end_lines_with_returns(&mut self) {
        self.returns = true;
    }

    /// Adds text until there are so many bytes; true where there is no more.
    ///
    /// # Errors
    /// Why there is no more where there should be. The text before it was added.
    pub fn fill(&mut self, into: &mut Vec<u8>, bytes: usize) -> Result<bool, Trouble> {
        let from = into.len();
        let filled = self.fill_as_is(into, bytes);
        if self.returns {
            let new = into.get_mut(from..).unwrap_or_default();
            new.iter_mut().filter(|byte| **byte == b'\r').for_each(|byte| *byte = b'\n');
        }
        filled
    }

    fn fill_as_is(&mut self, into: &mut Vec<u8>, bytes: usize) -> Result<bool, Trouble> {
        if self.decoder.is_none() {
            into.append(&mut self.raw);
            if !self.ended && into.len() < bytes {
                self.ended = self.source.fill(into, bytes)?;
            }
            return Ok(self.ended && self.raw.is_empty());
        }
        while into.len() < bytes {
            if self.raw.len() < CHUNK / 2 && !self.ended {
                self.ended = self.source.fill(&mut self.raw, CHUNK)?;
            }
            let Some(decoder) = &mut self.decoder else { break };
            let start = into.len();
            let room = decoder.max_utf8_buffer_length(self.raw.len()).unwrap_or(4 * CHUNK);
            into.resize(start + room, 0);
            let to = into.get_mut(start..).unwrap_or_default();
            let (result, read, written) =
                decoder.decode_to_utf8_without_replacement(&self.raw, to, self.ended);
            into.truncate(start + written);
            self.raw.drain(..read);
            if let DecoderResult::Malformed(..) = result {
                return Err(Trouble(format!(
                    "found bytes that are not {}; save the file as UTF-8",
                    self.encoding.name()
                )));
            }
            if self.ended && self.raw.is_empty() {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

impl Source {
    fn fill(&mut self, into: &mut Vec<u8>, bytes: usize) -> Result<bool, Trouble> {
        match self {
            Self::Plain(file) => fill(file, into, bytes).map_err(unreadable),
            Self::Gzip(inflated) => fill(inflated, into, bytes).map_err(damaged),
        }
    }
}

/// Adds bytes until there are so many; true where there are no more. What was read before an error stays.
fn fill(source: &mut impl Read, into: &mut Vec<u8>, bytes: usize) -> io::Result<bool> {
    let mut filled = into.len();
    into.resize(bytes.max(filled), 0);
    let ended = loop {
        let Some(room) = into.get_mut(filled..).filter(|room| !room.is_empty()) else {
            break Ok(false);
        };
        match source.read(room) {
            Ok(0) => break Ok(true),
            Ok(count) => filled += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => break Err(error),
        }
    };
    into.truncate(filled);
    ended
}

fn unreadable(error: io::Error) -> Trouble {
    Trouble(format!("cannot be read: {error}"))
}

fn damaged(error: io::Error) -> Trouble {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => {
            Trouble("the compressed data is cut off; copy the file again".to_owned())
        }
        _ => Trouble(format!("the compressed data is damaged ({error}); copy the file again")),
    }
}

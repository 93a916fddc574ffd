//! The basis of a ledger entry, read from where it is stored when someone looks at it: most entries
//! of a long ledger are only counted and linked.

use std::borrow::Cow;
use std::fmt;
use std::ops::Deref;
use std::sync::{Arc, LazyLock, OnceLock};

use super::decision::Basis;

/// Where lines of a ledger can be read again.
pub trait LineSource: Send + Sync {
    /// The bytes from `offset` on; `None` where they cannot be read any more.
    fn bytes(&self, offset: u64, len: usize) -> Option<Vec<u8>>;
    /// Whether these bytes are the basis with that hash.
    fn is_basis(&self, text: &str, hash: &super::Digest) -> bool;
}

/// The place of an entry in a ledger's file, in bytes.
#[derive(Clone)]
pub struct LinePlace {
    /// Where the line is stored.
    pub source: Arc<dyn LineSource>,
    /// Where the line begins.
    pub offset: u64,
    /// Length of the line without its newline.
    pub len: usize,
    /// Where in the line the basis begins, and its length.
    pub basis: (usize, usize),
    /// The hash that the line states for its basis.
    pub basis_hash: super::Digest,
}

/// What a decision was made on. Dereferences to the [`Basis`].
///
/// A basis that does not read as one (written by another program) is empty: no playbook, no
/// customer. An entry with such a basis approves nothing.
#[derive(Clone, Default)]
pub struct StoredBasis {
    read: OnceLock<Option<Arc<Basis>>>,
    place: Option<LinePlace>,
}

impl StoredBasis {
    /// The basis at a place in a file, read when it is first looked at.
    pub fn at(place: LinePlace) -> Self {
        Self { read: OnceLock::new(), place: Some(place) }
    }

    /// The basis; `None` of an entry that has none, or one that does not read as such.
    pub fn get(&self) -> Option<&Basis> {
        self.read.get_or_init(|| self.load().map(Arc::new)).as_deref()
    }

    /// The basis for one look: what is read for it is not kept.
    pub fn once(&self) -> Cow<'_, Basis> {
        match (self.read.get(), &self.place) {
            (None, Some(_)) => self.load().map_or(Cow::Borrowed(&NOTHING), Cow::Owned),
            _ => Cow::Borrowed(self),
        }
    }

    /// True where it reads as a basis; what is read for that is not kept.
    pub fn reads(&self) -> bool {
        self.read.get().map_or_else(|| self.load().is_some(), Option::is_some)
    }

    /// The place of the entry's line, where it was read from a file.
    pub fn place(&self) -> Option<&LinePlace> {
        self.place.as_ref()
    }

    /// The entry's line as it is stored, without its newline.
    pub fn line(&self) -> Option<Vec<u8>> {
        let place = self.place.as_ref()?;
        place.source.bytes(place.offset, place.len)
    }

    fn load(&self) -> Option<Basis> {
        let place = self.place.as_ref()?;
        let (start, len) = place.basis;
        let bytes = place.source.bytes(place.offset + start as u64, len)?;
        let text = str::from_utf8(&bytes).ok()?;
        if !place.source.is_basis(text, &place.basis_hash) {
            return None;
        }
        serde_json::from_str(text).ok().map(Basis::completed)
    }
}

/// What stands in the place of a basis that there is none of.
static NOTHING: LazyLock<Basis> = LazyLock::new(Basis::empty);

impl Deref for StoredBasis {
    type Target = Basis;

    fn deref(&self) -> &Basis {
        self.get().unwrap_or(&NOTHING)
    }
}

impl From<Basis> for StoredBasis {
    fn from(basis: Basis) -> Self {
        Self { read: OnceLock::from(Some(Arc::new(basis))), place: None }
    }
}

impl PartialEq for StoredBasis {
    fn eq(&self, other: &Self) -> bool {
        self.get() == other.get()
    }
}

impl fmt::Debug for StoredBasis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.get(), f)
    }
}

//! Numbers of rows, customers, playbooks and the like: a type each, so that none is taken for another.

macro_rules! numbers {
    ($($(#[$doc:meta])* $name:ident)*) => {
        $(
            $(#[$doc])*
            #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
            #[repr(transparent)]
            pub struct $name(pub u32);

            impl $name {
                /// Returns the number for a place in a slice. Files have fewer than 2^32 rows.
                #[inline]
                pub const fn at(index: usize) -> Self {
                    Self(index as u32)
                }

                /// Returns the place in a slice.
                #[inline]
                pub const fn index(self) -> usize {
                    self.0 as usize
                }
            }

            impl Number for $name {
                const NONE: Self = Self(u32::MAX);

                #[inline]
                fn at(index: usize) -> Self {
                    Self::at(index)
                }

                #[inline]
                fn index(self) -> usize {
                    Self::index(self)
                }
            }
        )*
    };
}

/// A number of one kind, from 0.
pub trait Number: Copy + PartialEq {
    /// The largest number, which stands for none in columns of numbers.
    const NONE: Self;
    /// Returns the number for a place in a slice.
    fn at(index: usize) -> Self;
    /// Returns the place in a slice.
    fn index(self) -> usize;
}

numbers! {
    /// The key of a customer's id in [`CustomerIds`](super::interned::CustomerIds): stays the same
    /// across loads.
    CustomerKey
    /// The place of an id among those that are numbers (`numbered`).
    IdSlot
    /// A customer, in the order of the customers' file.
    CustomerIx
    /// A row of a file, among those that fit their type.
    RowIx
    /// A playbook, in the order of the playbooks' file.
    PlaybookIx
    /// A stage and segment that some customer has.
    PairIx
    /// A playbook as it is recommended to customers of one stage and segment.
    PlayIx
}

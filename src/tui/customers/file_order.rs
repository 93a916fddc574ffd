//! Rows in file order: customers that stand side by side in memory are looked at one after the other,
//! which is many times as fast as in any other order.

/// Returns rows in file order, each once. `customers` is how many there are.
pub fn in_file_order(rows: &[u32], customers: usize) -> Vec<u32> {
    let mut listed = Numbers::none(customers);
    rows.iter().for_each(|row| listed.add(*row));
    listed.in_order(rows.len())
}

/// A set of numbers of customers, one bit for each customer.
struct Numbers(Vec<u64>);

impl Numbers {
    fn none(customers: usize) -> Self {
        Self(vec![0; customers.div_ceil(64)])
    }

    fn add(&mut self, number: u32) {
        if let Some(word) = self.0.get_mut(number as usize / 64) {
            *word |= 1 << (number % 64);
        }
    }

    fn in_order(&self, count: usize) -> Vec<u32> {
        let mut numbers = Vec::with_capacity(count);
        for (place, word) in (0u32..).zip(&self.0) {
            let mut rest = *word;
            while rest != 0 {
                numbers.push(place * 64 + rest.trailing_zeros());
                // Without its lowest bit.
                rest &= rest - 1;
            }
        }
        numbers
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_come_in_file_order_each_once() {
        assert_eq!(in_file_order(&[129, 0, 64, 63, 64], 130), [0, 63, 64, 129]);
        assert_eq!(in_file_order(&[], 0), [0; 0]);
    }
}

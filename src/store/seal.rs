//! A content with its length and its checksum before it, so that a torn file is not taken for a whole one.

/// Before the content: what the file is, its generation, its length, and the CRC-32 of all that follows the mark.
pub const HEADER: usize = 32;
/// The last byte is the version of this layout.
const MARK: [u8; 8] = *b"gptling\x01";

/// The header of this content.
pub fn header(generation: u64, parts: &[&[u8]]) -> [u8; HEADER] {
    let length: usize = parts.iter().map(|part| part.len()).sum();
    let mut header = [0; HEADER];
    header[..8].copy_from_slice(&MARK);
    header[8..16].copy_from_slice(&generation.to_le_bytes());
    header[16..24].copy_from_slice(&(length as u64).to_le_bytes());
    let sum = checksum(&header[8..24], parts);
    header[24..28].copy_from_slice(&sum.to_le_bytes());
    header
}

/// Generation and content of a whole file. What stands behind the content is left of a longer one that was there before.
pub fn open(file: &[u8]) -> Option<(u64, &[u8])> {
    let (header, rest) = file.split_at_checked(HEADER)?;
    let number = |at: usize| u64::from_le_bytes(header[at..at + 8].try_into().expect("eight bytes"));
    let content = rest.get(..usize::try_from(number(16)).ok()?)?;
    let sum = u32::from_le_bytes(header[24..28].try_into().expect("four bytes"));
    let whole = header[..8] == MARK && sum == checksum(&header[8..24], &[content]);
    whole.then(|| (number(8), content))
}

fn checksum(head: &[u8], parts: &[&[u8]]) -> u32 {
    let mut sum = crc32fast::Hasher::new();
    sum.update(head);
    parts.iter().for_each(|part| sum.update(part));
    sum.finalize()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sealed(generation: u64, parts: &[&[u8]]) -> Vec<u8> {
        [&header(generation, parts)[..], &parts.concat()].concat()
    }

    #[test]
    fn a_whole_file_is_opened_and_a_changed_one_is_not() {
        let file = sealed(7, &[b"weights", b"", b" and moments"]);
        assert_eq!(open(&file), Some((7, &b"weights and moments"[..])));
        let longer = [&file[..], b"left over"].concat();
        assert_eq!(open(&longer), Some((7, &b"weights and moments"[..])));
        for end in 0..file.len() {
            assert_eq!(open(&file[..end]), None, "cut at {end}");
        }
        // The four bytes behind the checksum mean nothing.
        for at in (0..file.len()).filter(|at| !(28..32).contains(at)) {
            let mut changed = file.clone();
            changed[at] ^= 1;
            assert_eq!(open(&changed), None, "byte {at}");
        }
        assert_eq!(open(&sealed(u64::MAX, &[])), Some((u64::MAX, &b""[..])));
    }
}

//! Large files, read on all cores.
//!
//! Invariant: the bytes are those of a sequential read, or the read fails. Most of the time goes
//! into the first write to each memory page, which the threads share.

use std::fs::File;

/// Smaller files are read sequentially.
const LEAST: usize = 1 << 23;

/// Bytes that are read at a time.
const PART: usize = 1 << 21;

/// Reads a file of `size` bytes; `None` if it is not large, or has changed in the meantime.
#[cfg(unix)]
pub(super) fn read(file: &File, size: u64) -> Option<Vec<u8>> {
    use rayon::prelude::*;
    use std::os::unix::fs::FileExt;

    let size = usize::try_from(size).ok().filter(|size| *size >= LEAST)?;
    // Checks that there is enough memory: `vec!` would abort.
    Vec::<u8>::new().try_reserve_exact(size).ok()?;
    let mut bytes = vec![0; size];
    let parts = bytes.par_chunks_mut(PART).enumerate();
    parts
        .try_for_each(|(number, part)| file.read_exact_at(part, (number * PART) as u64))
        .ok()?;
    let is_whole = file
        .metadata()
        .is_ok_and(|now| now.len() == bytes.len() as u64);
    is_whole.then_some(bytes)
}

/// Other systems cannot read at an offset without a seek.
#[cfg(not(unix))]
pub(super) const fn read(_: &File, _: u64) -> Option<Vec<u8>> {
    None
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_large_file_is_read_whole_and_one_that_changes_is_not() {
        let path = std::env::temp_dir().join(format!("grantlint-large-{}", std::process::id()));
        let bytes: Vec<u8> = (0..LEAST + PART + 7).map(|at| (at % 251) as u8).collect();
        std::fs::write(&path, &bytes).unwrap();
        let file = File::open(&path).unwrap();
        let size = bytes.len() as u64;
        assert!(read(&file, size) == Some(bytes));
        assert!(read(&file, size - 1).is_none(), "it grew");
        assert!(read(&file, size + 1).is_none(), "it shrank");
        assert!(read(&file, 7).is_none(), "it is small");
        std::fs::remove_file(&path).unwrap();
    }
}

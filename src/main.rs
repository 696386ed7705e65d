//! The command line of grantlint.

fn main() {}

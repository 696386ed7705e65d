//! The command line of grantlint.

use std::process::ExitCode;

fn main() -> ExitCode {
    grantlint::cli::main()
}

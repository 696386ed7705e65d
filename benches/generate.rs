//! `cargo bench --bench generate -- N DIRECTORY [FAULTS]` writes an organisation of N clients.

mod organisation;

use std::fs;
use std::io::{BufWriter, Write};
use std::path::PathBuf;

fn main() -> std::io::Result<()> {
    let arguments: Vec<String> = std::env::args()
        .skip(1)
        .filter(|argument| argument != "--bench")
        .collect();
    let [number, directory, rest @ ..] = &arguments[..] else {
        println!("usage: cargo bench --bench generate -- N DIRECTORY [FAULTS]");
        return Ok(());
    };
    let number = number.parse().expect("how many clients");
    let faults = rest.first().map_or(0, |faults| {
        faults.parse().expect("how many faults a client has")
    });
    let directory = PathBuf::from(directory);
    fs::create_dir_all(&directory)?;
    let mut out = BufWriter::new(fs::File::create(directory.join("clients.json"))?);
    organisation::clients(number, faults, &mut out)?;
    out.flush()?;
    fs::write(directory.join("roles.json"), organisation::roles())?;
    fs::write(directory.join("divisions.json"), organisation::divisions())
}

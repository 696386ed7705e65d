//! `grantlint config` and `grantlint schema`

use super::arguments::{PolicyOptions, SchemaOf, When};
use super::{NOTHING_AUDITED, done, policing, print};
use crate::catalog;
use crate::policy::{Line, SettingOrigin, schema};
use crate::reference;
use crate::report::{self, Format};
use crate::text::Redactor;
use std::io::{self, Write};

/// Prints every effective value with its origin.
pub(super) fn config(options: &PolicyOptions) -> u8 {
    match policing::in_force(options) {
        Ok(in_force) => done(print(|out| listing(&in_force.policy.listing, out))),
        Err(refused) => {
            refused.print(When::Auto);
            NOTHING_AUDITED
        }
    }
}

fn listing(lines: &[Line], out: &mut dyn Write) -> io::Result<()> {
    let redactor = Redactor::default();
    let texts: Vec<String> = lines
        .iter()
        .map(|line| {
            let text = format!("{} = {}", line.path, line.value);
            redactor.words(&text).into_owned()
        })
        .collect();
    let width = texts
        .iter()
        .map(|text| text.chars().count())
        .filter(|width| *width <= 72)
        .max()
        .unwrap_or(0);
    for (line, text) in lines.iter().zip(&texts) {
        let locked = match &line.locked {
            Some(origin) if line.said != SettingOrigin::In(origin.clone()) => {
                format!(", locked at {origin}")
            }
            Some(_) => ", locked".to_owned(),
            None => String::new(),
        };
        writeln!(out, "{text:<width$}  # {}{locked}", line.said)?;
    }
    Ok(())
}

/// Prints a JSON Schema.
pub(super) fn print_schema(of: SchemaOf) -> u8 {
    let text = match of {
        SchemaOf::Config => {
            let rules: Vec<_> = catalog::builtin().iter().collect();
            schema(&rules, &Format::ALL.map(Format::name))
        }
        SchemaOf::Report => format!("{:#}\n", report::json::schema()),
        SchemaOf::Rule => format!("{:#}\n", reference::schema()),
        SchemaOf::Recommendation => format!("{:#}\n", report::recommend::schema()),
        SchemaOf::Plan => format!("{:#}\n", report::plan::schema()),
        SchemaOf::Inventory => format!("{:#}\n", report::inventory::schema()),
    };
    done(print(|out| out.write_all(text.as_bytes())))
}

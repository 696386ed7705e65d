//! Usage as a table: CSV with commas, semicolons or tabs, recognised by its header.

use super::faults::{Fault, Faults};
use super::row::{Cells, Column};
use super::{Extent, UsageResults, UsageRow};
use crate::export::{Facts, Shape};
use crate::finding::{Problem, ProblemKind};
use crate::model::Text;
use crate::text::{Place, SourceId, Span};
use std::borrow::Cow;

/// The longest header that is looked at, in bytes.
const LONGEST_HEADER: usize = 4096;

/// Reads a table of usage; `None` if the text is something else.
pub(in crate::export) fn read(source: SourceId, text: &str) -> Option<Facts<'_>> {
    let header = Header::find(text)?;
    let mut facts = Facts {
        documents: 1,
        holds_data: true,
        shapes: vec![Shape::Usage],
        ..Facts::default()
    };
    let place = |span: Span| Place::new(source, span);
    if let Some(lacking) = header.lacking() {
        let problem = lacks_columns(&lacking).at(place(header.span));
        facts.problems.push(problem);
        return Some(facts);
    }
    let mut faults = Faults::default();
    let mut records = Records::new(text, header.end, header.delimiter);
    let mut rows: Vec<UsageRow<'_>> = Vec::new();
    while let Some(record) = records.next() {
        let at = place(record.span);
        if record.cells.len() != header.columns.len() || record.is_open {
            faults.add(Fault::Columns, at);
            continue;
        }
        let mut cells = Cells::default();
        for (column, cell) in header.columns.iter().zip(record.cells) {
            if let Some(column) = column {
                cells.set(*column, cell);
            }
        }
        rows.extend(cells.row(at, &mut faults));
    }
    let is_whole = faults.is_empty();
    faults.settle(&mut facts);
    facts.records.usage.push(UsageResults {
        place: place(Span::new(0, text.len() as u32)),
        extent: Extent::Rows,
        rows,
        is_whole,
        own: None,
        next: None,
        before: None,
    });
    Some(facts)
}

/// The first line of a table of usage.
struct Header {
    delimiter: u8,
    columns: Vec<Option<Column>>,
    span: Span,
    /// Where the rows begin.
    end: usize,
}

impl Header {
    fn find(text: &str) -> Option<Self> {
        let start = text.len() - text.trim_start_matches(['\u{feff}', '\r', '\n']).len();
        let line = text[start..].lines().next()?;
        if line.len() > LONGEST_HEADER || line.starts_with(['{', '[']) {
            return None;
        }
        let delimiter = *b",;\t"
            .iter()
            .max_by_key(|delimiter| line.bytes().filter(|byte| byte == *delimiter).count())?;
        let mut records = Records::new(text, start, delimiter);
        let record = records.next()?;
        let columns: Vec<_> = record
            .cells
            .iter()
            .map(|cell| Column::from_key(cell))
            .collect();
        let has = |column| columns.contains(&Some(column));
        let is_usage = has(Column::Client) && (has(Column::Method) || has(Column::Template));
        is_usage.then_some(Self {
            delimiter,
            span: record.span,
            end: records.at,
            columns,
        })
    }

    /// The columns that it lacks, in words; `None` if it has all.
    fn lacking(&self) -> Option<String> {
        let has = |is: &dyn Fn(Column) -> bool| self.columns.iter().flatten().any(|own| is(*own));
        let is_count = |column| matches!(column, Column::Requests | Column::Status(_));
        let wanted = [
            ("the method", has(&|own| own == Column::Method)),
            ("the template or URL", has(&|own| own == Column::Template)),
            ("the number of requests", has(&is_count)),
            ("the date", has(&|own| own == Column::Date)),
        ];
        let lacking = wanted.iter().filter(|(_, is_there)| !is_there);
        let lacking: Vec<_> = lacking.map(|(name, _)| *name).collect();
        (!lacking.is_empty()).then(|| lacking.join(" and "))
    }
}

fn lacks_columns(lacking: &str) -> Problem {
    Problem::new(
        ProblemKind::WrongType,
        format!("this table of usage has no column for {lacking}, so it was not read"),
        "export it with columns for client id, method, template, requests and date",
    )
}

/// The records of a table, from a position on.
struct Records<'a> {
    text: &'a str,
    at: usize,
    delimiter: u8,
}

struct Record<'a> {
    cells: Vec<Text<'a>>,
    span: Span,
    /// The text ended inside a quoted cell.
    is_open: bool,
}

impl<'a> Records<'a> {
    const fn new(text: &'a str, at: usize, delimiter: u8) -> Self {
        Self {
            text,
            at,
            delimiter,
        }
    }

    /// The next record that is not blank.
    fn next(&mut self) -> Option<Record<'a>> {
        let bytes = self.text.as_bytes();
        while let Some(b'\r' | b'\n') = bytes.get(self.at) {
            self.at += 1;
        }
        let start = self.at;
        (start < bytes.len()).then_some(())?;
        let mut cells = Vec::new();
        let mut is_open = false;
        loop {
            let (cell, is_closed) = self.cell();
            cells.push(cell);
            is_open |= !is_closed;
            match bytes.get(self.at) {
                Some(byte) if *byte == self.delimiter => self.at += 1,
                _ => break,
            }
        }
        Some(Record {
            cells,
            span: Span::new(start as u32, self.at as u32),
            is_open,
        })
    }

    /// The next cell, and whether its quotes are closed.
    fn cell(&mut self) -> (Text<'a>, bool) {
        let rest = &self.text[self.at..];
        if let Some(quoted) = rest.strip_prefix('"') {
            return self.quoted(quoted);
        }
        let is_end = |byte: &u8| *byte == self.delimiter || matches!(*byte, b'\r' | b'\n');
        let end = rest
            .as_bytes()
            .iter()
            .position(is_end)
            .unwrap_or(rest.len());
        self.at += end;
        (Cow::Borrowed(&rest[..end]), true)
    }

    fn quoted(&mut self, rest: &'a str) -> (Text<'a>, bool) {
        let mut from = 0;
        while let Some(quote) = rest[from..].find('"') {
            let end = from + quote;
            if rest.as_bytes().get(end + 1) == Some(&b'"') {
                from = end + 2;
                continue;
            }
            self.at += end + 2;
            let cell = &rest[..end];
            let cell = if from == 0 {
                Cow::Borrowed(cell)
            } else {
                Cow::Owned(cell.replace("\"\"", "\""))
            };
            // Characters after the closing quote belong to no cell.
            let after = self.text.as_bytes()[self.at..].iter();
            let is_end = |byte: &u8| *byte == self.delimiter || matches!(*byte, b'\r' | b'\n');
            let stray = after.take_while(|byte| !is_end(byte)).count();
            self.at += stray;
            return (cell, stray == 0);
        }
        self.at = self.text.len();
        (Cow::Borrowed(rest), false)
    }
}

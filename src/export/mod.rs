//! From located values to the facts of organisations.
//!
//! Invariant: the content decides which shape a text has, never its name (except for values of
//! Terraform variables, which only the name distinguishes from other data). A part of an export
//! that is wrong becomes a problem with its place; the rest is still read. The facts of several
//! files go through [`resolve`], then [`assemble`].

mod api;
mod assemble;
mod cut;
mod foreign;
mod key_class;
mod lower;
mod paging;
mod platform;
mod records;
mod secrets;
mod shape;
mod spelling;
mod terraform;
mod usage;

pub use assemble::{Export, assemble};
pub use records::{GrantSubject, Records};
pub use shape::{EntityKind, Shape};
pub use terraform::{Part, TerraformSettings, is_var_file, resolve};
pub use usage::{Extent, UsageQuery, UsageResults, UsageRow};

use crate::document::{self, BlockList, Document, Fault, FaultKind, Format, Limits, Node, Split};
use crate::finding::{Problem, ProblemKind};
use crate::model::{ApiDescription, CredentialForm};
use crate::text::{Comment, Place, SecretValue, Source, SourceId};
use shape::ItemShape;

/// The facts of one text.
#[derive(Debug, Default)]
pub struct Facts<'a> {
    /// Its records.
    pub records: Records<'a>,
    /// The operations of a description of the Platform API.
    pub api: Option<ApiDescription<'a>>,
    /// Listings, with the totals that they claim.
    pub pages: Vec<Page>,
    /// The shapes that were recognised, in order.
    pub shapes: Vec<Shape>,
    /// The entities that it lists, in contrast to single ones.
    pub listed: Vec<EntityKind>,
    /// A part that is combined with other texts first.
    pub terraform: Option<Part<'a>>,
    /// They come from Terraform's files: they concern their own directory.
    pub of_terraform: bool,
    /// It is a configuration of Terraform with at least one block, or a plan or state with a
    /// resource.
    pub has_blocks: bool,
    /// Documents read.
    pub documents: usize,
    /// At least one of them is more than a bare word or number.
    pub holds_data: bool,
    /// Secrets outside of clients, for the redactor.
    pub secrets: Vec<(Place, SecretValue)>,
    /// Comments that may contain directives.
    pub comments: Vec<Comment>,
    /// What went wrong.
    pub problems: Vec<Problem>,
}

impl Facts<'_> {
    /// How many clients the text holds.
    #[must_use]
    pub fn count_clients(&self) -> usize {
        self.records.clients.len() + self.terraform.as_ref().map_or(0, Part::clients)
    }
}

/// A page of a listing: its position and the totals that it claims.
#[derive(Clone, Debug)]
pub struct Page {
    /// What its entities are.
    pub shape: EntityKind,
    /// How many entities the organisation has, if the page says so.
    pub total: Option<u64>,
    /// How many pages there are, if the page says.
    pub page_count: Option<u64>,
    /// Which this is, from 1, if the page says.
    pub number: Option<u64>,
    /// Its own address, if it says.
    pub own: Option<String>,
    /// The address of the page after it, if there is one.
    pub next: Option<String>,
    /// The place of the total, else of the page.
    pub place: Place,
    /// It was cut off.
    pub is_cut: bool,
}

impl Page {
    /// A list that was cut off and does not state its size.
    #[must_use]
    pub const fn cut(shape: EntityKind, place: Place) -> Self {
        Self {
            shape,
            total: None,
            page_count: None,
            number: None,
            own: None,
            next: None,
            place,
            is_cut: true,
        }
    }
}

/// Reads the facts of a text, and returns the name of its format too. [`resolve`] completes the facts of
/// Terraform's files.
#[must_use]
pub fn read(id: SourceId, source: &Source, limits: Limits) -> (Facts<'_>, &'static str) {
    let text = source.text();
    if let Some(facts) = usage::read_table(id, text) {
        return (facts, "csv");
    }
    let format = document::format_of(source.path(), text);
    if let Some(facts) = read_in_pieces(id, text, format, limits) {
        return (facts, format.name());
    }
    let document = document::read_as(id, text, format, limits);
    let mut facts = Facts::from_document(&document);
    facts.holds_data = document.roots().any(Node::holds_data);
    let form = match format {
        Format::Hcl => CredentialForm::Terraform,
        Format::Json | Format::Yaml => CredentialForm::Export,
    };
    secrets::note_comments(text, document.comment_places(), form, &mut facts);
    if let Some(shape) = terraform::recognise(&document, source.path()) {
        terraform::keep(shape, document, &mut facts);
        return (facts, format.name());
    }
    let mut strays = Vec::new();
    for root in document.roots() {
        let before = facts.shapes.len();
        if !terraform::read(root, &mut facts) {
            platform::read(root, &mut facts);
        }
        if facts.shapes[before..] == [Shape::Other] {
            strays.push(root);
        }
    }
    // Documents of YAML can be of several kinds; lines of JSON are a listing.
    if format == Format::Json {
        platform::read_strays(&strays, &mut facts);
    }
    facts
        .problems
        .extend(terraform::unread(&facts, &document, source.path()));
    if format == Format::Yaml || facts.documents > 1 {
        facts.problems.extend(cut::last_client(&facts));
    }
    // Several entities in a row are a listing; a single entity is not.
    for kind in [
        EntityKind::Roles,
        EntityKind::Divisions,
        EntityKind::Users,
        EntityKind::Scopes,
    ] {
        let of_kind = facts.shapes.iter().filter(|one| **one == Shape::Of(kind));
        if of_kind.count() > 1 {
            facts.listed.push(kind);
        }
    }
    (facts, format.name())
}

/// Records the secrets in a name of a text's path, which `what` describes.
pub fn note_path(name: &str, what: &str, place: Place, facts: &mut Facts<'_>) {
    secrets::note_name(name, what, place, CredentialForm::Path, facts);
}

/// Reads a big listing of clients on all cores, if the text is one and is whole.
fn read_in_pieces(
    source: SourceId,
    text: &str,
    format: Format,
    limits: Limits,
) -> Option<Facts<'_>> {
    let is_client = |item: Node<'_, '_>| shape::of_item(item) == ItemShape::Of(EntityKind::Clients);
    let pieces = match format {
        Format::Json => {
            let split = Split::find(source, text, limits)?;
            split.peek(is_client)?.then_some(())?;
            split.read(platform::client_of_piece)?
        }
        Format::Yaml => {
            let list = BlockList::find(source, text, limits)?;
            list.peek(is_client)?.then_some(())?;
            list.read(platform::client_of_piece)?
        }
        Format::Hcl => return None,
    };
    let mut facts = Facts::from_document(&pieces.shell);
    for fault in &pieces.faults {
        facts.problems.push(problem_of(source, fault));
    }
    for (clients, problems) in pieces.given {
        facts.records.clients.append(clients);
        for problem in problems {
            lower::add(&mut facts.problems, problem);
        }
    }
    for root in pieces.shell.roots() {
        platform::read_around_clients(root, &mut facts);
    }
    if format == Format::Yaml {
        facts.problems.extend(cut::last_client(&facts));
    }
    facts.holds_data = true;
    Some(facts)
}

impl Facts<'_> {
    fn from_document(document: &Document<'_>) -> Self {
        let problems = document.faults().iter();
        Self {
            documents: document.roots().len(),
            comments: document.comments(),
            problems: problems
                .map(|fault| problem_of(document.source(), fault))
                .collect(),
            ..Self::default()
        }
    }
}

fn problem_of(source: SourceId, fault: &Fault) -> Problem {
    let (kind, remedy) = match fault.kind {
        FaultKind::Syntax => (
            ProblemKind::Syntax,
            "export the file again, and check that the command wrote nothing else into it; the text before this place was audited",
        ),
        FaultKind::Preamble => (
            ProblemKind::Syntax,
            "export the file again so that the command writes JSON alone (curl without -i, logs to standard error), or delete these lines; the text after them was audited",
        ),
        FaultKind::Truncated => (
            ProblemKind::Truncated,
            "export the file again and let the command finish; the text before this place was audited",
        ),
        FaultKind::DuplicateKey => (
            ProblemKind::DuplicateKey,
            "remove one of the two; the last one was audited",
        ),
        FaultKind::TooDeep => (
            ProblemKind::Limit,
            "no export is nested this deeply; if this one is, allow more with --max-depth (up to 1000; HCL up to 64)",
        ),
        FaultKind::TooManyValues => (
            ProblemKind::Limit,
            "export page by page, one file per page, or allow more with --max-values; the text before this place was audited",
        ),
        FaultKind::TooManyAliases => (
            ProblemKind::Limit,
            "write the values out, for no export needs this many aliases; if this one does, allow more with --max-aliases",
        ),
    };
    Problem::new(kind, fault.message.clone(), remedy).at(Place::new(source, fault.span))
}

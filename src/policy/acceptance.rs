//! Accepted risks: an entry names one rule in one client, and can name one field or value. It
//! states the reason, the owner and the last day.
//!
//! Invariant: an entry suppresses only what it names. An entry that could mean several clients
//! suppresses nothing, and neither does a comment after a line that could mean several values.

use crate::catalog::Severity;
use crate::finding::{Accepted, Finding, FindingSubject, Problem, ProblemKind};
use crate::model::{ClientPattern, Organisation};
use crate::text::{Origin, Place, Redactor, SecretValue, is_unsafe_char};
use jiff::civil::Date;
use std::collections::{BTreeSet, HashMap};

/// One entry.
#[derive(Clone, Debug)]
pub struct Acceptance {
    /// The rule.
    pub rule: String,
    /// What it is about.
    pub about: AcceptanceTarget,
    /// Why.
    pub reason: String,
    /// The owner of the risk.
    pub owner: Option<String>,
    /// The second person who decided it.
    pub approver: Option<String>,
    /// The last day on which it is valid.
    pub until: Option<Date>,
    /// Where it was decided.
    pub ticket: Option<String>,
    /// Its place.
    pub origin: Origin,
    /// It is in a configuration that others extend, so it can be about another export.
    pub is_shared: bool,
    /// The policy switches its rule off for all clients.
    pub is_off: bool,
}

/// What an entry is about.
#[derive(Clone, Debug)]
pub enum AcceptanceTarget {
    /// A client, named in the policy.
    Client {
        /// The client.
        pattern: ClientPattern,
        /// The pattern as written.
        written: String,
        /// The directory of its organisation.
        organisation: Option<String>,
        /// Only findings at this field.
        field: Option<String>,
        /// Only findings about this value.
        value: Option<String>,
    },
    /// The value that a comment is next to.
    Place {
        /// The comment.
        comment: Place,
        /// The line before the comment, or what begins on the line below.
        place: Place,
        /// It is the line before the comment.
        is_line: bool,
        /// Only findings about this value.
        value: Option<String>,
    },
}

/// The terms for accepting risks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terms {
    /// An acceptance can last this many days at most.
    pub longest_days: i64,
    /// The severity from which an acceptance requires `until`.
    pub dated_from: Option<Severity>,
    /// An acceptance is mentioned this many days before it expires.
    pub soon_days: i64,
    /// Comments can accept risks too.
    pub comments: bool,
    /// So can comments in exports.
    pub comments_in_exports: bool,
    /// An acceptance requires an owner and an approver, who differ.
    pub approver: bool,
}

impl Default for Terms {
    fn default() -> Self {
        Self {
            longest_days: 366,
            dated_from: Some(Severity::High),
            soon_days: 30,
            comments: true,
            comments_in_exports: false,
            approver: false,
        }
    }
}

/// What an entry does for a finding that it names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// It suppresses the finding.
    Suppresses,
    /// It expired after this day.
    Expired(Date),
    /// It lacks `until`, which the severity requires.
    NeedsDate,
}

impl Terms {
    /// What is wrong with an entry for a rule of this severity, and what to do.
    #[must_use]
    pub fn fault(
        &self,
        acceptance: &Acceptance,
        severity: Option<Severity>,
        today: Date,
    ) -> Option<(String, &'static str)> {
        let of_people = self.approver.then(|| approval_fault(acceptance)).flatten();
        of_people.or_else(|| self.date_fault(acceptance, severity, today))
    }

    fn date_fault(
        &self,
        acceptance: &Acceptance,
        severity: Option<Severity>,
        today: Date,
    ) -> Option<(String, &'static str)> {
        let Some(until) = acceptance.until else {
            let severity = severity.filter(|severity| self.asks_date(*severity))?;
            return Some((
                format!(
                    "`{}` is {}, and accepting such a finding requires `until`",
                    acceptance.rule,
                    severity.name()
                ),
                "add until = YYYY-MM-DD, the day of the next review",
            ));
        };
        (days(today, until) > self.longest_days).then(|| {
            (
                format!(
                    "this acceptance expires in {} days, and the policy allows {}",
                    days(today, until),
                    self.longest_days
                ),
                "choose an earlier day, and renew the acceptance then if necessary",
            )
        })
    }

    fn asks_date(&self, severity: Severity) -> bool {
        self.dated_from.is_some_and(|from| severity >= from)
    }

    /// What an entry does for a finding that it names.
    #[must_use]
    pub fn effect(&self, acceptance: &Acceptance, finding: &Finding, today: Date) -> Effect {
        match acceptance.until {
            Some(until) if until < today => Effect::Expired(until),
            None if self.asks_date(finding.severity) => Effect::NeedsDate,
            _ => Effect::Suppresses,
        }
    }
}

/// What is missing of the two people that the policy requires.
fn approval_fault(acceptance: &Acceptance) -> Option<(String, &'static str)> {
    let (Some(owner), Some(approver)) = (&acceptance.owner, &acceptance.approver) else {
        let (missing, remedy) = match acceptance.owner {
            None => (
                "owner",
                "add owner = \"..\", the name of who answers for the risk",
            ),
            Some(_) => (
                "approver",
                "add approver = \"..\", the name of a second person",
            ),
        };
        let message =
            format!("the policy requires two people, and this acceptance lacks `{missing}`");
        return Some((message, remedy));
    };
    (person_key(owner) == person_key(approver)).then(|| {
        (
            "the owner and the approver of this acceptance are the same".to_owned(),
            "name a second person as the approver",
        )
    })
}

/// A name without its case and its runs of blanks and invisible characters, for comparing names.
fn person_key(name: &str) -> String {
    let visible = name.replace(
        |character: char| !character.is_whitespace() && is_unsafe_char(character),
        "",
    );
    let words: Vec<&str> = visible.split_whitespace().collect();
    words.join(" ").to_lowercase()
}

/// Days from one day to another.
#[must_use]
pub fn days(from: Date, to: Date) -> i64 {
    i64::from((to - from).get_days())
}

impl Acceptance {
    /// Whether it names this finding of its client. `raw` is the text at the finding's place.
    #[must_use]
    pub fn names(&self, finding: &Finding, raw: &str) -> bool {
        let (field, value) = match &self.about {
            AcceptanceTarget::Client { field, value, .. } => (field.as_ref(), value),
            AcceptanceTarget::Place { value, .. } => (None, value),
        };
        if finding.is_unlisted() {
            // It represents values that a narrower entry does not name.
            let is_whole = matches!(self.about, AcceptanceTarget::Client { .. });
            return self.rule == finding.rule.id && is_whole && field.is_none() && value.is_none();
        }
        let field = field.is_none_or(|field| {
            without_items(&finding.field) == *field || finding.target.path() == field
        });
        let value = value.as_ref().is_none_or(|value| match &finding.item {
            // Only its value names a list item.
            Some(item) => *item == SecretValue::new(value.as_str()),
            None => raw == value || decoded(raw).is_some_and(|raw| raw == *value),
        });
        self.rule == finding.rule.id && field && value
    }

    /// The entry as reports show it. `client` identifies the client of the finding.
    #[must_use]
    pub fn accepted(&self, client: &str, today: Date, redactor: &Redactor) -> Accepted {
        let shown = |text: &str| redactor.words(text).into_owned();
        let words = |text: &Option<String>| text.as_deref().map(shown);
        let (client, field, value) = match &self.about {
            AcceptanceTarget::Client {
                written,
                field,
                value,
                ..
            } => (written.as_str(), field.clone(), value),
            AcceptanceTarget::Place { value, .. } => (client, None, value),
        };
        Accepted {
            rule: self.rule.clone(),
            client: shown(client),
            field,
            value: words(value),
            reason: shown(&self.reason),
            owner: words(&self.owner),
            approver: words(&self.approver),
            until: self.until,
            days_left: self.until.map(|until| (until - today).get_days()),
            ticket: words(&self.ticket),
            origin: self.origin.clone(),
            in_source: matches!(self.about, AcceptanceTarget::Place { .. }),
        }
    }

    /// Its name in notices and problems.
    #[must_use]
    pub fn title(&self, redactor: &Redactor) -> String {
        match &self.about {
            AcceptanceTarget::Client { written, .. } => format!(
                "the acceptance of `{}` for `{}`",
                self.rule,
                redactor.words(written)
            ),
            AcceptanceTarget::Place { .. } => {
                format!("the acceptance of `{}` in this comment", self.rule)
            }
        }
    }
}

/// `roleDivisions.roleId` of `roleDivisions[1].roleId`.
fn without_items(path: &str) -> String {
    match (path.find('['), path.rfind(']')) {
        (Some(from), Some(to)) if from < to => format!("{}{}", &path[..from], &path[to + 1..]),
        _ => path.to_owned(),
    }
}

/// The text behind the escapes of its source.
fn decoded(raw: &str) -> Option<String> {
    raw.contains('\\')
        .then(|| serde_json::from_str(&format!("\"{raw}\"")).ok())
        .flatten()
}

/// Which entries are about which findings.
#[derive(Debug, Default)]
pub struct AcceptanceIndex {
    /// For a finding by its number, the entries that name it.
    entries: HashMap<usize, Vec<usize>>,
    /// For each entry, whether what it is about was found.
    pub has_subject: Vec<bool>,
    /// Ambiguous entries.
    pub problems: Vec<Problem>,
}

impl AcceptanceIndex {
    /// Finds what each entry is about. `directories` are those of the organisations; `raw` is
    /// the text at a place.
    #[must_use]
    pub fn new<'t>(
        acceptances: &[Acceptance],
        organisations: &[Organisation<'_>],
        directories: &[String],
        findings: &[Finding],
        raw: impl Fn(Place) -> &'t str,
    ) -> Self {
        let mut found = Self::default();
        if acceptances.is_empty() {
            return found;
        }
        let index = Index::new(organisations, directories);
        let mut by_rule: HashMap<&str, Vec<usize>> = HashMap::new();
        for (number, finding) in findings.iter().enumerate() {
            by_rule.entry(&finding.rule.id).or_default().push(number);
        }
        for (entry, acceptance) in acceptances.iter().enumerate() {
            let of_rule = by_rule
                .get(&*acceptance.rule)
                .map_or(&[][..], Vec::as_slice);
            let named: Vec<usize> = of_rule
                .iter()
                .copied()
                .filter(|&number| acceptance.names(&findings[number], raw(findings[number].place)))
                .collect();
            let meant = match &acceptance.about {
                AcceptanceTarget::Client { .. } => {
                    of_subject(index.subjects(acceptance), &named, findings)
                }
                AcceptanceTarget::Place { place, is_line, .. } => {
                    let clients = clients_within(organisations, *place);
                    of_place((*place, *is_line), &clients, &named, findings)
                }
            };
            found.has_subject.push(meant.has_subject);
            if let Some((what, remedy)) = meant.ambiguous {
                found.problems.push(ambiguous(acceptance, &what, remedy));
            }
            for number in meant.findings {
                found.entries.entry(number).or_default().push(entry);
            }
        }
        found
    }

    /// The entries that name a finding, by its number.
    #[must_use]
    pub fn entries(&self, finding: usize) -> &[usize] {
        self.entries.get(&finding).map_or(&[], Vec::as_slice)
    }
}

/// What an entry is about.
#[derive(Default)]
struct Meant {
    has_subject: bool,
    findings: Vec<usize>,
    /// What it could mean, and what to do.
    ambiguous: Option<(String, &'static str)>,
}

/// The one subject that an entry means, or nothing. If a client and another subject have one
/// name, the entry means the one that the rule reports.
fn of_subject(mut subjects: Vec<FindingSubject>, named: &[usize], findings: &[Finding]) -> Meant {
    let has_subject = !subjects.is_empty();
    let is_client = |subject: &FindingSubject| matches!(subject, FindingSubject::Client(_));
    let is_reported =
        |subject: &FindingSubject| named.iter().any(|&at| findings[at].subject == *subject);
    let clients_reported = subjects
        .iter()
        .filter(|one| is_client(one))
        .any(is_reported);
    let others_reported = subjects
        .iter()
        .filter(|one| !is_client(one))
        .any(is_reported);
    if clients_reported != others_reported {
        subjects.retain(|subject| is_client(subject) == clients_reported);
    }
    let [subject] = subjects[..] else {
        let what = format!("{} clients", subjects.len());
        let remedy = "name the client by id:.., and its organisation if several hold it";
        return Meant {
            has_subject,
            ambiguous: has_subject.then_some((what, remedy)),
            ..Meant::default()
        };
    };
    let is_meant = |&number: &usize| findings[number].subject == subject;
    Meant {
        has_subject,
        findings: named.iter().copied().filter(is_meant).collect(),
        ambiguous: None,
    }
}

/// The findings that a comment means: those of the client that lies completely in what it
/// covers, else those at its place, of one client and, on a line, of one value.
fn of_place(
    (place, is_line): (Place, bool),
    clients: &[FindingSubject],
    named: &[usize],
    findings: &[Finding],
) -> Meant {
    if clients.len() > 1 {
        let what = format!("{} clients", clients.len());
        return Meant::several(what, "put one comment above each client");
    }
    let is_meant = |&number: &usize| {
        let finding = &findings[number];
        clients.contains(&finding.subject) || place.contains(finding.place)
    };
    let meant: Vec<usize> = named.iter().copied().filter(is_meant).collect();
    let owners: BTreeSet<FindingSubject> = meant
        .iter()
        .map(|&number| findings[number].subject)
        .collect();
    if owners.len() > 1 {
        let what = format!("{} clients that share the value next to it", owners.len());
        return Meant::several(what, "accept it for each client in grantlint.toml");
    }
    let values: BTreeSet<Place> = meant.iter().map(|&number| findings[number].place).collect();
    if is_line && values.len() > 1 {
        let what = format!("{} values of its line", values.len());
        return Meant::several(
            what,
            "name the value with value=\"..\", or put the comment above the line to cover it all",
        );
    }
    Meant {
        has_subject: true,
        findings: meant,
        ambiguous: None,
    }
}

impl Meant {
    fn several(what: String, remedy: &'static str) -> Self {
        Self {
            has_subject: true,
            findings: Vec::new(),
            ambiguous: Some((what, remedy)),
        }
    }
}

fn ambiguous(acceptance: &Acceptance, what: &str, remedy: &str) -> Problem {
    let title = acceptance.title(&Redactor::default());
    let message = format!("{title} could mean {what}, so it suppresses nothing");
    let problem = |message| Problem::new(ProblemKind::Policy, message, remedy);
    match acceptance.about {
        AcceptanceTarget::Place { comment, .. } => problem(message).at(comment),
        AcceptanceTarget::Client { .. } => {
            let Origin { path, line, .. } = &acceptance.origin;
            problem(format!("line {line}: {message}")).in_file(path.clone())
        }
    }
}

/// The clients that lie completely within a place.
fn clients_within(organisations: &[Organisation<'_>], place: Place) -> Vec<FindingSubject> {
    let clients = organisations.iter().flat_map(|one| &one.clients);
    clients
        .zip(0..)
        .filter(|(client, _)| place.contains(client.place))
        .map(|(_, number)| FindingSubject::Client(number))
        .collect()
}

/// Clients, applications and credentials by what entries name them by.
#[derive(Default)]
struct Index<'c> {
    /// With the directory of their organisation.
    by_key: HashMap<String, Vec<(FindingSubject, &'c str)>>,
}

impl<'c> Index<'c> {
    fn new(organisations: &'c [Organisation<'_>], directories: &'c [String]) -> Self {
        let mut index = Self::default();
        let (mut clients, mut others) = (0.., 0..);
        for (organisation, directory) in organisations.iter().zip(directories) {
            let mut add = |subject, id, name, address| {
                for key in keys(id, name, address) {
                    let place = (subject, directory.as_str());
                    index.by_key.entry(key).or_default().push(place);
                }
            };
            for (one, at) in organisation.clients.iter().zip(&mut clients) {
                let (id, name, address) = (one.id.text(), one.name.text(), one.address.as_deref());
                add(FindingSubject::Client(at), id, name, address);
            }
            for (one, at) in organisation.authorisations.iter().zip(&mut others) {
                add(
                    FindingSubject::Other(at),
                    one.client.text(),
                    one.name.text(),
                    None,
                );
            }
            for (one, at) in organisation.credentials.iter().zip(&mut others) {
                add(
                    FindingSubject::Other(at),
                    None,
                    one.name.text(),
                    Some(&one.address),
                );
            }
        }
        index
    }

    fn subjects(&self, acceptance: &Acceptance) -> Vec<FindingSubject> {
        let AcceptanceTarget::Client {
            pattern,
            organisation,
            ..
        } = &acceptance.about
        else {
            return Vec::new();
        };
        let key = match pattern {
            ClientPattern::Id(id) => id_key(id),
            ClientPattern::Address(address) => address_key(address),
            ClientPattern::Name(name) => name_key(name),
            _ => return Vec::new(),
        };
        let found = self.by_key.get(&key).map_or(&[][..], Vec::as_slice);
        let wanted = organisation.as_deref().map(|directory| {
            let directory = directory.trim_end_matches('/');
            directory.strip_prefix("./").unwrap_or(directory)
        });
        found
            .iter()
            .filter(|(_, directory)| wanted.is_none_or(|wanted| wanted == *directory))
            .map(|(subject, _)| *subject)
            .collect()
    }
}

fn id_key(id: &str) -> String {
    format!("id:{}", id.to_ascii_lowercase())
}

fn address_key(address: &str) -> String {
    format!("address:{address}")
}

fn name_key(name: &str) -> String {
    format!("name:{}", name.to_lowercase())
}

fn keys(
    id: Option<&str>,
    name: Option<&str>,
    address: Option<&str>,
) -> impl Iterator<Item = String> {
    let id = id.map(id_key);
    let address = address.map(address_key);
    let name = name.map(name_key);
    id.into_iter().chain(address).chain(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_loses_its_position_or_value() {
        for (path, wanted) in [
            ("registeredRedirectUri[3]", "registeredRedirectUri"),
            ("roleDivisions[a@b].divisionId", "roleDivisions.divisionId"),
            (
                "registeredRedirectUri[http://[::1]/x]",
                "registeredRedirectUri",
            ),
            ("authorizedGrantType", "authorizedGrantType"),
            ("", ""),
        ] {
            assert_eq!(without_items(path), wanted);
        }
    }
}

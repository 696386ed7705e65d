//! What kind of client this is, recognised once, with the evidence.

use super::client::{Client, GrantType};
use super::kinds::{ClientKind, KindOf, Kinds};
use super::organisation::Organisation;
use super::region::{host, split_scheme};
use super::role::{DefaultRole, Role};
use aho_corasick::AhoCorasick;
use std::sync::LazyLock;

impl Client<'_> {
    /// Whether it is of this kind for certain: what exempts a client asks this. The owner of an
    /// integration does not change how it signs in: a client of the CRM, the service desk or a
    /// third party is a machine or user-facing, too.
    #[must_use]
    pub fn is_of_kind(&self, kind: ClientKind) -> bool {
        use ClientKind::{Salesforce, ServiceNow, ThirdParty};
        let certain = self.kind.certain;
        let owners = [Salesforce, ServiceNow, ThirdParty];
        let decides = |other: &ClientKind| certain.has(*other) && !owners.contains(other);
        let is_decided = ClientKind::ALL.iter().any(decides);
        certain.has(kind) || (!is_decided && KindOf::by_grant(self.grant()).kind == kind)
    }

    /// Whether it is or seems to be of this kind: what adds findings asks this. A finding that
    /// depends on a guess is of low confidence.
    #[must_use]
    pub fn may_be(&self, kind: ClientKind) -> bool {
        self.kind.guessed.has(kind) || self.is_of_kind(kind)
    }

    /// Whether the only evidence for this kind is a guess.
    #[must_use]
    pub fn is_guessed(&self, kind: ClientKind) -> bool {
        self.kind.guessed.has(kind) && !self.is_of_kind(kind)
    }

    /// The evidence for one of its kinds, for a message.
    #[must_use]
    pub fn evidence_of(&self, kind: ClientKind) -> &'static str {
        match kind {
            _ if self.kind.kind == kind => self.kind.evidence,
            ClientKind::Scim if self.kind.certain.has(kind) => HOLDS_SCIM,
            ClientKind::Scim => NAMED_SCIM,
            _ => "",
        }
    }

    /// Its kind without guesses.
    #[must_use]
    pub fn certain_kind(&self) -> ClientKind {
        if self.kind.is_guess {
            KindOf::by_grant(self.grant()).kind
        } else {
            self.kind.kind
        }
    }
}

const HOLDS_SCIM: &str = "it holds the SCIM Integration role";
const NAMED_SCIM: &str = "its name says SCIM";

/// What the SCIM operations of the Platform API require, so what a custom role "with the
/// same permissions" as SCIM Integration would hold (operations under `/api/v2/scim`).
pub const SCIM_PERMISSIONS: [&str; 10] = [
    "authorization:grant:add",
    "authorization:grant:delete",
    "directory:group:edit",
    "directory:user:add",
    "directory:user:delete",
    "directory:user:edit",
    "directory:user:setPassword",
    "routing:language:assign",
    "routing:skill:assign",
    "telephony:extension:assign",
];

/// What the SCIM Integration role of a real organisation reads beside that (an export of
/// 2024-11-26), and the other views of what it changes.
const SCIM_VIEWS: [&str; 6] = [
    "authorization:grant:view",
    "directory:group:view",
    "directory:user:view",
    "routing:language:view",
    "routing:skill:view",
    "telephony:extension:view",
];

/// The longest token lifetime of a client that is not SCIM, in seconds (vendor's article).
pub const LONGEST_ORDINARY_LIFETIME: i64 = 172_800;

impl Role<'_> {
    /// Whether it is the SCIM Integration role, or a custom role with just its permissions.
    #[must_use]
    pub fn is_scim(&self) -> bool {
        if self.default_role() == Some(DefaultRole::ScimIntegration) {
            return true;
        }
        *self.memo.is_scim.get_or_init(|| {
            let is_needed = |(permission, _): &(String, _)| {
                let mut needed = SCIM_PERMISSIONS.iter().chain(&SCIM_VIEWS);
                needed.any(|known| known.eq_ignore_ascii_case(permission))
            };
            SCIM_PERMISSIONS
                .iter()
                .all(|known| self.permits(known).is_some())
                && self.permission_strings().iter().all(is_needed)
        })
    }
}

impl KindOf {
    /// The kind that a policy declares.
    #[must_use]
    pub fn declared(kind: ClientKind) -> Self {
        let mut certain = Kinds::default();
        certain.add(kind);
        Self {
            kind,
            evidence: "set by the policy",
            certain,
            ..Self::default()
        }
    }

    /// Recognises a client by its roles, then its redirect URIs, then its name.
    #[must_use]
    pub fn recognise(client: &Client<'_>, organisation: &Organisation<'_>) -> Self {
        let certain = certain_kinds(client, organisation);
        let guessed = guessed_kinds(client);
        let add = |kinds: &[(ClientKind, &'static str)]| {
            let mut all = Kinds::default();
            for (kind, _) in kinds {
                all.add(*kind);
            }
            all
        };
        let first = certain.first().or(guessed.first());
        let own = first.map_or(Self::by_grant(client.grant()), |&(kind, evidence)| Self {
            kind,
            evidence,
            is_guess: certain.is_empty(),
            ..Self::default()
        });
        Self {
            certain: add(&certain),
            guessed: add(&guessed),
            ..own
        }
    }

    /// The kind of a client by its grant, without other evidence.
    const fn by_grant(grant: Option<GrantType>) -> Self {
        let (kind, evidence) = match grant {
            Some(GrantType::ClientCredentials) => {
                (ClientKind::Machine, "it uses client credentials")
            }
            Some(GrantType::Other) | None => (ClientKind::Unknown, ""),
            Some(_) => (ClientKind::UserFacing, "it acts for a user who signs in"),
        };
        Self {
            kind,
            evidence,
            is_guess: false,
            certain: Kinds(0),
            guessed: Kinds(0),
        }
    }
}

/// The kinds that roles, redirect URIs or the organisation prove, the most telling first.
fn certain_kinds(
    client: &Client<'_>,
    organisation: &Organisation<'_>,
) -> Vec<(ClientKind, &'static str)> {
    let mut kinds = Vec::new();
    let grants = client.grants();
    let mut roles = grants
        .iter()
        .filter_map(|grant| organisation.role(grant.role));
    if roles.any(Role::is_scim) {
        kinds.push((ClientKind::Scim, HOLDS_SCIM));
    }
    let uris = || client.redirect_uris.items();
    if uris().any(|uri| is_embeddable_uri(uri.value)) {
        let evidence = "it redirects to the page of the Embeddable Framework";
        kinds.push((ClientKind::Embeddable, evidence));
    }
    if organisation.has_authorised(client) {
        let evidence = "it is among the applications that the organisation has authorised";
        kinds.push((ClientKind::ThirdParty, evidence));
    }
    let (mut is_salesforce, mut is_servicenow) = (false, false);
    for host in uris().filter_map(|uri| host(uri.value)) {
        is_salesforce |= SALESFORCE.iter().any(|domain| is_below(host, domain));
        is_servicenow |= is_below(host, "service-now.com");
    }
    if is_salesforce {
        kinds.push((ClientKind::Salesforce, "it redirects to Salesforce"));
    }
    if is_servicenow {
        kinds.push((ClientKind::ServiceNow, "it redirects to ServiceNow"));
    }
    kinds
}

/// The kinds that the name suggests.
fn guessed_kinds(client: &Client<'_>) -> Vec<(ClientKind, &'static str)> {
    let name = client.name.text().unwrap_or("");
    // Most names suggest nothing.
    if !TELLING.is_match(name) {
        return Vec::new();
    }
    let is_machine = matches!(
        client.grant(),
        None | Some(GrantType::Other | GrantType::ClientCredentials)
    );
    let mut kinds = Vec::new();
    if has_word(name, "scim") && is_machine {
        kinds.push((ClientKind::Scim, NAMED_SCIM));
    }
    if name.to_lowercase().contains("embeddable framework") {
        kinds.push((ClientKind::Embeddable, "its name says Embeddable Framework"));
    }
    if has_word(name, "salesforce") {
        kinds.push((ClientKind::Salesforce, "its name says Salesforce"));
    }
    if has_word(name, "servicenow") {
        kinds.push((ClientKind::ServiceNow, "its name says ServiceNow"));
    }
    kinds
}

/// Words in a name that suggest a kind, in any case.
static TELLING: LazyLock<AhoCorasick> = LazyLock::new(|| {
    let builder = AhoCorasick::builder().ascii_case_insensitive(true).build([
        "scim",
        "embeddable framework",
        "salesforce",
        "servicenow",
    ]);
    builder.expect("constant patterns")
});

/// Domains under which Salesforce serves the pages of its customers.
pub const SALESFORCE: [&str; 4] = [
    "salesforce.com",
    "force.com",
    "salesforce-sites.com",
    "my.site.com",
];

/// Whether `host` is below `domain`, which is in lower case.
fn is_below(host: &str, domain: &str) -> bool {
    let Some(at) = host.len().checked_sub(domain.len()) else {
        return false;
    };
    let (labels, end) = host.as_bytes().split_at(at);
    labels.ends_with(b".") && end.eq_ignore_ascii_case(domain.as_bytes())
}

/// Whether `name` has `word` by itself, not as a part of another ("scimitar"), in any case.
#[must_use]
pub fn has_word(name: &str, word: &str) -> bool {
    name.split(|character: char| !character.is_alphanumeric())
        .any(|part| part.eq_ignore_ascii_case(word))
}

/// Whether a URI is the Embeddable Framework's page on a Genesys host, or nearly so.
#[must_use]
pub fn is_embeddable_uri(uri: &str) -> bool {
    let Some((_, rest)) = split_scheme(uri) else {
        return false;
    };
    let begins = rest.get(..5);
    if !begins.is_some_and(|begins| begins.eq_ignore_ascii_case("apps.")) {
        return false;
    }
    let rest = rest.to_ascii_lowercase();
    let (host, path) = rest.split_once('/').unwrap_or((&rest, ""));
    let path = path.split(['?', '#']).next().unwrap_or("");
    (host.ends_with("pure.cloud") || ends_as_vendor(host)) && is_below_crm(path)
}

/// Whether a host ends in the vendor's name and the suffix of a country, misspelt or not, rather
/// than in the domain of a third party.
fn ends_as_vendor(host: &str) -> bool {
    let behind = host.split_once("mypurecloud.").map(|(_, behind)| behind);
    behind.is_some_and(|suffix| {
        let mut labels = suffix.trim_end_matches('.').split('.');
        let is_short = |label: &str| (1..=3).contains(&label.len());
        labels.by_ref().take(2).all(is_short) && labels.next().is_none()
    })
}

/// Whether a path is below the directory of the Embeddable Framework.
#[must_use]
pub fn is_below_crm(path: &str) -> bool {
    let mut segments = path.split('/').filter(|segment| !segment.is_empty());
    segments
        .next()
        .is_some_and(|first| first.eq_ignore_ascii_case("crm"))
}

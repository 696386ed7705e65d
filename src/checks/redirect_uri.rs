//! Redirect URIs taken apart, and what each of them is first of all.
//!
//! Invariant: pure, and total on any text. Every URI has exactly one [`Class`], the first of this
//! list that it meets, so that one fault makes one finding:
//!
//! 1. dangerous scheme: a browser would run or open it, however it is disguised;
//! 2. wildcard: `*` where a server might match a pattern;
//! 3. invalid: no absolute URI, or one that two parsers read differently. RFC 3986 and the
//!    WHATWG URL standard disagree on backslashes, tabs, missing slashes, encoded and numeric
//!    hosts; where they do, the server that compares and the browser that follows may mean
//!    different hosts, and that is the fault;
//! 4. a scheme of an application, or a well-formed web URI.
//!
//! Rules about hosts, paths and queries look at the last class alone.

use super::grouping::DedupSet;
use super::regions::{is_meant_as_crm_page, is_vendor_host};
use super::{Judgement, RuleContext};
use crate::catalog::Need;
use crate::model::{Client, ClientKind, FieldName, GrantType, Part, Target};
use crate::text::Place;
use serde::Deserialize;
use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::{HashMap, HashSet};
use std::fmt::Write;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::sync::LazyLock;
use url::Url;

/// The redirect URIs of one client, taken apart when the first rule asks.
#[derive(Debug, Default)]
pub struct Redirects<'u> {
    uris: OnceCell<Vec<RedirectUri<'u>>>,
    /// The first and the last position of each meaning.
    meanings: OnceCell<HashMap<Cow<'u, str>, (u32, u32)>>,
    /// Whether a public host is registered, for `replacements`.
    pub(super) has_public_host: OnceCell<bool>,
}

impl<'u> Redirects<'u> {
    pub(super) fn of(&self, client: &'u Client<'_>) -> &[RedirectUri<'u>] {
        self.uris.get_or_init(|| read_all(client))
    }

    /// Whether a URI that means the same as `better` is registered next to `uri`.
    pub(super) fn is_also_registered(
        &self,
        client: &'u Client<'_>,
        uri: &RedirectUri<'_>,
        better: &str,
    ) -> bool {
        let meanings = self.meanings.get_or_init(|| {
            let mut meanings = HashMap::new();
            for uri in self.of(client) {
                if let Some(meaning) = uri.meaning() {
                    meanings.entry(meaning).or_insert((uri.index, uri.index)).1 = uri.index;
                }
            }
            meanings
        });
        meaning(better)
            .and_then(|wanted| meanings.get(&wanted))
            .is_some_and(|&(first, last)| first != uri.index || last != uri.index)
    }
}

/// One redirect URI as registered.
#[derive(Debug)]
pub(super) struct RedirectUri<'u> {
    /// As it is in the export.
    pub(super) raw: &'u str,
    /// What it is.
    pub(super) class: Class<'u>,
    /// The same text is earlier in the list.
    pub(super) is_repeated: bool,
    /// Its position in the list.
    pub(super) index: u32,
    place: Place,
}

/// What a redirect URI is first of all.
#[derive(Debug)]
pub(super) enum Class<'u> {
    /// Its scheme, which a browser runs or opens.
    Dangerous(String),
    /// The part that the wildcard is in.
    Wildcard(WildcardPart),
    Invalid(Invalid),
    Custom(Custom<'u>),
    Web(Web<'u>),
}

impl<'u> Class<'u> {
    /// What it is as a redirect URI.
    pub(super) fn classify(raw: &'u str) -> Self {
        classify(raw, None)
    }

    fn meaning(&self, raw: &'u str) -> Option<Cow<'u, str>> {
        match self {
            Self::Web(Web { url: None, .. }) | Self::Custom(_) => Some(Cow::Borrowed(raw)),
            Self::Web(web) => Some(Cow::Owned(web.meaning())),
            _ => None,
        }
    }
}

/// Where a wildcard is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum WildcardPart {
    /// The host, or there is nothing else.
    Host,
    Port,
    Path,
}

/// Why a URI is invalid, and what could be meant.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Invalid {
    pub(super) flaw: Flaw,
    /// The part that is wrong.
    pub(super) culprit: String,
    /// What is probably meant, or what a browser makes of it.
    pub(super) better: String,
}

/// The ways in which a URI is invalid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flaw {
    Blank,
    /// Several URIs in one entry.
    Several,
    Whitespace,
    /// Invisible characters.
    Invisible,
    /// A template that was not filled in.
    Placeholder,
    Backslash,
    /// A character or percent escape that no URI may have.
    Character,
    /// No scheme, but a host.
    NoScheme,
    /// No scheme and no host.
    Relative,
    /// A misspelt `http` or `https`.
    SchemeSlip,
    /// Not exactly two slashes before the host.
    Slashes,
    /// Several `@`.
    Authority,
    /// Percent escapes in the host.
    EncodedHost,
    /// An IPv4 address that is not four decimal numbers.
    NumericHost,
    /// Characters in the host that a browser replaces.
    MappedHost,
    /// No host, or none that DNS can hold.
    Host,
    /// An invalid port.
    Port,
}

/// A URI of a scheme other than `http` and `https`.
#[derive(Debug)]
pub(super) struct Custom<'u> {
    /// In lower case.
    pub(super) scheme: String,
    pub(super) fragment: Option<&'u str>,
}

/// A well-formed `http` or `https` URI.
#[derive(Debug)]
pub(super) struct Web<'u> {
    /// As a browser reads it; none where that is what is written.
    url: Option<Box<Url>>,
    pub(super) host: Host<'u>,
    /// Worked out when the first rule asks.
    environment: OnceCell<Environment>,
    /// The part of the name that is a public suffix.
    suffix: Suffix,
    /// The scheme as written.
    scheme: &'u str,
    /// User and password, without the `@`.
    pub(super) userinfo: Option<&'u str>,
    written_host: &'u str,
    written_port: Option<&'u str>,
    /// The path as written, not resolved.
    pub(super) path: &'u str,
    pub(super) query: Option<&'u str>,
    pub(super) fragment: Option<&'u str>,
}

/// What to write differently.
#[derive(Default)]
struct Changes<'c> {
    scheme: Option<&'c str>,
    drops_userinfo: bool,
    host: Option<&'c str>,
    path: Option<&'c str>,
}

/// The host of a web URI.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Host<'u> {
    /// A name in lower case and ASCII, without a dot at its end.
    Name(Cow<'u, str>),
    V4(Ipv4Addr),
    V6(Ipv6Addr),
}

/// Which environment a host belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Environment {
    /// The user's own machine.
    Loopback,
    /// A name that has no meaning on the public network.
    Internal,
    /// An address in place of a name.
    Address,
    /// A public name that says it is for testing.
    Test,
    Public,
}

/// Schemes that a browser runs, or opens with its own rights or from the local disk.
const DANGEROUS: [&str; 14] = [
    "about",
    "blob",
    "chrome",
    "content",
    "data",
    "file",
    "filesystem",
    "intent",
    "jar",
    "javascript",
    "livescript",
    "mhtml",
    "vbscript",
    "view-source",
];

/// Words in a host name that say it is for testing.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Words {
    test_hosts: HashSet<String>,
}

static WORDS: LazyLock<Words> = LazyLock::new(|| {
    // A test reads the file; if it were broken, no host would be called a test host.
    toml::from_str(include_str!("../../rules/data/words.toml")).unwrap_or_default()
});

/// Takes the URIs of a client apart.
pub(super) fn read_all<'u>(client: &'u Client<'_>) -> Vec<RedirectUri<'u>> {
    let mut seen = DedupSet::default();
    let mut uris: Vec<RedirectUri<'u>> = Vec::new();
    for item in client.redirect_uris.items() {
        let before = uris.last().and_then(RedirectUri::web);
        uris.push(RedirectUri {
            raw: item.value,
            class: classify(item.value, before),
            is_repeated: !seen.insert(item.value.as_ref()),
            index: item.index,
            place: item.place,
        });
    }
    uris
}

/// Whether the client's grant sends a browser to its redirect URIs. Where the grant is not
/// known, URIs are judged: nothing but such a grant has use for them.
pub(super) fn are_used(client: &Client<'_>) -> bool {
    !matches!(
        client.grant(),
        Some(GrantType::ClientCredentials | GrantType::Saml2Bearer | GrantType::Password)
    )
}

/// Judges each distinct URI of a client whose grant redirects; what is hidden is not judged.
pub(super) fn for_each(
    context: &RuleContext<'_, '_>,
    judgement: &mut Judgement,
    mut judge: impl FnMut(&RedirectUri<'_>, &mut Judgement),
) {
    if !are_used(context.client) {
        return;
    }
    for uri in context.redirects.of(context.client) {
        if !uri.is_repeated {
            judge(uri, judgement);
        }
    }
    if !context.client.redirect_uris.is_complete() {
        judgement.not_judged(Need::Value);
    }
}

/// Passes each well-formed web URI that no earlier one repeats to `judge`.
pub(super) fn for_each_web(
    context: &RuleContext<'_, '_>,
    judgement: &mut Judgement,
    mut judge: impl FnMut(&RedirectUri<'_>, &Web<'_>, &mut Judgement),
) {
    for_each(context, judgement, |uri, judgement| {
        if let Class::Web(web) = &uri.class {
            judge(uri, web, judgement);
        }
    });
}

/// Whether `embeddable-redirect` judges a URI, character by character: its right form
/// is one of the framework's pages.
pub(super) fn is_embeddable_page(client: &Client<'_>, web: &Web<'_>) -> bool {
    client.may_be(ClientKind::Embeddable)
        && web.name().is_some_and(is_vendor_host)
        && is_meant_as_crm_page(web.path)
}

/// For each URI the position of the one that it repeats, in other words or the same. Of
/// several that mean the same, the first that is written canonically is the one to keep.
pub(super) fn duplicates(uris: &[RedirectUri<'_>]) -> Vec<Option<usize>> {
    let is_as_written =
        |uri: &RedirectUri<'_>| !uri.is_repeated && uri.web().is_some_and(|web| web.url.is_none());
    if uris.iter().all(is_as_written) {
        return vec![None; uris.len()];
    }
    let meanings: Vec<Option<Cow<'_, str>>> = uris.iter().map(RedirectUri::meaning).collect();
    let mut kept: HashMap<&str, usize> = HashMap::new();
    for (at, meaning) in meanings.iter().enumerate() {
        let Some(meaning) = meaning else { continue };
        kept.entry(meaning)
            .and_modify(|kept| {
                if !uris[*kept].is_canonical() && uris[at].is_canonical() {
                    *kept = at;
                }
            })
            .or_insert(at);
    }
    meanings
        .iter()
        .enumerate()
        .map(|(at, meaning)| {
            let kept = *kept.get(meaning.as_deref()?)?;
            (kept != at).then_some(kept)
        })
        .collect()
}

impl<'u> RedirectUri<'u> {
    /// Where a finding about it points.
    pub(super) fn target(&self) -> Target<'_> {
        Target {
            place: self.place,
            field: FieldName::RedirectUris,
            index: Some(self.index),
            part: Part::Whole,
            value: Cow::Borrowed(self.raw),
        }
    }

    /// Its place.
    pub(super) fn place(&self) -> Place {
        self.place
    }

    /// The web URI that it is, if it is one.
    pub(super) fn web(&self) -> Option<&Web<'u>> {
        match &self.class {
            Class::Web(web) => Some(web),
            _ => None,
        }
    }

    fn meaning(&self) -> Option<Cow<'u, str>> {
        self.class.meaning(self.raw)
    }

    fn is_canonical(&self) -> bool {
        self.web().is_none_or(|web| web.canonical() == self.raw)
    }
}

/// A text that is equal for redirect URIs that mean the same; none for what is no URI.
pub(super) fn meaning(raw: &str) -> Option<Cow<'_, str>> {
    if as_written(raw).is_some() {
        return Some(Cow::Borrowed(raw));
    }
    Class::classify(raw).meaning(raw)
}

/// The scheme, host and path of a web URI that every reader takes for just what is written, so
/// that it need not be taken apart. Most are; `None` decides nothing.
fn as_written(raw: &str) -> Option<(&str, &str, &str)> {
    let (scheme, rest) = ["https", "http"].into_iter().find_map(|web| {
        let rest = raw.strip_prefix(web)?.strip_prefix("://")?;
        Some((web, rest))
    })?;
    // Bytes, since a text is searched for a character in a slower way.
    let (host, path) = rest.split_at(rest.bytes().position(|byte| byte == b'/')?);
    let is_label = |label: &[u8]| {
        let is_name =
            |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || *byte == b'-';
        (1..=63).contains(&label.len()) && !label.starts_with(b"xn--") && label.iter().all(is_name)
    };
    let is_segment = |segment: &[u8]| {
        let is_plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(byte);
        !segment.starts_with(b".") && segment.iter().all(is_plain)
    };
    let mut labels = host.as_bytes().split(|byte| *byte == b'.');
    // A last label with a digit may be a number to a browser, and the host an address.
    let ends_in_letters = |host: &str| {
        let mut last = host.bytes().rev().take_while(|byte| *byte != b'.');
        last.all(|byte| byte.is_ascii_lowercase())
    };
    let mut segments = path.as_bytes().split(|byte| *byte == b'/').skip(1);
    (host.len() <= 253 && labels.all(is_label) && ends_in_letters(host) && segments.all(is_segment))
        .then_some((scheme, host, path))
}

impl<'u> Web<'u> {
    /// A URI that every reader takes for just what is written.
    fn as_written(
        (scheme, host, path): (&'u str, &'u str, &'u str),
        before: Option<&Self>,
    ) -> Self {
        let before = before.filter(|before| before.name() == Some(host));
        Self {
            url: None,
            host: Host::Name(Cow::Borrowed(host)),
            environment: before.map_or_else(OnceCell::new, |before| before.environment().into()),
            suffix: before.map_or_else(|| Suffix::of(host), |before| before.suffix),
            scheme,
            userinfo: None,
            written_host: host,
            written_port: None,
            path,
            query: None,
            fragment: None,
        }
    }

    pub(super) fn is_https(&self) -> bool {
        self.scheme.eq_ignore_ascii_case("https")
    }

    /// The scheme in lower case.
    fn scheme(&self) -> &'static str {
        if self.is_https() { "https" } else { "http" }
    }

    /// The port, unless it is that of the scheme.
    fn port(&self) -> Option<u16> {
        self.url.as_ref()?.port()
    }

    /// The path as a browser resolves it.
    pub(super) fn resolved_path(&self) -> &str {
        self.url.as_ref().map_or(self.path, |url| url.path())
    }

    /// The parameters of the query, decoded.
    pub(super) fn query_pairs(&self) -> impl Iterator<Item = (Cow<'_, str>, Cow<'_, str>)> {
        self.url.iter().flat_map(|url| url.query_pairs())
    }

    /// Whether it leads to the user's own machine: 127.0.0.0/8, `[::1]`, `localhost` and
    /// names below it (RFC 6761, section 6.3).
    pub(super) fn is_loopback(&self) -> bool {
        match &self.host {
            Host::Name(name) => &**name == "localhost" || name.ends_with(".localhost"),
            Host::V4(address) => address.is_loopback(),
            Host::V6(address) => address.is_loopback(),
        }
    }

    /// The name of the host, unless it is an address.
    pub(super) fn name(&self) -> Option<&str> {
        match &self.host {
            Host::Name(name) => Some(name),
            _ => None,
        }
    }

    /// The host as a URI has it: in lower case and ASCII, an IPv6 address in brackets.
    pub(super) fn host_text(&self) -> String {
        match &self.host {
            Host::Name(name) => name.to_string(),
            Host::V4(address) => address.to_string(),
            Host::V6(address) => format!("[{address}]"),
        }
    }

    /// The registered domain of this host, by the Public Suffix List.
    pub(super) fn registrable(&self) -> Option<&str> {
        let name = self.name()?;
        let before = name.len().checked_sub(self.suffix.length + 1)?;
        let before = name.as_bytes().get(..before)?;
        let dot = before.iter().rposition(|byte| *byte == b'.');
        let start = dot.map_or(0, |dot| dot + 1);
        name.get(start..)
    }

    /// Whether its name is itself a suffix below which anybody may register. A single label
    /// is an internal name.
    pub(super) fn is_public_suffix(&self) -> bool {
        self.suffix.is_known
            && self
                .name()
                .is_some_and(|name| name.len() == self.suffix.length && name.contains('.'))
    }

    /// Whether its address is of a private network or of none.
    pub(super) fn is_private_address(&self) -> bool {
        match &self.host {
            Host::Name(_) => false,
            Host::V4(address) => is_private(*address),
            Host::V6(address) => {
                // An IPv4 address in the dress of IPv6 leads to where that leads.
                if let Some(inner) = address.to_ipv4_mapped() {
                    return inner.is_loopback() || is_private(inner);
                }
                let first = address.segments()[0];
                address.is_unspecified() || first & 0xfe00 == 0xfc00 || first & 0xffc0 == 0xfe80
            }
        }
    }

    /// Whether its name has no meaning on the public network: a single label, or a top-level
    /// domain that is not delegated.
    pub(super) fn is_internal_name(&self) -> bool {
        let Some(name) = self.name() else {
            return false;
        };
        !self.is_loopback()
            && (!name.contains('.') || name.ends_with(".home.arpa") || !self.suffix.is_known)
    }

    /// The label that was registered, unless the suffix is private, such as
    /// `herokuapp.com`: `example` of `app.example.co.uk`.
    pub(super) fn registered_label(&self) -> Option<&str> {
        let registrable = self.registrable()?;
        registrable
            .split('.')
            .next()
            .filter(|_| !self.suffix.is_private)
    }

    /// The address in its name that its name resolves to, as `10.1.2.3.nip.io` does.
    pub(super) fn address_within(&self) -> Option<Ipv4Addr> {
        const SERVICES: [&str; 4] = [".nip.io", ".sslip.io", ".xip.io", ".traefik.me"];
        let name = self.name()?;
        let below = SERVICES
            .iter()
            .find_map(|service| name.strip_suffix(service))?;
        let numbers: Vec<Option<u8>> = below
            .split(['.', '-'])
            .map(|number| number.parse().ok())
            .collect();
        numbers.windows(4).find_map(|four| match *four {
            [Some(a), Some(b), Some(c), Some(d)] => Some(Ipv4Addr::new(a, b, c, d)),
            _ => None,
        })
    }

    /// The word in its name that says it is for testing. The registered domain does not
    /// count: `sandbox.com` is a name of its own. Before `herokuapp.com` and its kind each
    /// environment has a name of its own, and but for a few words that begin a trade name the
    /// word may stand anywhere in it.
    pub(super) fn test_word(&self) -> Option<&str> {
        const OF_TRADE: [&str; 3] = ["demo", "lab", "poc"];
        let name = self.name()?;
        let below = if self.suffix.is_private {
            name.get(..name.len().checked_sub(self.suffix.length)?)?
        } else {
            name.strip_suffix(self.registrable()?)?
        };
        let is_test = |(at, word): &(usize, &str)| {
            let word = word.trim_end_matches(|character: char| character.is_ascii_digit());
            let begins_name = self.suffix.is_private && *at == 0 && OF_TRADE.contains(&word);
            WORDS.test_hosts.contains(word) && !begins_name
        };
        let mut words = below.split(['.', '-', '_']).enumerate();
        words.find(is_test).map(|(_, word)| word)
    }

    /// Which environment it belongs to.
    pub(super) fn environment(&self) -> Environment {
        *self.environment.get_or_init(|| self.work_out_environment())
    }

    fn work_out_environment(&self) -> Environment {
        if self.is_loopback() {
            Environment::Loopback
        } else if self.name().is_none() || self.address_within().is_some() {
            Environment::Address
        } else if self.is_internal_name() {
            Environment::Internal
        } else if self.test_word().is_some() && !self.name().is_some_and(is_vendor_host) {
            Environment::Test
        } else {
            Environment::Public
        }
    }

    /// This URI as it can be registered: with `https`, unless it leads to the user's own
    /// machine or `keeps_scheme`, without user, password and fragment, its path resolved. All
    /// rules name this one, whatever each reports.
    pub(super) fn repaired(&self, keeps_scheme: bool) -> String {
        self.repair(None, keeps_scheme)
    }

    /// This URI with another host, repaired as by [`Self::repaired`].
    pub(super) fn repaired_host(&self, host: &str) -> String {
        self.repair(Some(host), false)
    }

    fn repair(&self, host: Option<&str>, keeps_scheme: bool) -> String {
        let resolved = Some(self.resolved_path()).filter(|_| !self.path.is_empty());
        let mut path = resolved.unwrap_or_default().to_owned();
        while path.contains("//") {
            path = path.replace("//", "/");
        }
        let mut text = self.written(&Changes {
            scheme: (!self.is_loopback() && !keeps_scheme).then_some("https"),
            drops_userinfo: true,
            host,
            path: Some(&path),
        });
        text.truncate(text.find('#').unwrap_or(text.len()));
        text
    }

    /// This URI as every party writes it: scheme and host in lower case and ASCII, no
    /// default port, no dot at the end of the host. The path stays as it is.
    pub(super) fn canonical(&self) -> String {
        self.written(&Changes::default())
    }

    /// The path in ASCII.
    fn path(&self) -> Cow<'_, str> {
        if self.path.is_ascii() {
            Cow::Borrowed(self.path)
        } else {
            Cow::Borrowed(self.resolved_path())
        }
    }

    fn written(&self, changes: &Changes<'_>) -> String {
        let scheme = changes.scheme.unwrap_or(self.scheme());
        let mut text = format!("{scheme}://");
        if let Some(userinfo) = self.userinfo.filter(|_| !changes.drops_userinfo) {
            text.push_str(userinfo);
            text.push('@');
        }
        match changes.host {
            Some(host) => text.push_str(host),
            None => text.push_str(&self.host_text()),
        }
        // The parser leaves out the default port of the URI's own scheme.
        if let Some(port) = self.port().filter(|port| (scheme, *port) != ("https", 443)) {
            let _ = write!(text, ":{port}");
        }
        match changes.path {
            Some(path) => text.push_str(path),
            None => text.push_str(&self.path()),
        }
        if self.query.is_some() {
            text.push('?');
            text.push_str(self.url.as_ref().and_then(|url| url.query()).unwrap_or(""));
        }
        if let Some(fragment) = self.fragment {
            text.push('#');
            text.push_str(fragment);
        }
        text
    }

    /// A text that is equal for URIs that lead to the same place: resolved, and percent
    /// escapes only where they are needed.
    fn meaning(&self) -> String {
        self.written(&Changes {
            path: Some(&unescaped(self.resolved_path())),
            ..Changes::default()
        })
    }

    /// How scheme, host and port are written, as against how they would be.
    pub(super) fn is_written_canonically(&self) -> bool {
        let is_host = match &self.host {
            Host::Name(name) => self.written_host == name,
            _ => self.written_host == self.host_text(),
        };
        let is_port = match (self.port(), self.written_port) {
            (Some(port), Some(written)) => *written == port.to_string(),
            (None, None) => true,
            _ => false,
        };
        self.scheme == self.scheme()
            && is_host
            && is_port
            && self.path.is_ascii()
            && self.query.is_none_or(str::is_ascii)
    }
}

/// Whether an address is of a private network or of none.
fn is_private(address: Ipv4Addr) -> bool {
    let [first, second, ..] = address.octets();
    address.is_private()
        || address.is_link_local()
        || address.is_unspecified()
        // Shared address space of carriers, RFC 6598.
        || (first == 100 && (64..128).contains(&second))
}

/// A path with escaped letters, digits, `-`, `.`, `_` and `~` written out, and the digits of
/// all other escapes in upper case (RFC 3986, section 6.2.2).
fn unescaped(path: &str) -> String {
    let bytes = path.as_bytes();
    let mut text = String::with_capacity(path.len());
    let mut rest = path;
    while let Some((before, after)) = rest.split_once('%') {
        text.push_str(before);
        match escaped_byte(after) {
            Some(byte) if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) => {
                text.push(char::from(byte));
            }
            Some(byte) => {
                let _ = write!(text, "%{byte:02X}");
            }
            None => {
                text.push('%');
                rest = after;
                continue;
            }
        }
        rest = &after[2..];
    }
    text.push_str(rest);
    debug_assert!(text.len() <= bytes.len());
    text
}

/// The byte that the two hexadecimal digits at the start of `text` mean.
fn escaped_byte(text: &str) -> Option<u8> {
    let digits = text.get(..2)?;
    if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return None;
    }
    u8::from_str_radix(digits, 16).ok()
}

/// The parts of a URI by RFC 3986, appendix B.
struct Parts<'u> {
    scheme: &'u str,
    /// All between `//` and the path.
    authority: Option<&'u str>,
    path: &'u str,
    query: Option<&'u str>,
    fragment: Option<&'u str>,
}

impl<'u> Parts<'u> {
    fn split(raw: &'u str) -> Option<Self> {
        let (scheme, rest) = raw.split_once(':')?;
        if !is_scheme(scheme) {
            return None;
        }
        let (rest, fragment) = split_off(rest, '#');
        let (rest, query) = split_off(rest, '?');
        let (authority, path) = match rest.strip_prefix("//") {
            Some(rest) => {
                let end = rest.find('/').unwrap_or(rest.len());
                (Some(&rest[..end]), &rest[end..])
            }
            None => (None, rest),
        };
        Some(Self {
            scheme,
            authority,
            path,
            query,
            fragment,
        })
    }
}

fn split_off(text: &str, mark: char) -> (&str, Option<&str>) {
    match text.split_once(mark) {
        Some((before, after)) => (before, Some(after)),
        None => (text, None),
    }
}

fn is_scheme(text: &str) -> bool {
    text.starts_with(|character: char| character.is_ascii_alphabetic())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
}

/// What a text is as a redirect URI; `before` is another of the client, of the same host as a
/// rule.
fn classify<'u>(raw: &'u str, before: Option<&Web<'u>>) -> Class<'u> {
    if let Some(parts) = as_written(raw) {
        return Class::Web(Web::as_written(parts, before));
    }
    if let Some(scheme) = dangerous_scheme(raw) {
        return Class::Dangerous(scheme);
    }
    if let Some(part) = wildcard(raw) {
        return Class::Wildcard(part);
    }
    match read(raw) {
        Ok(class) => class,
        Err(invalid) => Class::Invalid(invalid),
    }
}

/// The dangerous scheme that a browser would see: it cuts control characters and spaces off
/// the ends, and tabs and line breaks out of the middle.
fn dangerous_scheme(raw: &str) -> Option<String> {
    let seen: String = raw
        .trim_start_matches(|character: char| character <= ' ')
        .chars()
        .filter(|character| !matches!(character, '\t' | '\n' | '\r'))
        .take_while(|character| *character != ':')
        .take(32)
        .collect();
    let seen = seen.to_ascii_lowercase();
    (DANGEROUS.contains(&seen.as_str()) && raw.contains(':')).then_some(seen)
}

fn wildcard(raw: &str) -> Option<WildcardPart> {
    let before_query = raw.split(['?', '#']).next().unwrap_or("");
    if !before_query.contains('*') {
        return None;
    }
    let behind_scheme = before_query
        .split_once("://")
        .map_or(before_query, |(_, rest)| rest);
    let authority = behind_scheme.split('/').next().unwrap_or("");
    // An asterisk among user and password is as good as any other character there.
    let host = authority.rsplit('@').next().unwrap_or("");
    if !host.contains('*') {
        let path = &behind_scheme[authority.len()..];
        return path.contains('*').then_some(WildcardPart::Path);
    }
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    Some(if name.contains('*') {
        WildcardPart::Host
    } else {
        WildcardPart::Port
    })
}

fn invalid(flaw: Flaw, culprit: impl Into<String>, better: impl Into<String>) -> Invalid {
    Invalid {
        flaw,
        culprit: culprit.into(),
        better: better.into(),
    }
}

/// A text that a browser reads, and other programs read differently. If not even a browser
/// makes a URI of it, it is `otherwise`.
fn ambiguous(raw: &str, flaw: Flaw, culprit: &str, otherwise: Flaw) -> Invalid {
    match Url::parse(raw) {
        // Where a browser changes nothing, all parsers agree.
        Ok(reading) if reading.as_str() != raw => invalid(flaw, culprit, reading),
        _ => invalid(otherwise, culprit, ""),
    }
}

fn read(raw: &str) -> Result<Class<'_>, Invalid> {
    if raw.trim().is_empty() {
        return Err(invalid(Flaw::Blank, "", ""));
    }
    check_characters(raw)?;
    let Some(parts) = Parts::split(raw) else {
        return Err(without_scheme(raw));
    };
    let scheme = parts.scheme.to_ascii_lowercase();
    if scheme == "http" || scheme == "https" {
        return web(raw, &parts).map(Class::Web);
    }
    if is_port(parts.path.split('/').next().unwrap_or("")) && parts.authority.is_none() {
        // `app.example.com:8443/cb`: what precedes the colon is the host.
        return Err(without_scheme(raw));
    }
    let slip = ["https", "http"]
        .into_iter()
        .find(|known| strsim::osa_distance(known, &scheme) == 1);
    if let (Some(meant), Some(_)) = (slip, parts.authority) {
        let better = format!("{meant}{}", &raw[parts.scheme.len()..]);
        return Err(invalid(Flaw::SchemeSlip, parts.scheme, better));
    }
    if Url::parse(raw).is_err() {
        return Err(invalid(Flaw::Host, parts.authority.unwrap_or(raw), ""));
    }
    Ok(Class::Custom(Custom {
        scheme,
        fragment: parts.fragment,
    }))
}

/// Refuses characters that no URI may have.
fn check_characters(raw: &str) -> Result<(), Invalid> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~:/?#@!$&'()+=".contains(&byte);
    if raw.bytes().all(is_plain) {
        return Ok(());
    }
    let several: Vec<&str> = raw
        .split(|character: char| character.is_whitespace() || matches!(character, ',' | ';' | '|'))
        .filter(|piece| !piece.is_empty())
        .collect();
    if several.len() > 1
        && several.iter().all(|piece| {
            piece
                .split_once("://")
                .is_some_and(|(scheme, _)| is_scheme(scheme))
        })
    {
        let better: Vec<String> = several.iter().map(|piece| format!("\"{piece}\"")).collect();
        return Err(invalid(
            Flaw::Several,
            several.len().to_string(),
            better.join(", "),
        ));
    }
    if raw.contains(char::is_whitespace) {
        let better: String = raw.split_whitespace().collect();
        return Err(invalid(Flaw::Whitespace, "", better));
    }
    if let Some(hidden) = raw.chars().find(|&character| is_invisible(character)) {
        let better: String = raw
            .chars()
            .filter(|&character| !is_invisible(character))
            .collect();
        let culprit = format!("U+{:04X}", u32::from(hidden));
        return Err(invalid(Flaw::Invisible, culprit, better));
    }
    if let Some(template) = placeholder(raw) {
        return Err(invalid(Flaw::Placeholder, template, ""));
    }
    if raw.contains('\\') {
        return Err(ambiguous(raw, Flaw::Backslash, "\\", Flaw::Character));
    }
    // Behind the scheme and its slashes, brackets may only enclose an address.
    if let Some(character) = raw
        .chars()
        .find(|character| matches!(character, '"' | '<' | '>' | '^' | '`' | '{' | '|' | '}'))
    {
        return Err(invalid(Flaw::Character, character.to_string(), ""));
    }
    let mut rest = raw;
    while let Some((_, after)) = rest.split_once('%') {
        if escaped_byte(after).is_none() {
            let end = after
                .char_indices()
                .nth(2)
                .map_or(after.len(), |(at, _)| at);
            return Err(invalid(Flaw::Character, format!("%{}", &after[..end]), ""));
        }
        rest = after;
    }
    Ok(())
}

/// Control characters, and those that show nothing or change the direction of what follows.
fn is_invisible(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{ad}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}')
}

/// A template that is where its value should: `{tenant}`, `<region>`, `%HOST%`.
fn placeholder(raw: &str) -> Option<&str> {
    for (open, close) in [('{', '}'), ('<', '>'), ('[', ']')] {
        let Some(start) = raw.find(open) else {
            continue;
        };
        let Some(length) = raw[start..].find(close) else {
            continue;
        };
        let inside = &raw[start + 1..start + length];
        let is_name = inside.chars().any(char::is_alphabetic) && !inside.contains([':', '/']);
        if is_name {
            return Some(&raw[start..=start + length]);
        }
    }
    None
}

/// Up to five digits.
fn is_port(text: &str) -> bool {
    !text.is_empty() && text.len() <= 5 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// A text without a scheme: a host that lacks one, or a relative reference.
fn without_scheme(raw: &str) -> Invalid {
    let candidate = raw
        .strip_prefix("//")
        .or_else(|| {
            ["https//", "http//", "https/", "http/"]
                .iter()
                .find_map(|slip| raw.strip_prefix(slip))
        })
        .unwrap_or(raw);
    let host = candidate.split(['/', '?', '#', ':']).next().unwrap_or("");
    let is_host = (host.contains('.') && !host.starts_with('.')) || host == "localhost";
    if !candidate.starts_with('/') && is_host {
        let better = format!("https://{candidate}");
        if Url::parse(&better).is_ok() {
            return invalid(Flaw::NoScheme, "", better);
        }
    }
    invalid(Flaw::Relative, "", "")
}

/// Reads an `http` or `https` URI by RFC 3986, and by the WHATWG standard; both must agree.
fn web<'u>(raw: &'u str, parts: &Parts<'u>) -> Result<Web<'u>, Invalid> {
    let authority = match parts.authority {
        Some(authority) if !authority.is_empty() => authority,
        _ if parts.path.trim_matches('/').is_empty() => {
            return Err(invalid(Flaw::Host, "", ""));
        }
        _ => return Err(ambiguous(raw, Flaw::Slashes, parts.scheme, Flaw::Host)),
    };
    if authority.matches('@').count() > 1 {
        return Err(ambiguous(raw, Flaw::Authority, authority, Flaw::Host));
    }
    let (userinfo, server) = match authority.split_once('@') {
        Some((userinfo, server)) => (Some(userinfo), server),
        None => (None, authority),
    };
    let (host, port) = split_server(server);
    check_host(raw, host)?;
    if let Some(port) = port.filter(|port| !port.is_empty())
        && port.parse::<u16>().map_or(true, |port| port == 0)
    {
        return Err(invalid(Flaw::Port, port, ""));
    }
    let Ok(url) = Url::parse(raw) else {
        return Err(invalid(Flaw::Host, host, ""));
    };
    let meant = match url.host() {
        Some(url::Host::Ipv4(address)) => {
            if host.trim_end_matches('.') != address.to_string() {
                return Err(invalid(Flaw::NumericHost, host, url.to_string()));
            }
            Host::V4(address)
        }
        Some(url::Host::Ipv6(address)) => Host::V6(address),
        Some(url::Host::Domain(name)) => {
            if !host.is_ascii() && is_mapped(host, name) {
                return Err(invalid(Flaw::MappedHost, host, url.to_string()));
            }
            let name = name.strip_suffix('.').unwrap_or(name);
            if name.len() > 253
                || name
                    .split('.')
                    .any(|label| label.is_empty() || label.len() > 63)
            {
                return Err(invalid(Flaw::Host, host, ""));
            }
            Host::Name(Cow::Owned(name.to_owned()))
        }
        None => return Err(invalid(Flaw::Host, host, "")),
    };
    if parts.path.contains(['[', ']']) {
        return Err(invalid(Flaw::Character, "[", ""));
    }
    let suffix = match &meant {
        Host::Name(name) => Suffix::of(name),
        _ => Suffix::default(),
    };
    Ok(Web {
        host: meant,
        environment: OnceCell::new(),
        suffix,
        scheme: parts.scheme,
        userinfo,
        written_host: host,
        written_port: port,
        path: parts.path,
        query: parts.query,
        fragment: parts.fragment,
        url: Some(Box::new(url)),
    })
}

/// The public suffix of a name.
#[derive(Clone, Copy, Debug, Default)]
struct Suffix {
    /// Its bytes, from the end of the name.
    length: usize,
    /// The list has it.
    is_known: bool,
    /// Its owner lets others register names below it, such as `herokuapp.com`.
    is_private: bool,
}

impl Suffix {
    fn of(name: &str) -> Self {
        let suffix = psl::suffix(name.as_bytes());
        Self {
            length: suffix.map_or(name.len(), |suffix| suffix.as_bytes().len()),
            is_known: suffix.is_some_and(|suffix| suffix.is_known()),
            is_private: suffix.is_some_and(|suffix| suffix.typ() == Some(psl::Type::Private)),
        }
    }
}

/// Host and port of `host:port`, where the host may be an address in brackets.
fn split_server(server: &str) -> (&str, Option<&str>) {
    if let Some(end) = server.starts_with('[').then(|| server.find(']')).flatten() {
        let (host, rest) = server.split_at(end + 1);
        return (
            host,
            rest.strip_prefix(':')
                .or((!rest.is_empty()).then_some(rest)),
        );
    }
    match server.rsplit_once(':') {
        Some((host, port)) => (host, Some(port)),
        None => (server, None),
    }
}

/// Refuses hosts that parsers read differently, or that DNS cannot hold.
fn check_host(raw: &str, host: &str) -> Result<(), Invalid> {
    if host.contains('%') {
        return Err(ambiguous(raw, Flaw::EncodedHost, host, Flaw::Host));
    }
    let is_address = host.starts_with('[') && host.ends_with(']');
    let is_name = !host.is_empty()
        && host.chars().all(|character| {
            !character.is_ascii() || character.is_ascii_alphanumeric() || "-._".contains(character)
        });
    if is_address || is_name {
        Ok(())
    } else {
        Err(invalid(Flaw::Host, host, ""))
    }
}

/// Whether a browser replaced characters of a host, such as wide letters, on the way to its
/// ASCII form.
fn is_mapped(written: &str, ascii: &str) -> bool {
    let (unicode, _) = idna::domain_to_unicode(ascii);
    unicode != written.to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flaw(raw: &str) -> Option<Flaw> {
        match Class::classify(raw) {
            Class::Invalid(invalid) => Some(invalid.flaw),
            _ => None,
        }
    }

    fn a_web(raw: &str) -> Web<'_> {
        match Class::classify(raw) {
            Class::Web(web) => web,
            other => panic!("{raw}: {other:?}"),
        }
    }

    #[test]
    fn a_dangerous_scheme_wins_over_every_disguise() {
        for raw in [
            "javascript:alert(1)",
            "JavaScript://app.example.com/%0aalert(1)",
            " javascript:alert(1)",
            "java\tscript:alert(1)",
            "data:text/html,*",
            "file:///etc/passwd",
            "\u{1}vbscript:x",
            "blob:https://app.example.com/1",
        ] {
            assert!(
                matches!(Class::classify(raw), Class::Dangerous(_)),
                "{raw:?}"
            );
        }
        for raw in [
            "https://app.example.com/javascript:x",
            "database:/cb",
            "javascript",
        ] {
            assert!(
                !matches!(Class::classify(raw), Class::Dangerous(_)),
                "{raw:?}"
            );
        }
    }

    #[test]
    fn a_wildcard_counts_before_the_query() {
        for (raw, part) in [
            ("*", WildcardPart::Host),
            ("https://*.example.com/cb", WildcardPart::Host),
            ("http://localhost:*/cb", WildcardPart::Port),
            ("https://*:*/cb", WildcardPart::Host),
            ("https://app.example.com/*", WildcardPart::Path),
            ("com.example.app:/*", WildcardPart::Path),
        ] {
            assert!(
                matches!(Class::classify(raw), Class::Wildcard(found) if found == part),
                "{raw}"
            );
        }
        assert!(matches!(
            Class::classify("https://a.example.com/cb?x=*"),
            Class::Web(_)
        ));
    }

    #[test]
    fn every_flaw_is_told_from_the_others() {
        for (raw, wanted) in [
            ("", Flaw::Blank),
            (" \t", Flaw::Blank),
            ("https://a.example/cb https://b.example/cb", Flaw::Several),
            ("https://a.example/cb,https://b.example/cb", Flaw::Several),
            ("https://a.example/cb\nhttps://b.example/cb", Flaw::Several),
            ("https://app.example.com/cb ", Flaw::Whitespace),
            ("https://app.example.com/my page", Flaw::Whitespace),
            ("https://app.exa\tmple.com/", Flaw::Whitespace),
            ("https://app.example.com/\u{200b}cb", Flaw::Invisible),
            ("https://{tenant}.example.com/cb", Flaw::Placeholder),
            ("https://apps.<region>/crm", Flaw::Placeholder),
            ("https://evil.com\\@app.example.com/", Flaw::Backslash),
            ("https://app.example.com/cb?x=\\y", Flaw::Character),
            ("https://app.example.com/a|b", Flaw::Character),
            ("https://app.example.com/%zz", Flaw::Character),
            ("https://app.example.com/%e", Flaw::Character),
            ("app.example.com/cb", Flaw::NoScheme),
            ("app.example.com:8443/cb", Flaw::NoScheme),
            ("localhost:8080", Flaw::NoScheme),
            ("//app.example.com/cb", Flaw::NoScheme),
            ("https//app.example.com/cb", Flaw::NoScheme),
            ("/cb", Flaw::Relative),
            ("callback", Flaw::Relative),
            ("htps://app.example.com/cb", Flaw::SchemeSlip),
            ("hhtp://app.example.com/cb", Flaw::SchemeSlip),
            ("http:app.example.com", Flaw::Slashes),
            ("https:/app.example.com/cb", Flaw::Slashes),
            ("https:///app.example.com/cb", Flaw::Slashes),
            ("https://a@b@app.example.com/", Flaw::Authority),
            ("https://app%2eexample.com/", Flaw::EncodedHost),
            ("http://0x7f.1/", Flaw::NumericHost),
            ("http://2130706433/", Flaw::NumericHost),
            ("http://0177.0.0.1/", Flaw::NumericHost),
            ("http://127.1/", Flaw::NumericHost),
            ("https://ａｐｐ.example.com/", Flaw::MappedHost),
            ("https://app。example.com/", Flaw::MappedHost),
            ("https://", Flaw::Host),
            ("https://:8080/", Flaw::Host),
            ("https://app..example.com/", Flaw::Host),
            ("https://app.example.com:99999/", Flaw::Port),
            ("https://app.example.com:80a/", Flaw::Port),
            ("https://app.example.com:0/", Flaw::Port),
            ("https://app.example.com:８０/", Flaw::Port),
            ("https://[::1/", Flaw::Host),
            ("https://a.example,b.example/", Flaw::Host),
            ("https://example.123/", Flaw::Host),
        ] {
            assert_eq!(flaw(raw), Some(wanted), "{raw:?}");
        }
    }

    #[test]
    fn what_looks_odd_and_is_well_formed_passes() {
        for raw in [
            "https://app.example.com",
            "HTTP://APP.example.com:80/",
            "http://[::1]:8080/cb",
            "https://münchen.example/cb",
            "https://app.example.com/a/../b",
            "https://app.example.com/cb?next=https://x.example/",
            "https://user:pw@app.example.com/",
            "https://app_1.example.com/",
            "https://app.example.com./cb",
            "https://app.example.com:/cb",
        ] {
            assert!(
                matches!(Class::classify(raw), Class::Web(_)),
                "{raw}: {:?}",
                Class::classify(raw)
            );
        }
        for raw in [
            "com.example.app:/cb",
            "myapp://cb",
            "urn:ietf:wg:oauth:2.0:oob",
        ] {
            assert!(matches!(Class::classify(raw), Class::Custom(_)), "{raw}");
        }
    }

    #[test]
    fn only_the_own_machine_is_loopback() {
        for raw in [
            "http://localhost/",
            "http://LOCALHOST.:8080/",
            "http://app.localhost/",
            "http://127.0.0.1/",
            "http://127.8.9.10:1/",
            "http://[::1]:8080/",
            "http://[0:0:0:0:0:0:0:1]/",
        ] {
            assert!(a_web(raw).is_loopback(), "{raw}");
        }
        for raw in [
            "http://localhost.evil.com/",
            "http://notlocalhost/",
            "http://128.0.0.1/",
            "http://127.0.0.1.evil.com/",
            "http://0.0.0.0/",
            "http://[::ffff:127.0.0.1]/",
            "http://[::2]/",
        ] {
            assert!(!a_web(raw).is_loopback(), "{raw}");
        }
    }

    #[test]
    fn a_host_says_which_environment_it_is_of() {
        for (raw, wanted) in [
            ("http://localhost/", Environment::Loopback),
            ("https://intranet/", Environment::Internal),
            ("https://app.corp/", Environment::Internal),
            ("https://nas.home.arpa/", Environment::Internal),
            ("https://10.1.2.3/", Environment::Address),
            ("https://8.8.8.8/", Environment::Address),
            ("https://test.example.com/", Environment::Test),
            ("https://app-dev2.example.com/", Environment::Test),
            ("https://acme--uat.my.salesforce.com/", Environment::Test),
            ("https://devices.example.com/", Environment::Public),
            ("https://sandbox.com/", Environment::Public),
            ("https://app.example.com/", Environment::Public),
            ("https://app.example.co.uk/", Environment::Public),
        ] {
            assert_eq!(a_web(raw).environment(), wanted, "{raw}");
        }
    }

    #[test]
    fn private_addresses_are_told_from_public_ones() {
        for raw in [
            "https://10.1.2.3/",
            "https://169.254.169.254/",
            "https://100.64.0.1/",
            "https://0.0.0.0/",
            "https://[fd00::1]/",
            "https://[fe80::1]/",
            "https://[::ffff:10.1.2.3]/",
            "https://[::ffff:127.0.0.1]/",
        ] {
            assert!(a_web(raw).is_private_address(), "{raw}");
        }
        for raw in [
            "https://8.8.8.8/",
            "https://100.128.0.1/",
            "https://[2001:db8::1]/",
        ] {
            assert!(!a_web(raw).is_private_address(), "{raw}");
        }
    }

    #[test]
    fn corrections_keep_what_is_right() {
        let cases = [
            ("http://app.example.com", "https://app.example.com"),
            (
                "HTTP://App.Example.com:80/CB?x=Y",
                "https://app.example.com/CB?x=Y",
            ),
            (
                "http://app.example.com:8080/",
                "https://app.example.com:8080/",
            ),
            ("http://app.example.com:443/", "https://app.example.com/"),
        ];
        for (raw, secure) in cases {
            assert_eq!(a_web(raw).repaired(false), secure);
        }
        assert_eq!(
            a_web("http://u:p@localhost:8080/cb#top").repaired(false),
            "http://localhost:8080/cb"
        );
        assert_eq!(
            a_web("https://App.example.com.:443/a?b#c").canonical(),
            "https://app.example.com/a?b#c"
        );
        assert_eq!(
            a_web("https://münchen.example/ä").canonical(),
            "https://xn--mnchen-3ya.example/%C3%A4"
        );
        assert_eq!(
            a_web("https://u:p@app.example.com/#a").repaired(false),
            "https://app.example.com/"
        );
    }

    #[test]
    fn uris_that_lead_to_the_same_place_mean_the_same() {
        let same = |a: &str, b: &str| a_web(a).meaning() == a_web(b).meaning();
        assert!(same(
            "https://app.example.com",
            "HTTPS://APP.example.com:443/"
        ));
        assert!(same(
            "https://app.example.com/a/../cb",
            "https://app.example.com/cb"
        ));
        assert!(same(
            "https://app.example.com/%63b%2f",
            "https://app.example.com/cb%2F"
        ));
        assert!(!same(
            "https://app.example.com/cb",
            "https://app.example.com/cb/"
        ));
        assert!(!same(
            "https://app.example.com/CB",
            "https://app.example.com/cb"
        ));
        assert!(!same(
            "https://app.example.com/cb",
            "http://app.example.com/cb"
        ));
    }

    /// Texts near every branch: samples cut at each character, and with each odd character
    /// put in at each place.
    fn mutations() -> impl Iterator<Item = String> {
        const SAMPLES: [&str; 9] = [
            "https://app.example.com/a/b-c_d.e",
            "https://xn--80ak6aa92e.com/cb",
            "https://user:pw@App.example.com.:8443/a/../b%2f?x=%41&y#z",
            "http://[::1]:8080//cb",
            "http://0x7f.1/",
            "com.example.app:/cb",
            "javascript:alert(1)",
            "https://xn--mnchen-3ya.de/ä",
            "https://a.example/cb https://b.example/cb",
        ];
        const ODD: [&str; 17] = [
            "", "*", " ", "\t", "\\", "/", ":", "@", "%", "#", "?", "[", "]", "{", "ä", "\u{200b}",
            "。",
        ];
        SAMPLES.into_iter().flat_map(|sample| {
            sample.char_indices().flat_map(move |(at, _)| {
                let (before, after) = sample.split_at(at);
                ODD.into_iter()
                    .map(move |odd| format!("{before}{odd}{after}"))
                    .chain([before.to_owned(), after.to_owned()])
            })
        })
    }

    #[test]
    fn any_text_has_a_class_and_a_web_uri_is_read_as_browsers_read_it() {
        for raw in mutations() {
            let Class::Web(web) = Class::classify(&raw) else {
                continue;
            };
            let url = Url::parse(&raw).expect("a URI that browsers read");
            let host = url.host_str().unwrap_or("");
            assert_eq!(web.resolved_path(), url.path(), "{raw:?}");
            assert_eq!(
                (web.scheme(), web.port()),
                (url.scheme(), url.port()),
                "{raw:?}"
            );
            assert_eq!(web.host_text(), host.trim_end_matches('.'), "{raw:?}");
            let canonical = web.canonical();
            let again = a_web(&canonical);
            assert_eq!(again.canonical(), canonical, "{raw:?}");
            assert!(again.is_written_canonically(), "{raw:?}: {canonical}");
            assert_eq!(again.meaning(), web.meaning(), "{raw:?}");
            assert_eq!(
                meaning(&raw).as_deref(),
                Some(web.meaning().as_str()),
                "{raw:?}"
            );
            let repaired = web.repaired(false);
            let repaired = a_web(&repaired);
            assert!(repaired.is_https() || repaired.is_loopback(), "{raw:?}");
            assert_eq!(
                (repaired.userinfo, repaired.fragment),
                (None, None),
                "{raw:?}"
            );
        }
    }

    #[test]
    fn a_correction_is_a_uri_that_browsers_read_in_the_same_way() {
        for raw in mutations() {
            let Class::Invalid(found) = Class::classify(&raw) else {
                continue;
            };
            let is_offered = matches!(
                found.flaw,
                Flaw::NoScheme | Flaw::SchemeSlip | Flaw::Slashes | Flaw::EncodedHost
            );
            if is_offered && !found.better.is_empty() {
                assert!(Url::parse(&found.better).is_ok(), "{raw:?}: {found:?}");
            }
        }
    }
}

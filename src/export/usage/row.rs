//! One usage row, from an object or from the cells of a table.

use super::UsageRow;
use super::faults::{Fault, Faults};
use crate::document::{Kind, Node};
use crate::export::lower::integer;
use crate::model::{Statuses, Text, time_in_utc};
use crate::text::Place;
use jiff::civil::{Date, DateTime};
use std::borrow::Cow;

/// What a key or a column of a row contains.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Column {
    Client,
    User,
    Method,
    Template,
    Requests,
    Status(Class),
    Date,
}

/// The classes of HTTP status that rows count.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Class {
    Success,
    Redirect,
    ClientError,
    TooMany,
    ServerError,
}

impl Column {
    /// What the key of a row means, in whatever spelling.
    pub(super) fn from_key(key: &str) -> Option<Self> {
        // Nearly all keys are in the platform's own spelling.
        match key {
            "clientId" | "oauthClient" => return Some(Self::Client),
            "userId" | "user" => return Some(Self::User),
            "httpMethod" => return Some(Self::Method),
            "templateUri" => return Some(Self::Template),
            "requests" | "requestCount" => return Some(Self::Requests),
            "date" => return Some(Self::Date),
            _ => {}
        }
        let letters = key.bytes().filter(u8::is_ascii_alphanumeric);
        let letters: Vec<u8> = letters.map(|byte| byte.to_ascii_lowercase()).collect();
        Some(match &letters[..] {
            b"clientid" | b"oauthclient" | b"oauthclientid" => Self::Client,
            b"user" | b"userid" => Self::User,
            b"method" | b"httpmethod" | b"verb" | b"httpverb" => Self::Method,
            b"template" | b"templateuri" | b"templateurl" | b"uri" | b"url" | b"path"
            | b"endpoint" | b"requesturi" | b"requesturl" => Self::Template,
            b"requests" | b"requestcount" | b"count" | b"calls" | b"callcount"
            | b"totalrequests" => Self::Requests,
            b"date" | b"day" | b"datetime" | b"timestamp" | b"intervalstart" => Self::Date,
            other => Self::Status(Class::from_letters(other)?),
        })
    }
}

impl Class {
    fn from_letters(letters: &[u8]) -> Option<Self> {
        let rest = [&b"httpstatus"[..], b"status", b"http"]
            .into_iter()
            .find_map(|prefix| letters.strip_prefix(prefix))
            .unwrap_or(letters);
        match rest {
            b"200" | b"2xx" => Some(Self::Success),
            b"300" | b"3xx" => Some(Self::Redirect),
            b"400" | b"4xx" => Some(Self::ClientError),
            b"429" => Some(Self::TooMany),
            b"500" | b"5xx" => Some(Self::ServerError),
            _ => None,
        }
    }
}

/// Whether a value is a usage row: it counts requests or statuses, and names a call, even an
/// empty one.
pub(super) fn is_row(node: Node<'_, '_>) -> bool {
    let has = |keys: [&str; 2]| keys.iter().any(|key| node.get(key).is_some());
    let names_call = has(["templateUri", "template_uri"]) || has(["httpMethod", "http_method"]);
    let counts = has(["requests", "requestCount"]) || has(["status200", "request_count"]);
    let names_client = has(["clientId", "client_id"]) || has(["oauthClient", "oauth_client"]);
    node.kind() == Kind::Map && counts && (names_call || names_client || node.get("date").is_some())
}

/// Reads an object; `None` if it is faulty or counts no request.
pub(super) fn read<'a>(node: Node<'_, 'a>, faults: &mut Faults) -> Option<UsageRow<'a>> {
    if node.kind() != Kind::Map {
        faults.add(Fault::NotARow, node.place());
        return None;
    }
    let mut cells = Cells::default();
    for (key, value) in node.entries() {
        let Some(key) = key.text() else { continue };
        let Some(column) = Column::from_key(&key) else {
            continue;
        };
        // The newer API refers to clients and users as objects.
        let is_reference = matches!(column, Column::Client | Column::User);
        let value = match value.kind() {
            Kind::Map if is_reference => match value.get("id") {
                Some(id) => id,
                None => continue,
            },
            _ => value,
        };
        if value.kind() == Kind::Null {
            continue;
        }
        let text = value.text().or_else(|| value.number().map(Cow::Borrowed));
        match text {
            Some(text) => cells.set(column, text),
            None => cells.fault = Some(Fault::Text),
        }
    }
    cells.row(node.place(), faults)
}

/// The cells of a row as they are read.
#[derive(Default)]
pub(super) struct Cells<'a> {
    client: Option<Text<'a>>,
    user: Option<Text<'a>>,
    method: Option<Text<'a>>,
    template: Option<Text<'a>>,
    requests: Option<u64>,
    success: Option<u64>,
    redirect: Option<u64>,
    client_error: Option<u64>,
    too_many: Option<u64>,
    server_error: Option<u64>,
    day: Option<Date>,
    fault: Option<Fault>,
}

impl<'a> Cells<'a> {
    /// Sets a cell. An empty one is absent.
    pub(super) fn set(&mut self, column: Column, text: Text<'a>) {
        let text = trimmed(text);
        if text.is_empty() {
            return;
        }
        match column {
            Column::Client => self.client = Some(text),
            Column::User => self.user = Some(text),
            Column::Method => self.method = Some(text),
            Column::Template => self.template = Some(text),
            Column::Date => match day(&text) {
                Some(day) => self.day = Some(day),
                None => self.fault = Some(Fault::Date),
            },
            Column::Requests => self.count(&text, |cells| &mut cells.requests),
            Column::Status(class) => self.count(&text, |cells| match class {
                Class::Success => &mut cells.success,
                Class::Redirect => &mut cells.redirect,
                Class::ClientError => &mut cells.client_error,
                Class::TooMany => &mut cells.too_many,
                Class::ServerError => &mut cells.server_error,
            }),
        }
    }

    fn count(&mut self, text: &str, cell: impl Fn(&mut Self) -> &mut Option<u64>) {
        match integer(text).and_then(|count| u64::try_from(count).ok()) {
            Some(count) => *cell(self) = Some(count),
            None => self.fault = Some(Fault::Count),
        }
    }

    /// The row; `None` if it is faulty, counts no request, or is an `OPTIONS` request, which
    /// browsers make and which needs no right.
    pub(super) fn row(self, place: Place, faults: &mut Faults) -> Option<UsageRow<'a>> {
        if let Some(uri) = &self.template {
            faults.note_uri(uri, place);
        }
        if let Some(fault) = self.fault {
            faults.add(fault, place);
            return None;
        }
        let of = |count: Option<u64>| count.unwrap_or(0);
        let statuses = Statuses {
            ok: of(self.success).saturating_add(of(self.redirect)),
            // A 429 is one of the 4xx.
            client_errors: of(self.client_error).max(of(self.too_many)),
            too_many: of(self.too_many),
            server_errors: of(self.server_error),
        };
        let counted = statuses
            .ok
            .saturating_add(statuses.client_errors)
            .saturating_add(statuses.server_errors);
        let requests = of(self.requests).max(counted);
        if requests == 0 {
            return None;
        }
        let (Some(method), Some(template)) = (self.method, self.template) else {
            faults.add(Fault::NoCall, place);
            return None;
        };
        let method = upper(method);
        (method != "OPTIONS").then(|| UsageRow {
            client: self.client,
            user: self.user,
            method,
            template: normal_path(template),
            day: self.day,
            requests,
            statuses: (counted > 0).then_some(statuses),
            place,
        })
    }
}

fn trimmed(text: Text<'_>) -> Text<'_> {
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(text.trim()),
        Cow::Owned(text) => Cow::Owned(text.trim().to_owned()),
    }
}

fn upper(method: Text<'_>) -> Text<'_> {
    if method.bytes().any(|byte| byte.is_ascii_lowercase()) {
        return Cow::Owned(method.to_ascii_uppercase());
    }
    method
}

/// A path without scheme, host, query, fragment and trailing slash, and with a leading slash.
fn normal_path(text: Text<'_>) -> Text<'_> {
    let path = text.split(['?', '#']).next().unwrap_or_default();
    let path = match path.split_once("://") {
        Some((_, rest)) => rest.find('/').map_or("", |at| &rest[at..]),
        None => path,
    };
    let path = path.trim_end_matches('/');
    if path.starts_with('/') {
        return if path.len() == text.len() {
            text
        } else {
            Cow::Owned(path.to_owned())
        };
    }
    Cow::Owned(format!("/{path}"))
}

/// The day in UTC of a date, a date and time, or the beginning of an interval.
fn day(text: &str) -> Option<Date> {
    time_in_utc(text.split('/').next()?).map(DateTime::date)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_normal() {
        for (written, normal) in [
            ("api/v2/users/me", "/api/v2/users/me"),
            ("/api/v2/users/", "/api/v2/users"),
            (
                "https://api.mypurecloud.com/api/v2/users?a=b#c",
                "/api/v2/users",
            ),
            ("https://api.mypurecloud.com", "/"),
            ("/api/v2/users", "/api/v2/users"),
        ] {
            assert_eq!(normal_path(written.into()), normal, "{written}");
        }
    }

    #[test]
    fn days_are_in_utc() {
        for (written, wanted) in [
            ("2026-06-01", Some("2026-06-01")),
            ("2026-06-01T00:00:00Z", Some("2026-06-01")),
            ("2026-06-01T00:00Z", Some("2026-06-01")),
            (
                "2026-06-01T00:00:00.000Z/2026-06-02T00:00:00.000Z",
                Some("2026-06-01"),
            ),
            ("2026-06-01T01:00:00+02:00", Some("2026-05-31")),
            ("2026-06-01 10:00:00", Some("2026-06-01")),
            ("06/01/2026", None),
            ("soon", None),
        ] {
            let day = day(written).map(|day| day.to_string());
            assert_eq!(day.as_deref(), wanted, "{written}");
        }
    }

    #[test]
    fn columns_are_known_in_every_spelling() {
        for (key, column) in [
            ("OAuth Client ID", Some(Column::Client)),
            ("client_id", Some(Column::Client)),
            ("Client Name", None),
            ("HTTP Method", Some(Column::Method)),
            ("template_uri", Some(Column::Template)),
            ("URL", Some(Column::Template)),
            ("request_count", Some(Column::Requests)),
            ("Status 200", Some(Column::Status(Class::Success))),
            ("4xx", Some(Column::Status(Class::ClientError))),
            ("status429", Some(Column::Status(Class::TooMany))),
            ("Date", Some(Column::Date)),
            ("platform", None),
        ] {
            assert_eq!(Column::from_key(key), column, "{key}");
        }
    }
}

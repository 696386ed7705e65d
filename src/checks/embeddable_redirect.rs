//! `embeddable-redirect`: the page of the Embeddable Framework among the redirect URIs.

use crate::catalog::{Confidence, Need};
use crate::checks::regions::{
    YOUR_DOMAIN, crm_domain, is_meant_as_crm_page, nearest_domain, region_named,
};
use crate::checks::{Judgement, Native, RuleContext};
use crate::model::{Action, ClientKind, FieldName, RemedyClass, Target, UriEdits, is_below_crm};

pub(super) const CHECK: Native = Native::Client(check);

fn check(context: &RuleContext<'_, '_>, judgement: &mut Judgement) {
    let client = context.client;
    if !client.may_be(ClientKind::Embeddable) {
        return;
    }
    let wanted = context.organisation.region.map(|region| region.domain);
    let mut any = false;
    let uris = context.redirects.of(client);
    for uri in uris {
        let Some(page) = Page::read(uri.raw) else {
            continue;
        };
        // The login window's page is additional: it does not replace the framework's.
        any |= page.page() == "index.html";
        // Pages that Genesys published for a customer are further below and are correct as they are.
        if !is_meant_as_crm_page(page.path) {
            continue;
        }
        let message = if page.is_exact(uri.raw) {
            match wanted {
                Some(wanted) if page.domain != Some(wanted) => "region",
                _ => continue,
            }
        } else {
            "main"
        };
        let right = page.right(wanted);
        let edits = UriEdits {
            scheme: true,
            fragment: true,
            userinfo: true,
            case: true,
        };
        let report = judgement.report(client, message, &uri.target());
        if edits.apply(uri.raw) == right {
            report.clear_every(RemedyClass::Unsafe, Action::Rewrite(edits));
        } else {
            report.option(Action::Remove);
        }
        report
            .with("right", right)
            .phrase("fault", page.fault(uri.raw))
            .with("wanted", wanted.unwrap_or_default())
            .guess_kind(client, ClientKind::Embeddable);
    }
    if any {
        return;
    }
    if !client.redirect_uris.is_complete() {
        return judgement.not_judged(Need::Value);
    }
    let target = Target::field(client, FieldName::RedirectUris, &client.redirect_uris);
    let mut pages = uris.iter().filter_map(|uri| Page::read(uri.raw));
    let domain = wanted.or_else(|| pages.find_map(|page| page.domain));
    let right = format!(
        "https://apps.{}/crm/index.html",
        domain.unwrap_or(YOUR_DOMAIN)
    );
    let report = judgement.report(client, "missing", &target);
    report.with("right", right);
    if client.is_guessed(ClientKind::Embeddable) {
        report.confidence(Confidence::Low);
    }
}

/// A redirect URI that is, or was meant to be, a page of the framework.
struct Page<'u> {
    scheme: &'u str,
    /// The host without `apps.`.
    region: &'u str,
    /// The domain that it is, if it is one.
    domain: Option<&'static str>,
    path: &'u str,
    rest: &'u str,
}

impl<'u> Page<'u> {
    /// Reads a URI as a page below `/crm` of a host of the vendor's applications, loosely.
    fn read(uri: &'u str) -> Option<Self> {
        let (scheme, rest) = uri.trim().split_once("://")?;
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (host, rest) = rest.split_at(end);
        let end = rest.find(['?', '#']).unwrap_or(rest.len());
        let (path, rest) = rest.split_at(end);
        let region = match host.get(..5) {
            Some(start) if start.eq_ignore_ascii_case("apps.") => &host[5..],
            _ => return None,
        };
        let lower = region.to_ascii_lowercase();
        let is_vendor = lower.contains("purecloud") || lower.contains("pure.cloud");
        (is_vendor && is_below_crm(path)).then(|| Self {
            scheme,
            region,
            domain: region_named(region)
                .map(|known| known.domain)
                .filter(|known| known.eq_ignore_ascii_case(region)),
            path,
            rest,
        })
    }

    fn page(&self) -> &'static str {
        if self.path.to_ascii_lowercase().contains("authwindow") {
            "authWindow.html"
        } else {
            "index.html"
        }
    }

    /// What it should be.
    fn right(&self, wanted: Option<&'static str>) -> String {
        let domain = wanted
            .or(self.domain)
            .or_else(|| nearest_domain(self.region))
            .unwrap_or(YOUR_DOMAIN);
        format!("https://apps.{domain}/crm/{}", self.page())
    }

    fn is_exact(&self, uri: &str) -> bool {
        crm_domain(uri, self.page()).is_some()
    }

    /// The phrase for the first thing that is wrong with it.
    fn fault(&self, uri: &str) -> &'static str {
        let page = format!("/crm/{}", self.page());
        if !self.scheme.eq_ignore_ascii_case("https") {
            "not-https"
        } else if self.domain.is_none() {
            "no-region"
        } else if self.rest.starts_with('?') {
            "query"
        } else if self.rest.starts_with('#') {
            "fragment"
        } else if self.path.trim_end_matches('/') == page && self.path != page {
            "slash"
        } else if !self.path.eq_ignore_ascii_case(&page) {
            "path"
        } else if uri.trim() != uri {
            "spaces"
        } else {
            "case"
        }
    }
}

//! The regions of Genesys Cloud and their domains.

pub(super) use crate::model::{Region, is_under, region_named, region_of_host};

use crate::model::{Client, ClientKind, is_below_crm, is_embeddable_uri, regions};

/// The domains that Genesys itself holds; hosts under them are Genesys'.
pub(super) const VENDOR_DOMAINS: [&str; 10] = [
    "mypurecloud.com",
    "mypurecloud.ie",
    "mypurecloud.de",
    "mypurecloud.jp",
    "mypurecloud.com.au",
    "pure.cloud",
    "us-gov-pure.cloud",
    "eusc-pure.cloud",
    "genesys.cloud",
    "genesys.com",
];

/// Placeholder for the domain of a region in advice, if the region is unknown.
pub(super) const YOUR_DOMAIN: &str = "<domain of your region>";

/// Whether a host is Genesys'. `host` is in lower case.
pub(super) fn is_vendor_host(host: &str) -> bool {
    VENDOR_DOMAINS.iter().any(|domain| is_under(host, domain))
}

/// Whether a client serves the Embeddable Framework alone, for certain: it redirects to its pages and
/// nowhere else.
pub(super) fn serves_only_framework(client: &Client<'_>) -> bool {
    let mut uris = client.redirect_uris.items();
    client.is_of_kind(ClientKind::Embeddable)
        && client.redirect_uris.is_complete()
        && uris.all(|uri| is_embeddable_uri(uri.value))
}

/// Whether a client serves Salesforce Service Cloud Voice alone, for certain: it redirects to the home
/// page of Lightning, which the guide asks for (help.mypurecloud.com/?p=339308), and nowhere else.
pub(super) fn serves_only_service_cloud_voice(client: &Client<'_>) -> bool {
    let mut uris = client.redirect_uris.items().peekable();
    uris.peek().is_some()
        && client.redirect_uris.is_complete()
        && uris.all(|uri| is_lightning_home(uri.value))
}

fn is_lightning_home(uri: &str) -> bool {
    let host = uri
        .strip_prefix("https://")
        .and_then(|rest| rest.strip_suffix("/lightning/page/home"))
        .and_then(|host| host.strip_suffix(".lightning.force.com"));
    let is_name = |character: char| character.is_ascii_alphanumeric() || "-.".contains(character);
    host.is_some_and(|host| !host.is_empty() && host.chars().all(is_name))
}

/// The pages of the Embeddable Framework that the vendor documents.
const CRM_PAGES: [&str; 2] = ["index.html", "authWindow.html"];

/// Whether a path was meant to be one of the framework's two pages: it is one, but for case,
/// slashes and a slip. A page further below is one that Genesys published for a customer.
pub(super) fn is_meant_as_crm_page(path: &str) -> bool {
    let mut segments = path.split('/').filter(|segment| !segment.is_empty());
    let file = segments.nth(1).unwrap_or("").to_ascii_lowercase();
    let has_number = file.contains(|character: char| character.is_ascii_digit());
    let is_meant = |page: &str| {
        !has_number && strsim::osa_distance(&page.to_ascii_lowercase(), &file) <= SLIPS
    };
    is_below_crm(path)
        && segments.next().is_none()
        && (file.is_empty() || CRM_PAGES.into_iter().any(is_meant))
}

/// So many slips are a misspelt page and not another.
const SLIPS: usize = 1;

/// The page that such a path was meant to be.
pub(super) fn crm_page(path: &str) -> &'static str {
    if path.to_ascii_lowercase().contains("authwindow") {
        "/crm/authWindow.html"
    } else {
        "/crm/index.html"
    }
}

/// The domain of a redirect URI that is exactly this page of the Embeddable Framework.
pub(super) fn crm_domain(uri: &str, page: &str) -> Option<&'static str> {
    let domain = uri
        .strip_prefix("https://apps.")?
        .strip_suffix(page)?
        .strip_suffix("/crm/")?;
    let mut domains = regions().map(|region| region.domain);
    domains.find(|known| *known == domain)
}

/// The domain that a misspelt one was probably meant to be: that of the region of which it has
/// the AWS name, else one that it differs from by a slip or two.
pub(super) fn nearest_domain(written: &str) -> Option<&'static str> {
    let written = written.to_ascii_lowercase();
    let names = |name: &str| written.split('.').any(|label| label == name);
    regions()
        .find(|region| names(region.name) || names(&short_name(region.name)))
        .or_else(|| {
            let near = |region: &Region| strsim::osa_distance(&written, region.domain);
            regions()
                .min_by_key(near)
                .filter(|region| near(region) <= 2)
        })
        .map(|region| region.domain)
}

/// An AWS name as domains of regions write it: `euc1` for `eu-central-1`.
fn short_name(name: &str) -> String {
    let mut parts = name.split('-');
    let area = parts.next().unwrap_or_default();
    let rest = parts.map(|part| match part {
        "northeast" => "ne",
        "southeast" => "se",
        part => part.get(..1).unwrap_or_default(),
    });
    area.chars().take(2).collect::<String>() + &rest.collect::<String>()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_home_page_of_lightning_is_known_by_its_whole_uri() {
        for uri in [
            "https://acme.lightning.force.com/lightning/page/home",
            "https://acme--uat.sandbox.lightning.force.com/lightning/page/home",
        ] {
            assert!(is_lightning_home(uri), "{uri}");
        }
        for uri in [
            "http://acme.lightning.force.com/lightning/page/home",
            "https://acme.lightning.force.com/lightning/page/home?next=x",
            "https://acme.lightning.force.com/lightning/n/home",
            "https://evil.example/x.lightning.force.com/lightning/page/home",
            "https://evil.example?.lightning.force.com/lightning/page/home",
            "https://*.lightning.force.com/lightning/page/home",
            "https://.lightning.force.com/lightning/page/home",
        ] {
            assert!(!is_lightning_home(uri), "{uri}");
        }
    }

    #[test]
    fn a_slip_finds_its_domain() {
        for (written, meant) in [
            ("mypurecloud.con", Some("mypurecloud.com")),
            ("euw2.purecloud", Some("euw2.pure.cloud")),
            ("eu-central-1.pure.cloud", Some("mypurecloud.de")),
            ("euc1.pure.cloud", Some("mypurecloud.de")),
            ("apse2.pure.cloud", Some("mypurecloud.com.au")),
            ("use2.pure.cloud", Some("use2.us-gov-pure.cloud")),
            ("xyz9.pure.cloud", None),
            ("", None),
        ] {
            assert_eq!(nearest_domain(written), meant, "{written}");
        }
    }
}

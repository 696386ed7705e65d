//! The regions of Genesys Cloud and their domains.

use crate::model::is_below_crm;

/// Regions by their AWS name, each with its domain (`PureCloudRegionHosts` of the SDKs).
const REGIONS: [(&str, &str); 18] = [
    ("us-east-1", "mypurecloud.com"),
    ("us-east-2", "use2.us-gov-pure.cloud"),
    ("us-west-2", "usw2.pure.cloud"),
    ("ca-central-1", "cac1.pure.cloud"),
    ("mx-central-1", "mxc1.pure.cloud"),
    ("sa-east-1", "sae1.pure.cloud"),
    ("eu-west-1", "mypurecloud.ie"),
    ("eu-west-2", "euw2.pure.cloud"),
    ("eu-central-1", "mypurecloud.de"),
    ("eu-central-2", "euc2.pure.cloud"),
    ("eusc-de-east-1", "edee1.eusc-pure.cloud"),
    ("me-central-1", "mec1.pure.cloud"),
    ("ap-south-1", "aps1.pure.cloud"),
    ("ap-northeast-1", "mypurecloud.jp"),
    ("ap-northeast-2", "apne2.pure.cloud"),
    ("ap-northeast-3", "apne3.pure.cloud"),
    ("ap-southeast-1", "apse1.pure.cloud"),
    ("ap-southeast-2", "mypurecloud.com.au"),
];

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

/// A region: its AWS name and its domain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Region {
    pub(super) name: &'static str,
    pub(super) domain: &'static str,
}

fn regions() -> impl Iterator<Item = Region> {
    REGIONS
        .iter()
        .map(|&(name, domain)| Region { name, domain })
}

/// The region that a policy names: by AWS name, by domain, or by a host of it.
pub(super) fn region_named(text: &str) -> Option<Region> {
    let text = text.trim().to_ascii_lowercase();
    regions()
        .find(|region| region.name == text)
        .or_else(|| region_of_host(&text))
}

/// The region that a host belongs to. `host` is in lower case.
pub(super) fn region_of_host(host: &str) -> Option<Region> {
    regions().find(|region| is_under(host, region.domain))
}

/// Whether a host is Genesys'. `host` is in lower case.
pub(super) fn is_vendor_host(host: &str) -> bool {
    VENDOR_DOMAINS.iter().any(|domain| is_under(host, domain))
}

/// Whether `host` is `domain` or below it; both in lower case.
pub(super) fn is_under(host: &str, domain: &str) -> bool {
    // The dot first: it is in the right place for few hosts.
    let is_apart = match host.len().checked_sub(domain.len()) {
        None => return false,
        Some(0) => true,
        Some(before) => host.as_bytes()[before - 1] == b'.',
    };
    is_apart && host.ends_with(domain)
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
    let domains = REGIONS.iter().map(|(_, domain)| *domain);
    domains.into_iter().find(|known| *known == domain)
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
    fn a_host_belongs_to_the_region_whose_domain_it_is_under() {
        for (host, name) in [
            ("apps.mypurecloud.com", Some("us-east-1")),
            ("apps.mypurecloud.com.au", Some("ap-southeast-2")),
            ("login.euw2.pure.cloud", Some("eu-west-2")),
            ("edee1.eusc-pure.cloud", Some("eusc-de-east-1")),
            ("apps.mypurecloud.com.evil.net", None),
            ("notmypurecloud.com", None),
            ("pure.cloud", None),
        ] {
            assert_eq!(
                region_of_host(host).map(|region| region.name),
                name,
                "{host}"
            );
        }
    }

    #[test]
    fn a_policy_names_a_region_by_name_domain_or_host() {
        for text in ["EU-CENTRAL-1", "mypurecloud.de", "apps.mypurecloud.de"] {
            assert_eq!(
                region_named(text).map(|region| region.domain),
                Some("mypurecloud.de")
            );
        }
        assert_eq!(region_named("eu-central-9"), None);
        assert_eq!(region_named(""), None);
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

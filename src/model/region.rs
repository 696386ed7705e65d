//! The regions of Genesys Cloud and their domains.

use std::sync::OnceLock;

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

/// A region: its AWS name and its domain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Region {
    /// Its AWS name, such as `eu-central-1`.
    pub name: &'static str,
    /// Its domain, such as `mypurecloud.de`.
    pub domain: &'static str,
}

/// All regions.
pub fn regions() -> impl Iterator<Item = Region> {
    REGIONS
        .iter()
        .map(|&(name, domain)| Region { name, domain })
}

/// The region that a policy names: by AWS name, by domain, or by a host of it.
#[must_use]
pub fn region_named(text: &str) -> Option<Region> {
    let text = text.trim().to_ascii_lowercase();
    regions()
        .find(|region| region.name == text)
        .or_else(|| region_of_host(&text))
}

/// The region that a host belongs to. `host` is in lower case.
#[must_use]
pub fn region_of_host(host: &str) -> Option<Region> {
    regions().find(|region| is_under(host, region.domain))
}

/// Whether `host` is `domain` or below it; both in lower case.
#[must_use]
pub fn is_under(host: &str, domain: &str) -> bool {
    // The dot first: it is in the right place for few hosts.
    let is_apart = match host.len().checked_sub(domain.len()) {
        None => return false,
        Some(0) => true,
        Some(before) => host.as_bytes()[before - 1] == b'.',
    };
    is_apart && host.ends_with(domain)
}

/// The regions that an organisation's clients redirect to, counted once.
#[derive(Clone, Debug, Default)]
pub struct RegionCounts(pub(super) OnceLock<Vec<(Region, usize)>>);

/// The scheme of a URI that has an authority, and the rest.
pub(super) fn split_scheme(uri: &str) -> Option<(&str, &str)> {
    let uri = uri.trim();
    if let Some(rest) = uri.strip_prefix("https://") {
        return Some(("https", rest));
    }
    // A character is found faster than a text.
    let (scheme, rest) = uri.split_once(':')?;
    Some((scheme, rest.strip_prefix("//")?))
}

/// The host of an http(s) URI as written.
pub(super) fn host(uri: &str) -> Option<&str> {
    let (scheme, rest) = split_scheme(uri)?;
    if !scheme.eq_ignore_ascii_case("https") && !scheme.eq_ignore_ascii_case("http") {
        return None;
    }
    // Bytes, since a text is searched for characters in a slower way.
    let ends = |byte| matches!(byte, b'/' | b'?' | b'#' | b'\\');
    let end = rest.bytes().position(ends).unwrap_or(rest.len());
    let host = rest[..end].rsplit('@').next()?.split(':').next()?;
    Some(host.trim_end_matches('.'))
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
}

//! The regions of Genesys Cloud and their domains.

/// AWS region and domain, as the vendor's own libraries list them.
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

/// The domain of a region, which may be named by its AWS name or by its domain.
pub(super) fn domain(region: &str) -> Option<&'static str> {
    REGIONS
        .iter()
        .find(|(name, domain)| {
            name.eq_ignore_ascii_case(region) || domain.eq_ignore_ascii_case(region)
        })
        .map(|(_, domain)| *domain)
}

/// The domain that a misspelt one was probably meant to be.
pub(super) fn nearest_domain(written: &str) -> &'static str {
    let written = written.to_ascii_lowercase();
    REGIONS
        .iter()
        .map(|(_, domain)| (strsim::jaro_winkler(&written, domain), *domain))
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map_or("mypurecloud.com", |(_, domain)| domain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_goes_by_either_name_and_a_slip_finds_its_domain() {
        assert_eq!(domain("EU-Central-1"), Some("mypurecloud.de"));
        assert_eq!(domain("euw2.pure.cloud"), Some("euw2.pure.cloud"));
        assert_eq!(domain("mypurecloud.org"), None);
        assert_eq!(nearest_domain("mypurecloud.con"), "mypurecloud.com");
        assert_eq!(nearest_domain("euw2.purecloud"), "euw2.pure.cloud");
        assert!(!nearest_domain("").is_empty());
    }
}

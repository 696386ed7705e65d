//! OAuth clients of other products, which look like those of Genesys Cloud and are not.

use super::spelling::is_same;
use crate::document::Node;
use crate::finding::{LIST_CLIENTS, Problem, ProblemKind};

/// A product, the keys that its clients have, and keys of which they have at least one.
struct Product {
    name: &'static str,
    all: &'static [&'static str],
    any: &'static [&'static str],
}

const PRODUCTS: [Product; 7] = [
    Product {
        name: "Spring Security",
        all: &["clientId"],
        any: &[
            "authorizedGrantTypes",
            "resourceIds",
            "autoApproveScopes",
            "authorities",
            "refreshTokenValiditySeconds",
        ],
    },
    Product {
        name: "Spring Security",
        all: &["authorizedGrantTypes"],
        any: &[
            "clientSecret",
            "scope",
            "authorities",
            "registeredRedirectUri",
        ],
    },
    Product {
        name: "Keycloak",
        all: &["clientId"],
        any: &[
            "publicClient",
            "standardFlowEnabled",
            "serviceAccountsEnabled",
            "protocolMappers",
            "directAccessGrantsEnabled",
        ],
    },
    Product {
        name: "Keycloak",
        all: &["realm"],
        any: &["clients", "clientScopes"],
    },
    Product {
        name: "OAuth 2.0 dynamic client registration (RFC 7591)",
        all: &["redirectUris"],
        any: &[
            "tokenEndpointAuthMethod",
            "grantTypes",
            "responseTypes",
            "clientName",
            "clientId",
        ],
    },
    Product {
        name: "OAuth 2.0 dynamic client registration (RFC 7591)",
        all: &["grantTypes"],
        any: &["tokenEndpointAuthMethod", "clientName", "responseTypes"],
    },
    Product {
        name: "Microsoft Entra ID",
        all: &["appId"],
        any: &["signInAudience", "passwordCredentials"],
    },
];

/// The product whose client a map is, if it is one of another product.
pub(super) fn product(map: Node<'_, '_>) -> Option<&'static str> {
    let keys: Vec<_> = map.entries().filter_map(|(key, _)| key.text()).collect();
    let has = |name: &&str| keys.iter().any(|key| is_same(key, name));
    if has(&"authorizedGrantType") {
        return None;
    }
    let mut products = PRODUCTS.iter();
    let product =
        products.find(|product| product.all.iter().all(has) && product.any.iter().any(has));
    product.map(|product| product.name)
}

/// The problem that a value is of another product.
pub(super) fn problem(product: &str, node: Node<'_, '_>) -> Problem {
    Problem::new(
        ProblemKind::Unrecognised,
        format!(
            "these are OAuth clients of {product}, not of Genesys Cloud; they were not audited"
        ),
        format!("give grantlint the output of {LIST_CLIENTS}, or exclude the file"),
    )
    .at(node.place())
}

//! Applications of somebody else that an organisation has authorised.

use super::verdict::{About, Blame};
use super::{Verdict, Whole};
use crate::catalog::Need;
use crate::model::Authorisation;
use crate::text::Place;

/// Hands over every application; without the listing the rule is not judged.
pub(super) fn each(
    whole: &Whole<'_, '_>,
    verdict: &mut Verdict,
    mut judge: impl FnMut(About, &Authorisation<'_>, &mut Verdict),
) {
    if !whole.organisation.authorisations_given {
        for client in &whole.organisation.clients {
            verdict.not_judged_client(client, Need::Authorisations);
        }
    }
    for (index, application) in (0..).zip(&whole.organisation.authorisations) {
        if application.state.is_unknown() || application.pending.is_unknown() {
            verdict.not_judged(Need::Value);
        }
        judge(About::Application(index), application, verdict);
    }
}

/// Blames a field of an application.
pub(super) fn blame<'v>(
    verdict: &'v mut Verdict,
    about: About,
    application: &Authorisation<'_>,
    message: &'static str,
    field: &str,
    place: Option<Place>,
) -> &'v mut Blame {
    let place = place
        .or(application.name.place())
        .unwrap_or(application.place);
    verdict.blame_other(about, message, place, field)
}

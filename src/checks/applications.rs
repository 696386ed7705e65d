//! Third-party applications that an organisation has authorised.

use super::judgement::{TargetId, Violation};
use super::{Judgement, OrganisationContext};
use crate::catalog::Need;
use crate::model::Authorisation;
use crate::text::Place;

/// Judges every application; without the listing the rule is not judged.
pub(super) fn each(
    whole: &OrganisationContext<'_, '_>,
    judgement: &mut Judgement,
    mut judge: impl FnMut(TargetId, &Authorisation<'_>, &mut Judgement),
) {
    if !whole.organisation.authorisations_given {
        for (index, client) in whole.clients() {
            judgement.not_judged_client(index, client, Need::Authorisations);
        }
    }
    for (index, application) in (0..).zip(&whole.organisation.authorisations) {
        if application.state.is_unknown() || application.pending.is_unknown() {
            judgement.not_judged(Need::Value);
        }
        judge(TargetId::Application(index), application, judgement);
    }
}

/// Reports a field of an application.
pub(super) fn report<'v>(
    judgement: &'v mut Judgement,
    about: TargetId,
    application: &Authorisation<'_>,
    message: &'static str,
    field: &str,
    place: Option<Place>,
) -> &'v mut Violation {
    let place = place
        .or(application.name.place())
        .unwrap_or(application.place);
    judgement.report_other(about, message, place, field)
}

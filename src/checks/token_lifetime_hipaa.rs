//! `token-lifetime-hipaa`: tokens that are meant to outlive the idle timeout of a HIPAA
//! organisation.

use crate::checks::lifetimes::{Speaker, blame_long};
use crate::checks::{Native, Subject, Verdict};

pub(super) const CHECK: Native = Native::Client(check);

fn check(subject: &Subject<'_, '_>, verdict: &mut Verdict) {
    if subject.lifetimes().hipaa.is_some() {
        blame_long(subject, verdict, Speaker::Hipaa);
    }
}

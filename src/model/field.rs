//! Present, absent or unknown.

use crate::text::Place;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::borrow::Cow;
use std::ops::Deref;

/// Text that borrows from its source wherever it can.
pub type Text<'a> = Cow<'a, str>;

/// What a role, a division or a client is referred to by.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum EntityRef<'a> {
    /// The id that the platform gave it.
    Id(Text<'a>),
    /// The address of its Terraform resource, where its id is not known. It ends in the world in
    /// which it is another resource, if it is.
    Address(Text<'a>),
}

impl<'a> EntityRef<'a> {
    /// Whether it is the id of the platform.
    #[must_use]
    pub const fn is_id(&self) -> bool {
        matches!(self, Self::Id(_))
    }

    /// Its text.
    #[must_use]
    pub const fn text(&self) -> &Text<'a> {
        let (Self::Id(text) | Self::Address(text)) = self;
        text
    }
}

impl Default for EntityRef<'_> {
    fn default() -> Self {
        Self::Id(Text::default())
    }
}

impl Deref for EntityRef<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        self.text()
    }
}

/// A value and its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Located<T> {
    /// The value.
    pub value: T,
    /// Its place.
    pub place: Place,
}

/// Why a value cannot be known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// It is of the wrong type; a problem says so.
    WrongType,
    /// It is an expression that only its program can evaluate.
    Expression,
    /// This kind of export drops it, so that absence says nothing.
    NotExported,
}

/// A part of a text that is known in part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TextPart {
    /// Characters that are known.
    Known(String),
    /// Any characters: the value of this expression.
    Unknown(String),
}

/// A value that cannot be known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unknown {
    /// Why.
    pub why: Why,
    /// Its place, or the client if it has none.
    pub place: Place,
}

/// A field of a client.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub enum Field<T> {
    /// It is there.
    Present(Located<T>),
    /// It is not there, or null.
    #[default]
    Absent,
    /// It may be there: never a pass and never an accusation.
    Unknown(Unknown),
}

/// A field that holds several values, each of which may be unknown.
pub type List<T> = Field<Vec<Field<T>>>;

/// A known value of a list.
#[derive(Debug)]
pub struct Item<'f, T> {
    /// Its position, from 0.
    pub index: u32,
    /// The value.
    pub value: &'f T,
    /// Its place.
    pub place: Place,
}

// Not derived: that would ask `T: Copy`.
impl<T> Clone for Item<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> Copy for Item<'_, T> {}

impl<T> Field<T> {
    /// A value at its place.
    pub const fn present(value: T, place: Place) -> Self {
        Self::Present(Located { value, place })
    }

    /// A value that cannot be known.
    #[must_use]
    pub const fn unknown(why: Why, place: Place) -> Self {
        Self::Unknown(Unknown { why, place })
    }

    /// The value, if it is known.
    pub const fn known(&self) -> Option<&T> {
        match self {
            Self::Present(located) => Some(&located.value),
            _ => None,
        }
    }

    /// The field of what `change` makes of the value.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Field<U> {
        match self {
            Self::Present(Located { value, place }) => Field::present(change(value), place),
            Self::Absent => Field::Absent,
            Self::Unknown(unknown) => Field::Unknown(unknown),
        }
    }

    /// Whether it is there, without the value.
    #[must_use]
    pub const fn presence(&self) -> Field<()> {
        match self {
            Self::Present(located) => Field::present((), located.place),
            Self::Absent => Field::Absent,
            Self::Unknown(unknown) => Field::Unknown(*unknown),
        }
    }

    /// Whether it cannot be known.
    pub const fn is_unknown(&self) -> bool {
        matches!(self, Self::Unknown(_))
    }

    /// Whether it is known not to be there.
    pub const fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }

    /// Its place, if it has one.
    pub const fn place(&self) -> Option<Place> {
        match self {
            Self::Present(located) => Some(located.place),
            Self::Unknown(unknown) => Some(unknown.place),
            Self::Absent => None,
        }
    }
}

impl<T: Deref<Target = str>> Field<T> {
    /// The text, if it is known.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        self.known().map(Deref::deref)
    }
}

impl Field<Text<'_>> {
    /// The day in UTC of a date, or of a date and time, in ISO 8601.
    #[must_use]
    pub fn day(&self) -> Option<Date> {
        let text = self.text()?.trim();
        let written = text.get(..10)?.parse().ok()?;
        // The platform writes UTC, so that nearly always the day is there.
        if text.ends_with('Z') {
            return Some(written);
        }
        let time = text.parse::<Timestamp>();
        Some(time.map_or(written, |time| time.to_zoned(TimeZone::UTC).date()))
    }
}

impl<'a> List<Text<'a>> {
    /// The texts that are known with their places, in order.
    #[must_use]
    pub fn with_places(&self) -> Vec<(Text<'a>, Place)> {
        let items = self.items();
        items.map(|item| (item.value.clone(), item.place)).collect()
    }
}

impl<T> List<T> {
    /// The items that are known, in order.
    pub fn items(&self) -> impl DoubleEndedIterator<Item = Item<'_, T>> {
        let items = self.known().map_or(&[][..], Vec::as_slice);
        items
            .iter()
            .enumerate()
            .filter_map(|(index, item)| match item {
                Field::Present(Located { value, place }) => Some(Item {
                    index: index as u32,
                    value,
                    place: *place,
                }),
                _ => None,
            })
    }

    /// The item at a position from 0, if it is known.
    #[must_use]
    pub fn item(&self, index: u32) -> Option<Item<'_, T>> {
        match self.known()?.get(index as usize)? {
            Field::Present(Located { value, place }) => Some(Item {
                index,
                value,
                place: *place,
            }),
            _ => None,
        }
    }

    /// Whether no item is hidden: the list is known, and each of its items.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        match self {
            Self::Present(located) => !located.value.iter().any(Field::is_unknown),
            Self::Absent => true,
            Self::Unknown(_) => false,
        }
    }

    /// Whether it is known that there is no item.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Present(located) => located.value.iter().all(Field::is_absent),
            Self::Absent => true,
            Self::Unknown(_) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_one_of_utc_whatever_zone_is_written() {
        let day = |text: &'static str| Field::present(text.into(), Place::default()).day();
        for (text, expected) in [
            ("2024-03-01", Some((2024, 3, 1))),
            ("2024-03-01T23:59:59Z", Some((2024, 3, 1))),
            ("2024-03-01T23:59:59.123-05:00", Some((2024, 3, 2))),
            ("2024-03-01T00:30:00+0200", Some((2024, 2, 29))),
            ("2024-03-01 10:00:00", Some((2024, 3, 1))),
            ("1 March 2024", None),
            ("2024-02-30", None),
        ] {
            let expected = expected.map(|(year, month, day)| jiff::civil::date(year, month, day));
            assert_eq!(day(text), expected, "{text}");
        }
    }
}

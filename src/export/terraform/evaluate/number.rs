//! Numbers as Terraform has them: decimal, so that `0.1 + 0.2` is `0.3`.

use std::cmp::Ordering;
use std::fmt;

/// `mantissa` divided by ten to the power of `scale`, in lowest terms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Number {
    mantissa: i128,
    scale: u32,
}

/// The most digits after the point.
const MOST_DIGITS: u32 = 30;

impl Number {
    pub(super) fn new(mantissa: i128, scale: u32) -> Self {
        let mut number = Self { mantissa, scale };
        while number.scale > 0 && number.mantissa % 10 == 0 {
            number.mantissa /= 10;
            number.scale -= 1;
        }
        number
    }

    pub(super) fn integer(value: usize) -> Self {
        Self::new(i128::try_from(value).unwrap_or(i128::MAX), 0)
    }

    /// Reads digits with sign, point and exponent.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (digits, exponent) = match text.split_once(['e', 'E']) {
            Some((digits, exponent)) => (digits, exponent.parse::<i32>().ok()?),
            None => (text, 0),
        };
        let (sign, digits) = match digits.strip_prefix('-') {
            Some(rest) => (-1, rest),
            None => (1, digits),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let is_number = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || !is_number(whole) || !is_number(fraction) {
            return None;
        }
        let mantissa: i128 = format!("{whole}{fraction}").parse().ok()?;
        let scale = i32::try_from(fraction.len()).ok()?.checked_sub(exponent)?;
        if scale >= 0 {
            let scale = scale.unsigned_abs();
            return (scale <= 38).then(|| Self::new(sign * mantissa, scale));
        }
        let factor = 10_i128.checked_pow(scale.unsigned_abs())?;
        Some(Self::new(sign * mantissa.checked_mul(factor)?, 0))
    }

    pub(super) fn from_f64(value: f64) -> Option<Self> {
        value.is_finite().then(|| value.to_string())?.parse().ok()
    }

    pub(super) fn to_f64(self) -> f64 {
        self.to_string().parse().unwrap_or(f64::NAN)
    }

    /// Its value, if it is an integer.
    pub(super) fn to_integer(self) -> Option<i128> {
        (self.scale == 0).then_some(self.mantissa)
    }

    /// A position in a list.
    pub(super) fn to_index(self) -> Option<usize> {
        usize::try_from(self.to_integer()?).ok()
    }

    /// Both with one scale.
    fn aligned(self, other: Self) -> Option<(i128, i128, u32)> {
        let scale = self.scale.max(other.scale);
        let lift = |number: Self| {
            let factor = 10_i128.checked_pow(scale - number.scale)?;
            number.mantissa.checked_mul(factor)
        };
        Some((lift(self)?, lift(other)?, scale))
    }

    pub(super) fn add(self, other: Self) -> Option<Self> {
        let (one, two, scale) = self.aligned(other)?;
        Some(Self::new(one.checked_add(two)?, scale))
    }

    pub(super) fn negate(self) -> Option<Self> {
        Some(Self::new(self.mantissa.checked_neg()?, self.scale))
    }

    pub(super) fn subtract(self, other: Self) -> Option<Self> {
        self.add(other.negate()?)
    }

    pub(super) fn multiply(self, other: Self) -> Option<Self> {
        let mantissa = self.mantissa.checked_mul(other.mantissa)?;
        let scale = self.scale.checked_add(other.scale)?;
        (scale <= 38).then(|| Self::new(mantissa, scale))
    }

    /// The quotient, to as many digits as there is room for.
    pub(super) fn divide(self, other: Self) -> Option<Self> {
        let (one, two, _) = self.aligned(other)?;
        if two == 0 {
            return None;
        }
        let mut quotient = one / two;
        let mut remainder = one % two;
        let mut scale = 0;
        while remainder != 0 && scale < MOST_DIGITS {
            let (Some(next), Some(lifted)) = (remainder.checked_mul(10), quotient.checked_mul(10))
            else {
                break;
            };
            quotient = lifted.checked_add(next / two)?;
            remainder = next % two;
            scale += 1;
        }
        Some(Self::new(quotient, scale))
    }

    /// The remainder, with the sign of the dividend.
    pub(super) fn remainder(self, other: Self) -> Option<Self> {
        let (one, two, scale) = self.aligned(other)?;
        Some(Self::new(one.checked_rem(two)?, scale))
    }

    /// The next integer below, or above.
    pub(super) fn rounded(self, up: bool) -> Self {
        let factor = 10_i128.checked_pow(self.scale).unwrap_or(i128::MAX);
        let floor = self.mantissa.div_euclid(factor);
        let is_whole = self.mantissa.rem_euclid(factor) == 0;
        Self::new(floor + i128::from(up && !is_whole), 0)
    }

    pub(super) const fn signum(self) -> i128 {
        self.mantissa.signum()
    }
}

impl std::str::FromStr for Number {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::parse(text).ok_or(())
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Self) -> Ordering {
        match self.aligned(*other) {
            Some((one, two, _)) => one.cmp(&two),
            None => self.to_f64().total_cmp(&other.to_f64()),
        }
    }
}

impl fmt::Display for Number {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.scale == 0 {
            return write!(formatter, "{}", self.mantissa);
        }
        let digits = self.mantissa.unsigned_abs().to_string();
        let width = self.scale as usize + 1;
        let digits = format!("{digits:0>width$}");
        let (whole, fraction) = digits.split_at(digits.len() - self.scale as usize);
        let sign = if self.mantissa < 0 { "-" } else { "" };
        write!(formatter, "{sign}{whole}.{fraction}")
    }
}

#[cfg(test)]
mod tests {
    use super::Number;

    #[test]
    fn numbers_are_decimal() {
        let number = |text| Number::parse(text).expect(text);
        for (text, wanted) in [
            ("1.50", "1.5"),
            ("-0.05", "-0.05"),
            ("1e3", "1000"),
            ("12e-1", "1.2"),
        ] {
            assert_eq!(number(text).to_string(), wanted);
        }
        let sum = number("0.1").add(number("0.2")).expect("a sum");
        assert_eq!(sum.to_string(), "0.3");
        let quotient = number("7").divide(number("8")).expect("a quotient");
        assert_eq!(quotient.to_string(), "0.875");
        assert_eq!(number("1").divide(number("0")), None);
        assert_eq!(number("-7").remainder(number("4")), Some(number("-3")));
        assert_eq!(number("-1.5").rounded(true), number("-1"));
        assert_eq!(number("-1.5").rounded(false), number("-2"));
        assert!(number("10") > number("9.99"));
        for text in ["", "-", "1.2.3", "x", "1e", "+1"] {
            assert_eq!(Number::parse(text), None, "{text}");
        }
    }
}

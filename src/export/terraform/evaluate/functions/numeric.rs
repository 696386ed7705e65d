//! Functions of numbers.

use super::super::Evaluator;
use super::super::number::Number;
use super::super::value::Value;
use super::{Arguments, Outcome, Stop, number};

impl Evaluator<'_, '_, '_> {
    pub(super) fn numeric_function(name: &str, arguments: &Arguments<'_>) -> Option<Outcome> {
        let value = match name {
            "abs" => arguments.number(0).and_then(|number| {
                let negated = number.negate().ok_or(Stop::Unknown)?;
                Ok(number.max(negated))
            }),
            "ceil" => arguments.number(0).map(|number| number.rounded(true)),
            "floor" => arguments.number(0).map(|number| number.rounded(false)),
            "signum" => arguments
                .number(0)
                .map(|number| Number::new(number.signum(), 0)),
            "max" => extreme(arguments, Number::max),
            "min" => extreme(arguments, Number::min),
            "log" => log(arguments),
            "pow" => pow(arguments),
            "parseint" => parse(arguments),
            _ => return None,
        };
        Some(value.map(|number| Value::number(number, arguments.result_place())))
    }
}

fn extreme(arguments: &Arguments<'_>, pick: fn(Number, Number) -> Number) -> Result<Number, Stop> {
    let mut best: Option<Number> = None;
    for value in arguments.values {
        let number = number(value)?;
        best = Some(best.map_or(number, |best| pick(best, number)));
    }
    best.ok_or(Stop::Rejected)
}

fn log(arguments: &Arguments<'_>) -> Result<Number, Stop> {
    let (value, base) = (arguments.number(0)?, arguments.number(1)?);
    Number::from_f64(value.to_f64().ln() / base.to_f64().ln()).ok_or(Stop::Rejected)
}

fn pow(arguments: &Arguments<'_>) -> Result<Number, Stop> {
    let (base, exponent) = (arguments.number(0)?, arguments.number(1)?);
    let Some(times) = exponent
        .to_integer()
        .and_then(|times| u32::try_from(times).ok())
    else {
        return Number::from_f64(base.to_f64().powf(exponent.to_f64())).ok_or(Stop::Rejected);
    };
    let mut result = Number::integer(1);
    for _ in 0..times.min(200) {
        result = result.multiply(base).ok_or(Stop::Unknown)?;
    }
    if times > 200 {
        Err(Stop::Unknown)
    } else {
        Ok(result)
    }
}

fn parse(arguments: &Arguments<'_>) -> Result<Number, Stop> {
    let text = arguments.text(0)?;
    let base = u32::try_from(arguments.integer(1)?).map_err(|_| Stop::Rejected)?;
    if !(2..=36).contains(&base) {
        // Larger bases tell upper from lower case.
        return Err(if base > 62 {
            Stop::Rejected
        } else {
            Stop::Unknown
        });
    }
    let value = i128::from_str_radix(&text, base).map_err(|_| Stop::Rejected)?;
    Ok(Number::new(value, 0))
}

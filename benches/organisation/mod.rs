//! Writes an organisation of any size, the same in every run: 10 % of its clients have a fault.

use std::io::{self, Write};

/// Roles and divisions of the organisation.
const ROLES: u64 = 150;
const DIVISIONS: u64 = 12;

/// A number that looks random and depends only on `seed`.
fn mix(seed: u64) -> u64 {
    let mut z = seed.wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

fn uuid(kind: u64, number: u64) -> String {
    let high = mix(kind << 32 | number);
    let low = mix(high);
    format!(
        "{:08x}-{:04x}-4{:03x}-8{:03x}-{:012x}",
        high >> 32,
        high >> 16 & 0xFFFF,
        high & 0xFFF,
        low >> 48 & 0xFFF,
        low & 0xFFFF_FFFF_FFFF
    )
}

/// One client as compact JSON. `faults` of 0 makes the usual organisation, of which every
/// tenth client has one fault; else every client has that many.
pub(crate) fn client(number: u64, faults: u64) -> String {
    let random = mix(number);
    let is_faulty = |fault: u64| {
        if faults == 0 {
            number % 10 == 7 && number / 10 % 5 == fault
        } else {
            fault < faults
        }
    };
    let machine = faults == 0 && random.is_multiple_of(3);
    let host = format!("app{number}.example.com");
    let scheme = if is_faulty(0) { "http" } else { "https" };
    let uris = if machine {
        String::new()
    } else {
        format!(
            "\"{scheme}://{host}/oauth/callback\",\"https://{host}/oauth/silent\",\"https://{host}/signed-out\""
        )
    };
    let scopes = match (machine, is_faulty(1)) {
        (true, _) => "",
        (false, true) => "\"users\",\"users:readonly\",\"routing:readonly\"",
        (false, false) => "\"users:readonly\",\"routing:readonly\",\"conversations:readonly\"",
    };
    let lifetime = if is_faulty(2) {
        172_800
    } else {
        28_800 + random % 57_600
    };
    let description = if is_faulty(3) {
        ""
    } else {
        "Feeds the planning board with queue figures. Owner: workforce planning. Reviewed every quarter, last by the integration team."
    };
    let grant = match (machine, is_faulty(4)) {
        (true, _) => "CLIENT-CREDENTIALS",
        (false, true) => "TOKEN",
        (false, false) => "CODE",
    };
    let roles = if machine {
        roles_of(number)
    } else {
        String::new()
    };
    let id = uuid(1, number);
    let user = uuid(4, random % 200);
    format!(
        "{{\"id\":\"{id}\",\"name\":\"Integration {number} of the contact centre\",\"description\":\"{description}\",\
         \"accessTokenValiditySeconds\":{lifetime},\"registeredRedirectUri\":[{uris}],\"roleIds\":[],\
         \"dateCreated\":\"2024-03-05T14:11:09Z\",\"dateModified\":\"2026-09-20T08:02:44Z\",\
         \"createdBy\":{{\"id\":\"{user}\",\"name\":\"\",\"selfUri\":\"/api/v2/users/{user}\"}},\
         \"modifiedBy\":{{\"id\":\"{user}\",\"name\":\"\",\"selfUri\":\"/api/v2/users/{user}\"}},\
         \"authorizedGrantType\":\"{grant}\",\"scope\":[{scopes}],\"roleDivisions\":[{roles}],\
         \"state\":\"active\",\"selfUri\":\"/api/v2/oauth/clients/{id}\"}}"
    )
}

/// Three roles in a division. No other client holds the same, or it would be a duplicate: the
/// number is written in digits, and each digit has roles of its own.
fn roles_of(number: u64) -> String {
    const ROLES_A_DIGIT: u64 = ROLES / 3;
    let division = uuid(3, 1 + number / ROLES_A_DIGIT.pow(3) % (DIVISIONS - 1));
    let grants: Vec<String> = (0..3)
        .map(|place| {
            let digit = number / ROLES_A_DIGIT.pow(place) % ROLES_A_DIGIT;
            let role = uuid(2, u64::from(place) * ROLES_A_DIGIT + digit);
            format!("{{\"roleId\":\"{role}\",\"divisionId\":\"{division}\"}}")
        })
        .collect();
    grants.join(",")
}

/// A listing of `clients` clients as compact JSON.
pub(crate) fn clients(clients: u64, faults: u64, out: &mut dyn Write) -> io::Result<()> {
    write!(out, "{{\"entities\":[")?;
    for number in 0..clients {
        if number > 0 {
            write!(out, ",")?;
        }
        out.write_all(client(number, faults).as_bytes())?;
    }
    write!(
        out,
        "],\"pageSize\":{clients},\"pageNumber\":1,\"total\":{clients},\"pageCount\":1,\"selfUri\":\"/api/v2/oauth/clients\"}}"
    )
}

/// The listing of its roles.
pub(crate) fn roles() -> String {
    let roles: Vec<String> = (0..ROLES)
        .map(|number| {
            format!(
                "{{\"id\":\"{}\",\"name\":\"Role {number}\",\"permissions\":[],\"permissionPolicies\":[{{\"domain\":\"routing\",\"entityName\":\"queue\",\"actionSet\":[\"view\"]}},{{\"domain\":\"analytics\",\"entityName\":\"report{number}\",\"actionSet\":[\"view\"]}}],\"default\":false,\"selfUri\":\"/api/v2/authorization/roles/x\"}}",
                uuid(2, number)
            )
        })
        .collect();
    format!(
        "{{\"entities\":[{}],\"total\":{ROLES},\"pageCount\":1,\"pageNumber\":1}}",
        roles.join(",")
    )
}

/// The listing of its divisions.
pub(crate) fn divisions() -> String {
    let divisions: Vec<String> = (0..DIVISIONS)
        .map(|number| {
            format!(
                "{{\"id\":\"{}\",\"name\":\"Division {number}\",\"homeDivision\":{},\"selfUri\":\"/api/v2/authorization/divisions/x\"}}",
                uuid(3, number),
                number == 0
            )
        })
        .collect();
    format!(
        "{{\"entities\":[{}],\"total\":{DIVISIONS},\"pageCount\":1,\"pageNumber\":1}}",
        divisions.join(",")
    )
}

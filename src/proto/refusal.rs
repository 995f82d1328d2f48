//! What tor means when it says no: one table, by command, code and words.
//!
//! tor uses a few codes for many things, and its words are for people who know its source. A row
//! says what the case is, as a reason to branch on, and in a sentence what it means and what to do.
//! The texts are those of tor 0.4.5 to 0.4.9; a row that no longer fits is only missing.

use super::onion_address::OnionAddress;
use super::reason::Reason;
use super::redacted::RedactedCommand;
use super::relay::Fingerprint;
use super::tor_text::TorText;

/// A row of the table.
struct Row {
    /// The commands that are refused so; none is any.
    commands: &'static [&'static [u8]],
    /// tor's codes for it; none is any.
    codes: &'static [u16],
    /// What stands in tor's text; nothing is any text.
    says: &'static str,
    why: Reason,
    /// What it means and what to do. Nothing where tor's words are enough.
    meaning: &'static str,
}

const CONF: &[&[u8]] = &[b"SETCONF", b"RESETCONF", b"LOADCONF"];
const INFO: &[&[u8]] = &[b"GETINFO"];
const ONION: &[&[u8]] = &[b"ADD_ONION"];
const ATTACH: &[&[u8]] = &[b"ATTACHSTREAM"];
const SERVERS: &[&[u8]] = &[b"HSFETCH", b"HSPOST"];

const fn row(
    commands: &'static [&'static [u8]],
    codes: &'static [u16],
    says: &'static str,
    why: Reason,
    meaning: &'static str,
) -> Row {
    Row {
        commands,
        codes,
        says,
        why,
        meaning,
    }
}

/// The first row that fits counts.
const ROWS: &[Row] = &[
    // Questions. What is unknown of a relay is told apart from a key that is misspelt below.
    row(INFO, &[552], "We fetch microdescriptors", Reason::OnlyMicrodescriptors,
        "this tor keeps microdescriptors alone: ask for md/ in place of desc/, or set UseMicrodescriptors to 0"),
    row(INFO, &[551, 552], "Not running in server mode", Reason::NotRelay,
        "only a tor that is a relay has an answer"),
    row(INFO, &[551], "Address unknown", Reason::AddressUnknown,
        "tor has not learnt its own address, which it does of relays that it talks with"),
    row(INFO, &[551], "Could not open cached consensus", Reason::NoConsensus,
        "tor keeps the text of no such consensus: it has none yet, or it uses the other kind"),
    row(INFO, &[551], "networkstatus-flavored consensus", Reason::NoConsensus,
        "tor has no consensus of this kind"),
    row(INFO, &[551], "Not found in cache", Reason::NoSuchDescriptor,
        "tor holds no descriptor of this service: it has not fetched it, or does not run the service"),
    row(INFO, &[551], "Servers unavailable", Reason::NoSuchDescriptor, "tor has no such descriptor"),
    row(INFO, &[551], "No such", Reason::NoSuchDescriptor, "tor does not download such a document"),
    // Configuration.
    row(&[b"GETCONF"], &[552], "Unrecognized configuration key", Reason::UnknownOption,
        "this tor has no option of this name"),
    row(CONF, &[552], "Unknown option", Reason::UnknownOption,
        "this tor has no option of this name, and nothing was changed"),
    row(CONF, &[553], "not allowed", Reason::NotWhileRunning,
        "this option can only be given to tor when it starts, and nothing was changed"),
    row(CONF, &[513, 552, 553], "", Reason::BadValue, ""),
    row(&[b"SAVECONF"], &[551], "", Reason::NotSaved,
        "its torrc cannot be written, or includes other files by %include and is then written only by \
         force: torctl_save_conf() with force 1"),
    // Words that this tor does not have.
    row(&[b"SETEVENTS"], &[552], "", Reason::UnknownWord, "this tor has no events of this name"),
    row(&[b"SIGNAL"], &[552], "", Reason::UnknownWord, "this tor has no signal of this name"),
    row(&[b"USEFEATURE"], &[552], "", Reason::UnknownWord, "this tor has no feature of this name"),
    row(&[], &[552], "Unknown purpose", Reason::UnknownWord, "this tor has no purpose of this name"),
    // What is not there.
    row(&[], &[552], "Unknown circuit", Reason::NoSuchCircuit,
        "there is no circuit with this number, or no longer"),
    row(&[], &[552], "Unknown stream", Reason::NoSuchStream,
        "there is no stream with this number, or no longer"),
    row(&[b"EXTENDCIRCUIT"], &[552], "No such router", Reason::NoSuchRelay,
        "tor knows no relay of this name: it is not in the consensus, or tor has none yet"),
    row(&[b"EXTENDCIRCUIT"], &[552], "descriptor for", Reason::NoSuchDescriptor,
        "tor has no descriptor of this relay, without which it cannot build a circuit through it"),
    row(SERVERS, &[552], "not found", Reason::NoSuchRelay,
        "tor knows no relay of this name: it is not in the consensus, or tor has none yet"),
    row(&[b"DEL_ONION"], &[552], "", Reason::NoSuchOnion,
        "neither this connection nor the detached services have one of this address; a service of another \
         connection ends with that, one of a HiddenServiceDir by SETCONF"),
    // Circuits and streams.
    row(&[b"EXTENDCIRCUIT"], &[551], "", Reason::NoCircuit,
        "tor builds none now: its network is disabled, it has no consensus yet, or no relays fit"),
    row(ATTACH, &[555], "", Reason::NotManaged,
        "tor attaches this stream itself; only what waits while __LeaveStreamsUnattached is 1 can be \
         attached, as torctl_attacher_set() does"),
    row(ATTACH, &[551, 552], "", Reason::CannotAttach,
        "the circuit cannot take the stream: it must be built, and have two relays or more"),
    // Onion services.
    row(ONION, &[550], "collision", Reason::OnionCollision,
        "this tor runs a service with this key already"),
    row(ONION, &[512], "keyword argument \"PoW", Reason::NoPow,
        "this tor has no proof-of-work defences for such services, which came with 0.4.9.2: use \
         TORCTL_POW_IF_POSSIBLE"),
    row(ONION, &[512], "non-anonymous hidden service mode", Reason::AnonymityMismatch,
        "this tor makes no anonymous services: HiddenServiceNonAnonymousMode is 1, so the service must be \
         asked for with torctl_onion_options_set_non_anonymous()"),
    row(ONION, &[512], "anonymous hidden service mode", Reason::AnonymityMismatch,
        "a service that is not anonymous needs a tor that was started with HiddenServiceNonAnonymousMode 1 \
         and HiddenServiceSingleHopMode 1"),
    row(ONION, &[513], "key type", Reason::UnknownWord,
        "this tor has no keys of this type: ED25519-V3 is the one that there is"),
    row(&[b"ONION_CLIENT_AUTH_ADD"], &[552], "key type", Reason::UnknownWord,
        "this tor has no keys of this type: x25519 is the one that there is"),
    row(&[b"ONION_CLIENT_AUTH_ADD"], &[553], "", Reason::NotSaved,
        "tor keeps such keys in the directory of its option ClientOnionAuthDir, which is not set or cannot \
         be written"),
    row(&[b"POSTDESCRIPTOR", b"HSPOST"], &[554], "", Reason::BadDescriptor,
        "tor could not read the descriptor, or its signature does not fit"),
    row(&[b"POSTDESCRIPTOR"], &[251], "", Reason::BadDescriptor, ""),
    // Of any command.
    row(&[], &[510, 511], "", Reason::UnknownCommand,
        "this tor has no such command: it is too old or too new for it, or the name is misspelt"),
    row(&[], &[514], "", Reason::NotAuthenticated, "the connection is not authenticated"),
    row(&[], &[512], "Unrecognized keyword argument", Reason::UnknownWord,
        "this tor does not know the argument: it may be too old for it"),
    row(&[], &[512, 513], "", Reason::BadArgument, ""),
];

impl Reason {
    /// Whether what was asked for is not there, and nothing else was wrong.
    pub fn is_missing(self) -> bool {
        matches!(
            self,
            Reason::NoSuchRelay
                | Reason::NoSuchDescriptor
                | Reason::NoSuchCircuit
                | Reason::NoSuchStream
                | Reason::NoSuchOnion
        )
    }
}

/// What it means that tor refuses this command with this code and these words: the reason, and a
/// sentence, which is empty where tor's words are enough.
pub fn meaning(code: u16, text: &TorText, asked: &RedactedCommand) -> (Reason, &'static str) {
    let keyword = asked.keyword().to_ascii_uppercase();
    if keyword == b"GETINFO" && code == 552 && text.contains("Unrecognized key ") {
        return unknown_key(text.as_bytes());
    }
    let fits = |row: &&Row| {
        (row.commands.is_empty() || row.commands.contains(&keyword.as_slice()))
            && (row.codes.is_empty() || row.codes.contains(&code))
            && (row.says.is_empty() || text.contains(row.says))
    };
    let row = ROWS.iter().find(fits);
    row.map_or((Reason::Unknown, ""), |row| (row.why, row.meaning))
}

/// Whether the reason of a refusal stands in tor's log and not, or not as exactly, in its answer.
pub fn is_in_log(code: u16, text: &TorText) -> bool {
    matches!(code, 513 | 550 | 552 | 553)
        && [
            "See logs",
            "Invalid router list",
            "configuration",
            "Error in",
        ]
        .iter()
        .any(|words| text.contains(words))
}

/// The key of a relay or descriptor that is well formed, and the reason if it is unknown.
fn missing(key: &[u8]) -> Option<Reason> {
    const IDS: &[(&[u8], Reason)] = &[
        (b"ns/id/", Reason::NoSuchRelay),
        (b"md/id/", Reason::NoSuchDescriptor),
        (b"desc/id/", Reason::NoSuchDescriptor),
        (b"desc-annotations/id/", Reason::NoSuchDescriptor),
        (b"extra-info/digest/", Reason::NoSuchDescriptor),
    ];
    const NAMES: &[(&[u8], Reason)] = &[
        (b"ns/name/", Reason::NoSuchRelay),
        (b"md/name/", Reason::NoSuchDescriptor),
        (b"desc/name/", Reason::NoSuchDescriptor),
    ];
    let rest = |list: &[(&'static [u8], Reason)]| {
        let mut found = list.iter();
        found.find_map(|(start, why)| Some((key.strip_prefix(*start)?, *why)))
    };
    if let Some((id, why)) = rest(IDS) {
        return is_id(id).then_some(why);
    }
    if let Some((name, why)) = rest(NAMES) {
        return (is_nickname(name) || is_id(name)).then_some(why);
    }
    let address = key
        .strip_prefix(b"hs/client/desc/id/")
        .or_else(|| key.strip_prefix(b"hs/service/desc/id/"))?;
    OnionAddress::parse(address)
        .is_ok()
        .then_some(Reason::NoSuchDescriptor)
}

/// 40 hex digits, with what names of relays have around them.
fn is_id(id: &[u8]) -> bool {
    let id = id.strip_prefix(b"$").unwrap_or(id);
    let end = id.iter().position(|it| matches!(it, b'~' | b'='));
    let (id, name) = id.split_at(end.unwrap_or(id.len()));
    Fingerprint::parse(id).is_some() && (name.is_empty() || is_nickname(&name[1..]))
}

fn is_nickname(name: &[u8]) -> bool {
    (1..=19).contains(&name.len()) && name.iter().all(u8::is_ascii_alphanumeric)
}

/// A key that tor does not know: of what is not there, or of nothing.
fn unknown_key(text: &[u8]) -> (Reason, &'static str) {
    const START: &[u8] = b"Unrecognized key \"";
    let mut why = Reason::Unknown;
    for at in memchr::memmem::find_iter(text, START) {
        let key = &text[at + START.len()..];
        let end = memchr::memchr(b'"', key).unwrap_or(key.len());
        match missing(&key[..end]) {
            Some(missing) => why = missing,
            None => {
                return (
                    Reason::UnknownKey,
                    "this tor has no such key: it is misspelt, or tor too old",
                )
            }
        }
    }
    let meaning = match why {
        Reason::NoSuchRelay => {
            "tor knows no such relay: it is not in the consensus, or tor has none yet"
        }
        Reason::NoSuchDescriptor => "tor has no such descriptor",
        _ => "",
    };
    (why, meaning)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn why(line: &str, code: u16, text: &str) -> Reason {
        meaning(
            code,
            &TorText::from(text),
            &RedactedCommand::of_line(line.as_bytes()),
        )
        .0
    }

    /// What tor 0.4.9 says, word for word.
    const SAID: &[(&str, u16, &str, Reason)] = &[
        ("GETINFO exit-policy/full", 552, "Not running in server mode", Reason::NotRelay),
        ("GETINFO fingerprint", 551, "Not running in server mode", Reason::NotRelay),
        ("GETINFO address", 551, "Address unknown", Reason::AddressUnknown),
        ("GETINFO hs/client/desc/id/x", 551, "Not found in cache", Reason::NoSuchDescriptor),
        ("GETINFO downloads/desc/x", 551, "No such descriptor digest found", Reason::NoSuchDescriptor),
        ("GETINFO dir/server/authority", 551, "Servers unavailable", Reason::NoSuchDescriptor),
        ("GETINFO dir/status-vote/current/consensus", 551,
         "Could not open cached consensus. Make sure FetchUselessDescriptors is set to 1.",
         Reason::NoConsensus),
        ("GETINFO desc/id/x", 552,
         "We fetch microdescriptors, not router descriptors. You'll need to use md/id/* instead of desc/id/*.",
         Reason::OnlyMicrodescriptors),
        ("GETCONF Nosuch", 552, "Unrecognized configuration key \"Nosuch\"", Reason::UnknownOption),
        ("SETCONF Nosuch", 552, "Unrecognized option: Unknown option 'Nosuch'.  Failing.",
         Reason::UnknownOption),
        ("RESETCONF Nosuch", 552, "Unrecognized option: Unknown option 'Nosuch'.  Failing.",
         Reason::UnknownOption),
        ("+LOADCONF", 552,
         "Invalid config file: Failed to parse/validate config: Unknown option 'Nosuch'.  Failing.",
         Reason::UnknownOption),
        ("+LOADCONF", 552,
         "Invalid config file: Failed to parse/validate config: Invalid SocksPort configuration",
         Reason::BadValue),
        ("SETCONF SocksPort", 513, "Unacceptable option value: Invalid SocksPort configuration",
         Reason::BadValue),
        ("SETCONF DataDirectory", 553,
         "Transition not allowed: While Tor is running, changing DataDirectory is not allowed",
         Reason::NotWhileRunning),
        ("SAVECONF", 551, "Unable to write configuration to disk.", Reason::NotSaved),
        ("SETEVENTS NOSUCH", 552, "Unrecognized event \"NOSUCH\"", Reason::UnknownWord),
        ("SIGNAL FOO", 552, "Unrecognized signal code \"FOO\"", Reason::UnknownWord),
        ("USEFEATURE FOO", 552, "Unrecognized feature \"FOO\"", Reason::UnknownWord),
        ("EXTENDCIRCUIT 0 purpose=foo", 552, "Unknown purpose \"foo\"", Reason::UnknownWord),
        ("EXTENDCIRCUIT 99", 552, "Unknown circuit \"99\"", Reason::NoSuchCircuit),
        ("EXTENDCIRCUIT 0 nosuch", 552, "No such router \"nosuch\"", Reason::NoSuchRelay),
        ("EXTENDCIRCUIT 0 x", 552, "No descriptor for \"x\"", Reason::NoSuchDescriptor),
        ("EXTENDCIRCUIT 0", 551, "Couldn't start circuit", Reason::NoCircuit),
        ("SETCIRCUITPURPOSE 99 purpose=x", 552, "Unknown circuit \"99\"", Reason::NoSuchCircuit),
        ("CLOSECIRCUIT 99", 552, "Unknown circuit \"99\"", Reason::NoSuchCircuit),
        ("ATTACHSTREAM 99 0", 552, "Unknown stream \"99\"", Reason::NoSuchStream),
        ("ATTACHSTREAM 9 99", 552, "Unknown circuit \"99\"", Reason::NoSuchCircuit),
        ("ATTACHSTREAM 9 9", 555, "Connection is not managed by controller.", Reason::NotManaged),
        ("ATTACHSTREAM 9 9", 551, "Can't attach stream to this one-hop circuit.", Reason::CannotAttach),
        ("CLOSESTREAM 99 1", 552, "Unknown stream \"99\"", Reason::NoSuchStream),
        ("REDIRECTSTREAM 99 a", 552, "Unknown stream \"99\"", Reason::NoSuchStream),
        ("HSFETCH x SERVER=y", 552, "Server \"y\" not found", Reason::NoSuchRelay),
        ("HSFETCH xx", 513, "Invalid argument \"xx\"", Reason::BadArgument),
        ("+POSTDESCRIPTOR", 554, "Couldn't parse router descriptor.", Reason::BadDescriptor),
        ("+HSPOST HSADDRESS=x", 554, "Invalid descriptor", Reason::BadDescriptor),
        ("ADD_ONION ED25519-V3:x", 550, "Onion address collision", Reason::OnionCollision),
        ("ADD_ONION NEW:BEST", 512,
         "Bad arguments to ADD_ONION: Unrecognized keyword argument \"PoWDefensesEnabled\"", Reason::NoPow),
        ("ADD_ONION NEW:BEST", 512, "Bad arguments to ADD_ONION: Unrecognized keyword argument \"Foo\"",
         Reason::UnknownWord),
        ("ADD_ONION NEW:BEST", 512, "Tor is in anonymous hidden service mode", Reason::AnonymityMismatch),
        ("ADD_ONION NEW:BEST", 512, "Tor is in non-anonymous hidden service mode",
         Reason::AnonymityMismatch),
        ("ADD_ONION NEW:BEST", 512, "Invalid VIRTPORT/TARGET", Reason::BadArgument),
        ("ADD_ONION NEW:RSA1024", 513, "Invalid key type", Reason::UnknownWord),
        ("DEL_ONION x", 552, "Unknown Onion Service id", Reason::NoSuchOnion),
        ("DEL_ONION x", 512, "Malformed Onion Service id", Reason::BadArgument),
        ("ONION_CLIENT_AUTH_ADD x foo:", 552, "Unrecognized key type \"foo\"", Reason::UnknownWord),
        ("ONION_CLIENT_AUTH_ADD x", 553, "Unable to store creds for \"x\"", Reason::NotSaved),
        ("FOO", 510, "Unrecognized command \"FOO\"", Reason::UnknownCommand),
        ("GETINFO x", 514, "Authentication required.", Reason::NotAuthenticated),
        ("NEW x", 599, "whatever", Reason::Unknown),
        ("", 552, "whatever", Reason::Unknown),
    ];

    #[test]
    fn tor_is_understood() {
        for (line, code, text, reason) in SAID {
            assert_eq!(why(line, *code, text), *reason, "{line}: {code} {text}");
        }
        // Commands are case-insensitive.
        assert_eq!(why("setconf a", 513, "x"), Reason::BadValue);
        let tell = |text| {
            meaning(
                512,
                &TorText::from(text),
                &RedactedCommand::of_line(b"ADD_ONION"),
            )
            .1
        };
        assert!(tell("Tor is in anonymous hidden service mode").contains("was started with"));
        assert!(tell("Tor is in non-anonymous hidden service mode").contains("set_non_anonymous()"));
    }

    #[test]
    fn every_row_is_some_tors_answer() {
        for (index, row) in ROWS.iter().enumerate() {
            let fits = |(line, code, text, _): &&(&str, u16, &str, Reason)| {
                let keyword = RedactedCommand::of_line(line.as_bytes()).keyword().to_vec();
                (row.commands.is_empty() || row.commands.contains(&keyword.as_slice()))
                    && row.codes.contains(code)
                    && text.contains(row.says)
            };
            let extra = [
                (
                    "POSTDESCRIPTOR",
                    251,
                    "Descriptor not added",
                    Reason::BadDescriptor,
                ),
                (
                    "GETINFO x",
                    551,
                    "We don't seem to have a networkstatus-flavored consensus",
                    Reason::NoConsensus,
                ),
            ];
            let known = SAID.iter().chain(&extra).any(|it| fits(&it));
            assert!(known, "row {index}: {:?} {}", row.codes, row.says);
            assert!(
                row.meaning.is_empty() || !row.meaning.ends_with('.'),
                "{}",
                row.meaning
            );
        }
    }

    #[test]
    fn what_is_not_there_is_no_misspelt_key() {
        const ID: &str = "D33D98BA997A883CA0973BEF5BA85B422E997881";
        let long = "a".repeat(20);
        for (key, reason) in [
            (format!("ns/id/{ID}"), Reason::NoSuchRelay),
            (format!("ns/id/${ID}"), Reason::NoSuchRelay),
            (format!("ns/id/${ID}~name"), Reason::NoSuchRelay),
            (format!("ns/id/{}", ID.to_lowercase()), Reason::NoSuchRelay),
            (format!("md/id/{ID}"), Reason::NoSuchDescriptor),
            (format!("desc/id/{ID}"), Reason::NoSuchDescriptor),
            (format!("extra-info/digest/{ID}"), Reason::NoSuchDescriptor),
            (
                format!("desc-annotations/id/{ID}"),
                Reason::NoSuchDescriptor,
            ),
            ("ns/name/nosuch".to_string(), Reason::NoSuchRelay),
            ("md/name/nosuch".to_string(), Reason::NoSuchDescriptor),
            ("desc/name/nosuch".to_string(), Reason::NoSuchDescriptor),
            (format!("ns/idd/{ID}"), Reason::UnknownKey),
            (format!("ns/id/{}", &ID[1..]), Reason::UnknownKey),
            (format!("ns/id/{ID}0"), Reason::UnknownKey),
            (format!("ns/id/{}x", &ID[1..]), Reason::UnknownKey),
            (format!("ns/id/{ID}~"), Reason::UnknownKey),
            (format!("ns/name/{long}"), Reason::UnknownKey),
            ("ns/name/".to_string(), Reason::UnknownKey),
            ("ns/name/a-b".to_string(), Reason::UnknownKey),
            ("Version".to_string(), Reason::UnknownKey),
            ("hs/client/desc/id/nosuch".to_string(), Reason::UnknownKey),
        ] {
            let line = format!("GETINFO {key}");
            let text = format!("Unrecognized key \"{key}\"");
            assert_eq!(why(&line, 552, &text), reason, "{key}");
        }
        // Of several, one that is misspelt is enough.
        let both = format!("Unrecognized key \"ns/id/{ID}\"; Unrecognized key \"vresion\"");
        assert_eq!(why("GETINFO a b", 552, &both), Reason::UnknownKey);
        let both = format!("Unrecognized key \"ns/id/{ID}\"; Unrecognized key \"md/id/{ID}\"");
        assert_eq!(why("GETINFO a b", 552, &both), Reason::NoSuchDescriptor);
        assert_eq!(
            why("GETINFO", 552, "Unrecognized key \""),
            Reason::UnknownKey
        );
    }

    #[test]
    fn what_is_missing_is_missing() {
        assert!(Reason::NoSuchRelay.is_missing() && Reason::NoSuchOnion.is_missing());
        assert!(!Reason::UnknownKey.is_missing() && !Reason::Unknown.is_missing());
    }
}

//! Answers of a line or two: EXTENDCIRCUIT, MAPADDRESS, POSTDESCRIPTOR.

use super::{AnswerError, Rejection};
use crate::proto::reply::Reply;
use crate::proto::tor_text::TorText;

/// The answer to EXTENDCIRCUIT: the id of the circuit.
pub fn circuit_extended(reply: &Reply) -> Result<u64, AnswerError> {
    super::done(reply)?;
    reply
        .lines()
        .find_map(|line| line.text.strip_prefix(b"EXTENDED "))
        .and_then(|id| std::str::from_utf8(id).ok()?.trim_end().parse().ok())
        .ok_or(AnswerError::Malformed("EXTENDCIRCUIT"))
}

/// The result of one pair of MAPADDRESS.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mapped {
    /// Streams to the first now go to the second. Where tor was to choose an address, the first
    /// is what it chose.
    Yes {
        /// The address that programs use.
        from: Vec<u8>,
        /// Where its streams go.
        to: Vec<u8>,
    },
    /// This pair was refused, whatever the results of the others.
    No(Rejection),
}

/// The answer to MAPADDRESS with that many pairs: one result for each, in order. Codes are mixed,
/// and the last line may be a refusal where earlier ones succeeded.
pub fn addresses_mapped(reply: &Reply, pairs: usize) -> Result<Vec<Mapped>, AnswerError> {
    if reply.len() != pairs {
        // The command as a whole.
        super::done(reply)?;
        return Err(AnswerError::Malformed("MAPADDRESS"));
    }
    let mapped = reply.lines().map(|line| {
        if line.code / 100 != 2 {
            return Ok(Mapped::No(Rejection::of_line(reply, &line)));
        }
        let equal = memchr::memchr(b'=', line.text).ok_or(AnswerError::Malformed("MAPADDRESS"))?;
        Ok(Mapped::Yes {
            from: line.text[..equal].to_vec(),
            to: line.text[equal + 1..].to_vec(),
        })
    });
    mapped.collect()
}

/// The answer to POSTDESCRIPTOR: nothing, or why tor did not keep the descriptor (251).
pub fn descriptor_posted(reply: &Reply) -> Result<Option<TorText>, AnswerError> {
    super::done(reply)?;
    let not_added = reply.lines().find(|line| line.code == 251);
    Ok(not_added.map(|line| line.text.into()))
}

/// Never panics.
pub fn fuzz_plain_answers(bytes: &[u8]) {
    let reply = Reply::new(bytes.to_vec());
    let _ = circuit_extended(&reply);
    let _ = descriptor_posted(&reply);
    for pairs in 0..4 {
        if let Ok(mapped) = addresses_mapped(&reply, pairs) {
            assert_eq!(mapped.len(), pairs);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reply(text: &str) -> Reply {
        Reply::new(text.as_bytes().to_vec())
    }

    fn yes(from: &str, to: &str) -> Mapped {
        Mapped::Yes {
            from: from.into(),
            to: to.into(),
        }
    }

    #[test]
    fn circuits() {
        assert_eq!(circuit_extended(&reply("250 EXTENDED 12\r\n")), Ok(12));
        for text in [
            "250 EXTENDED x\r\n",
            "250 OK\r\n",
            "250 EXTENDED 99999999999999999999\r\n",
        ] {
            let malformed = Err(AnswerError::Malformed("EXTENDCIRCUIT"));
            assert_eq!(circuit_extended(&reply(text)), malformed);
        }
        let error = circuit_extended(&reply("551 Couldn't start circuit\r\n")).unwrap_err();
        assert!(error.to_string().contains("551"));
    }

    #[test]
    fn each_pair_has_its_own_result() {
        // An answer of tor 0.4.9.11.
        let mixed = reply("250-127.202.196.188=y.com\r\n250-7q7v3z6spj4irk6y.virtual=z.com\r\n512-syntax error: invalid address 'a=b'\r\n250 a..b=c.com\r\n");
        let mapped = addresses_mapped(&mixed, 4).unwrap();
        assert_eq!(mapped[0], yes("127.202.196.188", "y.com"));
        assert_eq!(mapped[1], yes("7q7v3z6spj4irk6y.virtual", "z.com"));
        let Mapped::No(rejection) = &mapped[2] else {
            panic!("{mapped:?}");
        };
        assert_eq!(rejection.code, 512);
        assert_eq!(mapped[3], yes("a..b", "c.com"));
        let last = addresses_mapped(&reply("250-a=b\r\n451 no address left\r\n"), 2).unwrap();
        assert!(matches!(last[1], Mapped::No(Rejection { code: 451, .. })));
    }

    #[test]
    fn a_refusal_as_a_whole() {
        let refused =
            reply("512 Bad arguments to MAPADDRESS: Cannot parse keyword argument(s)\r\n");
        let error = addresses_mapped(&refused, 2).unwrap_err();
        assert!(matches!(error, AnswerError::Rejected(_)));
        let short = addresses_mapped(&reply("250 a=b\r\n"), 2).unwrap_err();
        assert_eq!(short, AnswerError::Malformed("MAPADDRESS"));
        assert!(addresses_mapped(&reply("250 OK\r\n"), 1).is_err());
    }

    #[test]
    fn descriptors() {
        assert_eq!(descriptor_posted(&reply("250 OK\r\n")), Ok(None));
        assert_eq!(
            descriptor_posted(&reply("251 Descriptor not added: old\r\n")),
            Ok(Some("Descriptor not added: old".into()))
        );
        let bad = descriptor_posted(&reply("554 Couldn't parse router descriptor.\r\n"));
        assert!(matches!(bad, Err(AnswerError::Rejected(_))));
    }

    #[test]
    fn survives_mutants() {
        let seeds: [&[u8]; 3] = [
            b"250 EXTENDED 12\r\n",
            b"250-a=b\r\n512-syntax error\r\n250 c=d\r\n",
            b"251 Descriptor not added\r\n",
        ];
        crate::proto::mutate::mutants(&seeds, 10_000, fuzz_plain_answers);
    }
}

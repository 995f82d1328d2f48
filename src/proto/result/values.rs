//! Keys and values in the order of the answer: GETINFO, GETCONF.

use super::{AnswerError, Rejection};
use crate::proto::quote;
use crate::proto::reply::Reply;
use crate::proto::sorted::sorted_positions;
use crate::proto::step_count;
use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;
use std::ops::Range;
use std::sync::OnceLock;
use zeroize::Zeroize;

/// An ordered list of keys and values; a key may come several times.
///
/// The bytes are those of the reply, so that even a long answer is not copied. A NUL follows each
/// key and each value for the sake of C.
#[derive(Default)]
pub struct Values {
    // Every range of `entries` ends below `bytes.len()`, and the byte there is NUL. `bytes` is
    // empty only when `entries` is.
    bytes: Vec<u8>,
    entries: Vec<KeyValue>,
    secret: bool,
    /// Made when somebody first looks for a key among many.
    index: OnceLock<KeyIndex>,
}

/// The entries in the order of their keys, those with the same key in the order of the answer.
struct KeyIndex {
    exact: Box<[u32]>,
    /// Of keys in which case does not matter.
    folded: Box<[u32]>,
}

/// Among so few keys one is found without an index.
const FEW: usize = 16;

struct KeyValue {
    key: Range<usize>,
    // None: the key came without a value. Its C string is the NUL behind the key.
    value: Option<Range<usize>>,
}

impl Values {
    /// The answer to GETINFO. A value that came as a block has LF at the end of each line.
    pub fn from_get_info(reply: Reply) -> Result<Values, AnswerError> {
        Values::from_reply(reply, false)
    }

    /// The answer to GETCONF. An option that is not set has no value, which is not the same as an
    /// empty one. Quoted values are unquoted.
    pub fn from_get_conf(reply: Reply) -> Result<Values, AnswerError> {
        Values::from_reply(reply, true)
    }

    fn from_reply(reply: Reply, is_conf: bool) -> Result<Values, AnswerError> {
        if let Some(rejection) = Rejection::of(&reply) {
            return Err(rejection.into());
        }
        let (mut bytes, lines, secret) = reply.into_parts();
        let last = lines.len().saturating_sub(1);
        let mut entries = Vec::with_capacity(lines.len());
        for (index, line) in lines.iter().enumerate() {
            let (text, data) = (line.text(), line.data());
            if index == last && data.is_none() && &bytes[text.clone()] == b"OK" {
                break;
            }
            let Some(length) = memchr::memchr(b'=', &bytes[text.clone()]) else {
                entries.push(KeyValue {
                    key: text,
                    value: data,
                });
                continue;
            };
            let key = text.start..text.start + length;
            bytes[key.end] = 0;
            let mut value = data.unwrap_or(key.end + 1..text.end);
            // A value that tor has not quoted never begins with a quotation mark.
            if is_conf && bytes[value.start] == b'"' {
                value = unquote(&mut bytes, value);
            }
            let value = Some(value);
            entries.push(KeyValue { key, value });
        }
        Ok(Values {
            bytes,
            entries,
            secret,
            index: OnceLock::new(),
        })
    }

    /// Lines of a torrc: names, and their values where they have one.
    pub fn from_pairs<'a>(
        pairs: impl Iterator<Item = (&'a [u8], Option<Cow<'a, [u8]>>)>,
    ) -> Values {
        let mut values = Values::default();
        for (key, value) in pairs {
            let mut add = |text: &[u8]| {
                let start = values.bytes.len();
                values.bytes.extend_from_slice(text);
                values.bytes.push(0);
                start..start + text.len()
            };
            let key = add(key);
            let value = value.map(|value| add(&value));
            values.entries.push(KeyValue { key, value });
        }
        values
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The key of an entry.
    pub fn key(&self, index: usize) -> Option<&[u8]> {
        Some(&self.bytes[self.entries.get(index)?.key.clone()])
    }

    /// The value of an entry, none also when the key came without one.
    pub fn value(&self, index: usize) -> Option<&[u8]> {
        Some(&self.bytes[self.entries.get(index)?.value.clone()?])
    }

    /// Whether the entry is a key without a value.
    pub fn is_unset(&self, index: usize) -> bool {
        let entry = self.entries.get(index);
        entry.is_some_and(|entry| entry.value.is_none())
    }

    /// The key of an entry with the NUL that follows it.
    pub fn key_with_nul(&self, index: usize) -> Option<&[u8]> {
        let key = &self.entries.get(index)?.key;
        Some(&self.bytes[key.start..=key.end])
    }

    /// The value of an entry with the NUL that follows it; the NUL alone when it has none.
    pub fn value_with_nul(&self, index: usize) -> Option<&[u8]> {
        let entry = self.entries.get(index)?;
        Some(match &entry.value {
            Some(value) => &self.bytes[value.start..=value.end],
            None => &self.bytes[entry.key.end..=entry.key.end],
        })
    }

    /// The index of the first entry with this key. tor answers options in its own spelling, so
    /// case does not count if there is none in the same case.
    pub fn find(&self, key: &[u8]) -> Option<usize> {
        if self.len() > FEW {
            return self.find_by_index(key);
        }
        let mut same = None;
        for index in 0..self.len() {
            let other = self.key(index)?;
            if other == key {
                return Some(index);
            }
            if same.is_none() && other.eq_ignore_ascii_case(key) {
                same = Some(index);
            }
        }
        same
    }

    fn find_by_index(&self, key: &[u8]) -> Option<usize> {
        let key_at = |at: usize| self.key(at).unwrap_or_default();
        let index = self.index.get_or_init(|| {
            let order = |compare: fn(&[u8], &[u8]) -> Ordering| {
                sorted_positions(self.len(), &|one, other| {
                    step_count::count();
                    compare(key_at(one), key_at(other))
                })
            };
            KeyIndex {
                exact: order(<[u8]>::cmp),
                folded: order(compare_folded),
            }
        });
        let find = |order: &[u32], compare: fn(&[u8], &[u8]) -> Ordering| {
            let place = order.partition_point(|at| {
                step_count::count();
                compare(key_at(*at as usize), key) == Ordering::Less
            });
            let at = order.get(place)?;
            (compare(key_at(*at as usize), key) == Ordering::Equal).then_some(*at as usize)
        };
        find(&index.exact, <[u8]>::cmp).or_else(|| find(&index.folded, compare_folded))
    }

    /// Keys and values in order.
    pub fn iter(&self) -> impl Iterator<Item = (&[u8], Option<&[u8]>)> {
        self.entries.iter().map(|entry| {
            let value = entry.value.clone().map(|value| &self.bytes[value]);
            (&self.bytes[entry.key.clone()], value)
        })
    }
}

/// Unquotes the value in its place; leaves it as it is when it is not one quoted string.
fn unquote(bytes: &mut [u8], value: Range<usize>) -> Range<usize> {
    let text = &mut bytes[value.clone()];
    if quote::quoted_len(text) != Some(text.len()) {
        return value;
    }
    match quote::unquote_in_place(text) {
        Some((length, _)) => {
            // The quotes have made room.
            text[length] = 0;
            value.start..value.start + length
        }
        None => value,
    }
}

impl fmt::Debug for Values {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut map = f.debug_map();
        for (key, value) in self.iter() {
            let value = match value {
                Some(_) if self.secret => "[secret]".into(),
                Some(value) => quote::printable(value),
                None => "[unset]".into(),
            };
            map.entry(&quote::printable(key), &value);
        }
        map.finish()
    }
}

impl Drop for Values {
    fn drop(&mut self) {
        if self.secret {
            self.bytes.zeroize();
        }
    }
}

/// Never panics; every key and value ends with a NUL.
pub fn fuzz_values(bytes: &[u8]) {
    for parse in [Values::from_get_info, Values::from_get_conf] {
        let Ok(values) = parse(Reply::new(bytes.to_vec())) else {
            continue;
        };
        for (index, (key, value)) in values.iter().enumerate() {
            let key = [key, b"\0"].concat();
            assert_eq!(values.key_with_nul(index), Some(key.as_slice()));
            let text = [value.unwrap_or_default(), b"\0"].concat();
            assert_eq!(values.value_with_nul(index), Some(text.as_slice()));
            assert_eq!(values.is_unset(index), value.is_none());
        }
    }
}

/// The order of keys in which case does not matter.
fn compare_folded(one: &[u8], other: &[u8]) -> Ordering {
    let letters = |key| <[u8]>::iter(key).map(u8::to_ascii_lowercase);
    letters(one).cmp(letters(other))
}

#[cfg(test)]
mod tests {
    use super::*;

    type Pair<'a> = (&'a [u8], Option<&'a [u8]>);

    fn info(text: &[u8]) -> Result<Values, AnswerError> {
        Values::from_get_info(Reply::new(text.to_vec()))
    }

    fn conf(text: &[u8]) -> Values {
        Values::from_get_conf(Reply::new(text.to_vec())).unwrap()
    }

    fn pairs(values: &Values) -> Vec<Pair<'_>> {
        values.iter().collect()
    }

    #[test]
    fn info_of_every_shape() {
        let values = info(b"250-version=0.4.9.11\r\n250+config-text=\r\nLog \"a=b\"\r\n..x\r\n.\r\n250-circuit-status=\r\n250-circuit-status=\r\n250-net/listeners/socks=\"127.0.0.1:9050\" \"unix:/a b\"\r\n250 OK\r\n").unwrap();
        assert_eq!(
            pairs(&values),
            [
                (&b"version"[..], Some(&b"0.4.9.11"[..])),
                (b"config-text", Some(b"Log \"a=b\"\n.x\n")),
                (b"circuit-status", Some(b"")),
                (b"circuit-status", Some(b"")),
                (
                    b"net/listeners/socks",
                    Some(b"\"127.0.0.1:9050\" \"unix:/a b\"")
                ),
            ]
        );
        assert_eq!(values.find(b"circuit-status"), Some(2));
        assert_eq!(values.find(b"nothing"), None);
        assert_eq!(values.value_with_nul(0), Some(&b"0.4.9.11\0"[..]));
        assert_eq!(values.value_with_nul(9), None);
    }

    #[test]
    fn info_with_any_bytes() {
        let values =
            info(b"250-a=\xff\0=\r\n250+b=\r\n\0\xfe\r\n.\r\n250-OK\r\n250 OK\r\n").unwrap();
        assert_eq!(
            pairs(&values),
            [
                (&b"a"[..], Some(&b"\xff\0="[..])),
                (b"b", Some(b"\0\xfe\n")),
                (b"OK", None)
            ]
        );
    }

    #[test]
    fn info_refused() {
        let error =
            info(b"552-Unrecognized key \"foo\"\r\n552 Unrecognized key \"bar\"\r\n").unwrap_err();
        let AnswerError::Rejected(rejection) = error else {
            panic!("{error}");
        };
        assert_eq!(rejection.code, 552);
        // A CR inside a key made tor answer a block within the refusal.
        assert!(info(b"552+=\r\nx\r\n.\r\n552 Unrecognized key \"\"\r\n").is_err());
    }

    #[test]
    fn conf_unset_empty_and_set() {
        let values = conf(b"250-HiddenServiceOptions\r\n250-SocksPort=0\r\n250-Log=notice file /x\r\n250-Log=info\r\n250 ExitNodes=\r\n");
        assert_eq!(
            pairs(&values),
            [
                (&b"HiddenServiceOptions"[..], None),
                (b"SocksPort", Some(&b"0"[..])),
                (b"Log", Some(b"notice file /x")),
                (b"Log", Some(b"info")),
                (b"ExitNodes", Some(b"")),
            ]
        );
        assert!(values.is_unset(0) && !values.is_unset(4));
        assert_eq!(values.value_with_nul(0), Some(&b"\0"[..]));
        assert_eq!(values.find(b"log"), Some(2));
        assert!(conf(b"250 OK\r\n").is_empty());
    }

    #[test]
    fn a_key_among_many_is_found_in_few_steps() {
        use crate::proto::step_count::testing::{grows_evenly, steps};
        let answer = |count: usize| {
            let mut text = String::new();
            for index in 0..count {
                text += &format!("250-Key{}={index}\r\n", index * 7919 % count);
            }
            conf(format!("{text}250-log=a\r\n250-LOG=b\r\n250-Log=c\r\n250 Log=d\r\n").as_bytes())
        };
        grows_evenly("keys", |count| {
            let values = answer(count);
            steps(|| {
                for index in 0..count {
                    let key = format!("KEY{}", index * 7919 % count);
                    assert_eq!(values.find(key.as_bytes()), Some(index));
                }
            })
        });
        // By the same rules as among few.
        for count in [3, 100] {
            let values = answer(count);
            for (key, place) in [("log", 0), ("LOG", 1), ("Log", 2), ("loG", 0)] {
                assert_eq!(values.find(key.as_bytes()), Some(count + place), "{key}");
            }
            assert_eq!(values.find(b"nothing"), None);
        }
    }

    #[test]
    fn conf_unquotes_by_the_first_character() {
        let values = conf(b"250-ContactInfo=\"a\\\"b\\\\ \\303\\251 #x\\t\"\r\n250-ContactInfo=a\"b\\n\r\n250-ContactInfo=\"\"\r\n250-ContactInfo=\"a\" b\r\n250 ContactInfo=\"a\\q\"\r\n");
        let texts: Vec<_> = pairs(&values).into_iter().map(|(_, value)| value).collect();
        assert_eq!(
            texts,
            [
                Some("a\"b\\ é #x\t".as_bytes()),
                Some(b"a\"b\\n"),
                Some(b""),
                Some(b"\"a\" b"),
                Some(b"\"a\\q\""),
            ]
        );
    }

    #[test]
    fn secrets_are_not_shown() {
        let mut reply = Reply::new(b"250 HashedControlPassword=16:AB\r\n".to_vec());
        reply.set_secret();
        let values = Values::from_get_conf(reply).unwrap();
        assert_eq!(
            format!("{values:?}"),
            "{\"HashedControlPassword\": \"[secret]\"}"
        );
        assert_eq!(values.value(0), Some(&b"16:AB"[..]));
    }

    #[test]
    fn survives_mutants() {
        let seeds: [&[u8]; 2] = [
            b"250-version=0.4.9.11\r\n250+config-text=\r\nLog \"a=b\"\r\n..x\r\n.\r\n250-c=\r\n250 OK\r\n",
            b"250-HiddenServiceOptions\r\n250-Log=\"a\\\"b\\\\ \\303\\251 #x\\t\"\r\n250 ExitNodes=\r\n",
        ];
        crate::proto::mutate::mutants(&seeds, 20_000, fuzz_values);
    }
}

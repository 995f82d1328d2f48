//! Names and addresses: MAPADDRESS, RESOLVE.

use crate::proto::encode::{check_word, ArgumentError, Builder, Command};

/// MAPADDRESS: streams to the first of a pair go to the second instead. `.`, `0.0.0.0` and `::` in
/// the first place let tor choose an address of that kind; a name mapped to itself is free again.
pub fn map_address(pairs: &[(&[u8], &[u8])]) -> Result<Command, ArgumentError> {
    if pairs.is_empty() {
        return Err(ArgumentError::new(
            "from",
            "is empty, which tor refuses (512)",
        ));
    }
    let mut command = Builder::new("MAPADDRESS");
    let mut pair = Vec::new();
    for (index, (from, to)) in pairs.iter().enumerate() {
        for (argument, address) in [("from", from), ("to", to)] {
            let argument = format!("{argument}[{index}]");
            check_word(&argument, address)?;
            if address.contains(&b'=') {
                let reason = "holds an equal sign, which no address has";
                return Err(ArgumentError::new(argument, reason));
            }
        }
        // The specification's own spelling of the wildcard, which tor takes for an address.
        let from: &[u8] = match *from {
            b"::0" | b"[::]" | b"[::0]" => b"::",
            from => from,
        };
        pair.clear();
        pair.extend_from_slice(from);
        pair.push(b'=');
        pair.extend_from_slice(to);
        command.word("pair", &pair)?;
    }
    command.finish()
}

/// RESOLVE: tor answers immediately, and with an ADDRMAP event for each address later.
pub fn resolve<A: AsRef<[u8]>>(addresses: &[A], reverse: bool) -> Result<Command, ArgumentError> {
    let mut command = Builder::new("RESOLVE");
    if reverse {
        command.literal("mode=reverse");
    }
    for (index, address) in addresses.iter().enumerate() {
        let argument = format!("addresses[{index}]");
        if address.as_ref().contains(&b'=') {
            let reason = "holds an equal sign, which tor takes for a keyword argument";
            return Err(ArgumentError::new(argument, reason));
        }
        command.word(&argument, address.as_ref())?;
    }
    command.finish()
}

#[cfg(test)]
mod tests {
    use super::super::text;
    use super::*;

    #[test]
    fn addresses_are_mapped() {
        assert_eq!(
            text(map_address(&[
                (b"1.2.3.4", b"torproject.org"),
                (b"::0", b"x.com"),
                (b".", b"y")
            ])),
            "MAPADDRESS 1.2.3.4=torproject.org ::=x.com .=y\r\n"
        );
        assert!(map_address(&[]).is_err());
        let error = map_address(&[(b"a", b"b"), (b"a", b"")]).unwrap_err();
        assert_eq!(error.argument(), "to[1]");
        assert_eq!(
            map_address(&[(b"a=b", b"c")]).unwrap_err().argument(),
            "from[0]"
        );
        assert!(map_address(&[(b"a", b"b c=d")]).is_err());
        assert!(map_address(&[(b"a", b"b\r\nQUIT")]).is_err());
    }

    #[test]
    fn names_are_looked_up() {
        assert_eq!(
            text(resolve(&["a.com", "b.com"], false)),
            "RESOLVE a.com b.com\r\n"
        );
        assert_eq!(
            text(resolve(&["::1"], true)),
            "RESOLVE mode=reverse ::1\r\n"
        );
        assert!(resolve(&["mode=reverse"], false).is_err());
        assert!(resolve(&["a b"], false).is_err());
        assert!(resolve(&["a\nb"], false).is_err());
    }
}

use super::*;

fn parsed(kind: Kind, raw: &[u8]) -> Fields {
    let mut fields = Fields::default();
    fields.parse(kind, raw);
    fields
}

fn line(text: &str) -> Fields {
    let kind = Kind::from_word(text.split(' ').next().unwrap().as_bytes());
    parsed(kind, format!("650 {text}\r\n").as_bytes())
}

/// Everything there is, as text: `arg | arg ; KEY=value ; UNSET`.
fn shown(fields: &Fields) -> String {
    let mut parts = Vec::new();
    let args: Vec<String> = (0..fields.arg_count())
        .map(|index| fields.arg(index).bytes().escape_ascii().to_string())
        .collect();
    parts.push(args.join(" | "));
    for index in 0..fields.pair_count() {
        let pair = fields.pair(index).unwrap();
        let name = pair.name.bytes().escape_ascii();
        parts.push(match pair.is_set {
            true => format!("{name}={}", pair.value.bytes().escape_ascii()),
            false => name.to_string(),
        });
    }
    parts.join(" ; ")
}

#[track_caller]
fn expect(text: &str, want: &str) {
    assert_eq!(shown(&line(text)), want, "{text}");
}

fn value(fields: &Fields, key: Key) -> Option<String> {
    fields
        .get(key)
        .map(|text| String::from_utf8_lossy(text.bytes()).into_owned())
}

#[test]
fn plain_arguments_and_keywords() {
    expect("BW 536 0", "536 | 0");
    expect("BW 1 2 OR=3 DIR=4", "1 | 2 ; OR=3 ; DIR=4");
    expect("DESCCHANGED", "");
    expect("NETWORK_LIVENESS UP", "UP");
    expect(
        "TRANSPORT_LAUNCHED client obfs4 ::1 4711",
        "client | obfs4 | ::1 | 4711",
    );
    expect(
        "SOMETHING_NEW a b=c \"d e\" f=\"g \\\"h\"",
        r#"a | d e ; b=c ; f=g \"h"#,
    );
    expect("SOMETHING_NEW  two  blanks ", "two | blanks");
    let circ =
        line("CIRC 5 BUILT $AA~a,$BB~b BUILD_FLAGS=NEED_UPTIME PURPOSE=GENERAL REASON=NONE X9=y");
    assert_eq!(value(&circ, Key::Purpose).as_deref(), Some("GENERAL"));
    assert_eq!(value(&circ, Key::Reason).as_deref(), Some("NONE"));
    assert_eq!(value(&circ, Key::HsPow), None);
    assert_eq!(circ.find(b"X9").unwrap().bytes(), b"y");
    assert_eq!(circ.find(b"x9"), None);
    assert_eq!(circ.arg(2).with_nul(), b"$AA~a,$BB~b\0");
    assert_eq!(circ.arg(3), Text::EMPTY);
    assert!(circ.pair(4).is_none());
}

#[test]
fn quoted_values_keep_blanks_equal_signs_and_bytes() {
    expect(
        r#"CIRC 7 LAUNCHED PURPOSE=GENERAL SOCKS_USERNAME="us\"er \\ \303\251" SOCKS_PASSWORD="a=b PURPOSE=x\n""#,
        r#"7 | LAUNCHED ; PURPOSE=GENERAL ; SOCKS_USERNAME=us\"er \\ \xc3\xa9 ; SOCKS_PASSWORD=a=b PURPOSE=x\n"#,
    );
    expect(
        r#"CLIENTS_SEEN TimeStarted="2008-12-25 23:50:43" CountrySummary=us=16,de=8,uk=8 IPVersions=v4=16,v6=40"#,
        " ; TimeStarted=2008-12-25 23:50:43 ; CountrySummary=us=16,de=8,uk=8 ; IPVersions=v4=16,v6=40",
    );
    let seen = line(
        r#"CLIENTS_SEEN TimeStarted="2026-11-23 09:35:17" CountrySummary= IPVersions=v4=0,v6=0"#,
    );
    assert_eq!(value(&seen, Key::CountrySummary).as_deref(), Some(""));
    assert_eq!(value(&seen, Key::IPVersions).as_deref(), Some("v4=0,v6=0"));
}

#[test]
fn unescaped_quotes_end_where_the_next_keyword_begins() {
    let status = line(
        r#"STATUS_CLIENT WARN BOOTSTRAP PROGRESS=10 TAG=conn_done SUMMARY="Connected to a "relay"" WARNING="x "y="z" REASON=TIMEOUT COUNT=3 RECOMMENDATION=warn HOSTID="?" HOSTADDR="?""#,
    );
    assert_eq!(
        value(&status, Key::Summary).as_deref(),
        Some(r#"Connected to a "relay""#)
    );
    assert_eq!(value(&status, Key::Warning).as_deref(), Some(r#"x "y="z"#));
    assert_eq!(value(&status, Key::Reason).as_deref(), Some("TIMEOUT"));
    assert_eq!(value(&status, Key::Hostaddr).as_deref(), Some("?"));
    // No escapes in these: a backslash is a backslash.
    expect(
        r#"STATUS_CLIENT WARN BOOTSTRAP WARNING="C:\new \"a" COUNT=1"#,
        r#"WARN | BOOTSTRAP ; WARNING=C:\\new \\\"a ; COUNT=1"#,
    );
    expect(
        r#"STATUS_SERVER WARN BAD_SERVER_DESCRIPTOR DIRAUTH=1.2.3.4:80 REASON="says "no" to \n us""#,
        r#"WARN | BAD_SERVER_DESCRIPTOR ; DIRAUTH=1.2.3.4:80 ; REASON=says \"no\" to \\n us"#,
    );
    // Nothing closes it: the rest of the line.
    expect(
        r#"STATUS_CLIENT NOTICE BOOTSTRAP SUMMARY="never ends TAG=x"#,
        "NOTICE | BOOTSTRAP ; SUMMARY=never ends TAG=x",
    );
}

#[test]
fn status_values_with_escapes() {
    expect(
        r#"STATUS_GENERAL WARN BUG REASON="Bug: a \"b\" (on Tor 0.4.9.11 )\n""#,
        r#"WARN | BUG ; REASON=Bug: a \"b\" (on Tor 0.4.9.11 )\n"#,
    );
    expect(
        r#"STATUS_CLIENT WARN SOCKS_BAD_HOSTNAME HOSTNAME="bad\"host\001""#,
        r#"WARN | SOCKS_BAD_HOSTNAME ; HOSTNAME=bad\"host\x01"#,
    );
    // Quoted twice by tor.
    expect(
        r##"STATUS_CLIENT WARN SOCKS_UNKNOWN_PROTOCOL DATA=""\026\003\""""##,
        r#"WARN | SOCKS_UNKNOWN_PROTOCOL ; DATA=\x16\x03\""#,
    );
    expect(
        r#"STATUS_CLIENT WARN SOCKS_UNKNOWN_PROTOCOL DATA="GET / H""#,
        "WARN | SOCKS_UNKNOWN_PROTOCOL ; DATA=GET / H",
    );
    let ancient = parsed(
        Kind::from_word(b"STATUS_SEVER"),
        b"650 STATUS_SEVER NOTICE DNS_USELESS\r\n",
    );
    assert_eq!(ancient.kind(), Kind::StatusServer);
    assert_eq!(ancient.arg(1).bytes(), b"DNS_USELESS");
}

#[test]
fn a_path_may_be_missing_or_have_equal_signs() {
    let without = line("CIRC 5 LAUNCHED PURPOSE=GENERAL");
    assert_eq!(without.arg_count(), 2);
    assert_eq!(value(&without, Key::Purpose).as_deref(), Some("GENERAL"));
    let old = line("CIRC 5 BUILT $AAAA=one,$BBBB=two PURPOSE=GENERAL");
    assert_eq!(old.arg(2).bytes(), b"$AAAA=one,$BBBB=two");
    assert_eq!(old.pair_count(), 1);
    expect("GUARD ENTRY $AAAA~ UP", "ENTRY | $AAAA~ | UP");
    expect("GUARD ENTRY $AAAA=old UP", "ENTRY | $AAAA=old | UP");
    expect("NEWDESC $AAAA~a $BBBB=b", "$AAAA~a | $BBBB=b");
}

#[test]
fn words_without_a_keyword_are_arguments() {
    expect(
        r#"ADDRMAP nope.example <error> "2026-11-23 09:35:17" internal EXPIRES="2026-11-23 09:35:17" CACHED="NO""#,
        r#"nope.example | <error> | 2026-11-23 09:35:17 | internal ; EXPIRES=2026-11-23 09:35:17 ; CACHED=NO"#,
    );
    expect(
        r#"ADDRMAP a=b.example [::1] NEVER CACHED="YES" STREAMID=27"#,
        "a=b.example | [::1] | NEVER ; CACHED=YES ; STREAMID=27",
    );
    expect(
        r#"ADDRMAP e.com <error> "2026-11-23 09:35:17" error=yes CACHED="NO""#,
        "e.com | <error> | 2026-11-23 09:35:17 ; error=yes ; CACHED=NO",
    );
}

#[test]
fn an_unknown_reason_has_a_blank_behind_its_equal_sign() {
    expect(
        "STREAM 4 CLOSED 0 h:80 REASON= UNKNOWN_99 NYM_EPOCH=0",
        "4 | CLOSED | 0 | h:80 ; REASON=UNKNOWN_99 ; NYM_EPOCH=0",
    );
    expect(
        "STREAM 4 CLOSED 0 h:80 REASON=END REMOTE_REASON= UNKNOWN_7",
        "4 | CLOSED | 0 | h:80 ; REASON=END ; REMOTE_REASON=UNKNOWN_7",
    );
    expect(
        "CIRC 4 CLOSED REASON= OTHER=x",
        "4 | CLOSED ; REASON= ; OTHER=x",
    );
}

const TAIL: &str = "SOURCE_ADDR=127.0.0.1:58520 PURPOSE=USER CLIENT_PROTOCOL=SOCKS5 NYM_EPOCH=0 SESSION_GROUP=-4 ISO_FIELDS=";
const TAIL_SHOWN: &str = "SOURCE_ADDR=127.0.0.1:58520 ; PURPOSE=USER ; CLIENT_PROTOCOL=SOCKS5 ; NYM_EPOCH=0 ; SESSION_GROUP=-4 ; ISO_FIELDS=";

#[test]
fn a_stream_target_is_what_remains_between_the_ends() {
    for target in [
        "example.com:80",
        "127.0.0.1.$515BCBFCF2442AD59538C38379BE4A410189E337.exit:5004",
        "::1:443",
        "a=b:80",
        "PURPOSE=x:80",
        "(Tor_internal):0",
        "two words:80",
        "three  wide words:80",
        "x PURPOSE=DIR_FETCH:80",
        "x:80 PURPOSE=DIR_FETCH y:80",
        "x:80 PURPOSE=DIR_FETCH:80",
        "x:80 SOURCE_ADDR=1.2.3.4:80",
        "x:80 PURPOSE=USER SOURCE_ADDR=1.2.3.4:80",
        "x:80 SOCKS_USERNAME=\"a\" b:80",
        "x SOCKS_USERNAME=\"y:80",
        "x SOCKS_USERNAME=\" y:80",
        "\"quoted name\":80",
        "x REASON= UNKNOWN_1:80",
    ] {
        expect(
            &format!("STREAM 22 NEW 0 {target} {TAIL}"),
            &format!("22 | NEW | 0 | {} ; {TAIL_SHOWN}", target.escape_default()),
        );
    }
    // tor's own user name has what the host name wanted to fake.
    let stream = line(
        r#"STREAM 1 NEW 0 x SOCKS_USERNAME="y:80 SOURCE_ADDR=::1:7 PURPOSE=USER SOCKS_USERNAME="r e" NYM_EPOCH=0"#,
    );
    assert_eq!(stream.arg(3).bytes(), br#"x SOCKS_USERNAME="y:80"#);
    assert_eq!(value(&stream, Key::SocksUsername).as_deref(), Some("r e"));
    // A keyword of a later tor that has no value does not become part of the target.
    expect(
        "STREAM 1 NEW 0 x:80 PURPOSE=USER NEWFLAG",
        "1 | NEW | 0 | x:80 | NEWFLAG ; PURPOSE=USER",
    );
}

#[test]
fn log_text_is_never_split() {
    for text in [
        "Circuit is OK",
        r#"a=b "c d" PURPOSE=x  two  blanks "#,
        "",
        "650 BW 1 2",
        "na\u{ef}ve \u{1f9c5} \\n",
    ] {
        for kind in [Kind::Debug, Kind::Info, Kind::Notice, Kind::Warn, Kind::Err] {
            let raw = format!("650 {} {text}\r\n", kind.name());
            let fields = parsed(kind, raw.as_bytes());
            assert_eq!(fields.arg_count(), 1);
            assert_eq!(fields.arg(0).bytes(), text.as_bytes());
            assert_eq!(fields.pair_count(), 0);
        }
    }
    let long = parsed(
        Kind::Notice,
        b"650+NOTICE\r\nfirst K\r\n..second OK\r\n650 OK\r\n.\r\n650 OK\r\n",
    );
    assert_eq!(long.arg(0).bytes(), b"first K\n.second OK\n650 OK");
    let spread = parsed(Kind::Warn, b"650-WARN one\r\n650-two\r\n650 OK\r\n");
    assert_eq!(spread.arg(0).bytes(), b"one\ntwo");
    assert_eq!(parsed(Kind::Warn, b"650+WARN\r\n").arg(0).with_nul(), b"\0");
}

#[test]
fn changed_options_repeat_and_may_be_unset() {
    let changed = parsed(
        Kind::ConfChanged,
        b"650-CONF_CHANGED\r\n650-ExcludeNodes=\r\n650-HiddenServiceOptions\r\n650-NodeFamily=a,b\r\n\
          650-NodeFamily=c\r\n650-ContactInfo=\"a\\\"b\\n\\303\\251\"\r\n650-Nickname=a\"b \\n#\r\n650-DirPort=\"x\r\n650 OK\r\n",
    );
    assert_eq!(
        shown(&changed),
        r#" ; ExcludeNodes= ; HiddenServiceOptions ; NodeFamily=a,b ; NodeFamily=c ; ContactInfo=a\"b\n\xc3\xa9 ; Nickname=a\"b \\n# ; DirPort=\"x"#
    );
    assert_eq!(changed.find(b"nodefamily").unwrap().bytes(), b"a,b");
    assert_eq!(changed.find(b"HiddenServiceOptions").unwrap().bytes(), b"");
    assert_eq!(changed.find(b"Address"), None);
    // An end line with something in it is a line like the others.
    let odd = parsed(Kind::ConfChanged, b"650-CONF_CHANGED\r\n650 A=OK\r\n");
    assert_eq!(shown(&odd), " ; A=OK");
}

#[test]
fn the_four_shapes_of_hs_desc() {
    expect(
        "HS_DESC REQUESTED addr NO_AUTH $F~n d/+x HSDIR_INDEX=60",
        "REQUESTED | addr | NO_AUTH | $F~n | d/+x ; HSDIR_INDEX=60",
    );
    expect(
        "HS_DESC CREATED addr UNKNOWN UNKNOWN desc",
        "CREATED | addr | UNKNOWN | UNKNOWN | desc",
    );
    expect(
        "HS_DESC UPLOADED addr UNKNOWN $F~n",
        "UPLOADED | addr | UNKNOWN | $F~n",
    );
    expect(
        "HS_DESC FAILED addr UNKNOWN $F~n REASON=UPLOAD_REJECTED",
        "FAILED | addr | UNKNOWN | $F~n ; REASON=UPLOAD_REJECTED",
    );
}

#[test]
fn lines_of_later_tors_are_joined() {
    let extended = parsed(
        Kind::Circ,
        b"650-CIRC 1000 EXTENDED $A~moria1,$B~moria2\r\n650-EXTRAMAGIC=99\r\n650 PURPOSE=GENERAL\r\n",
    );
    assert_eq!(
        shown(&extended),
        "1000 | EXTENDED | $A~moria1,$B~moria2 ; EXTRAMAGIC=99 ; PURPOSE=GENERAL"
    );
    assert_eq!(value(&extended, Key::Purpose).as_deref(), Some("GENERAL"));
    let with_data = parsed(
        Kind::Unknown,
        b"650+FANCY a=1\r\nb=2\r\n.\r\n650-c=3\r\n650 OK\r\n",
    );
    assert_eq!(shown(&with_data), " ; a=1 ; c=3");
    let stream = parsed(
        Kind::Stream,
        b"650-STREAM 1 NEW 0 a b:80\r\n650-PURPOSE=USER\r\n650 SOURCE_ADDR=::1:80\r\n",
    );
    assert_eq!(
        shown(&stream),
        "1 | NEW | 0 | a b:80 ; PURPOSE=USER ; SOURCE_ADDR=::1:80"
    );
}

#[test]
fn the_library_s_own_events() {
    let state = parsed(
        Kind::State,
        b"650 STATE CLOSED CAUSE=EOF MESSAGE=\"tor \\\"went\\\"\"\r\n",
    );
    assert_eq!(
        shown(&state),
        "CLOSED ; CAUSE=EOF ; MESSAGE=tor \\\"went\\\""
    );
    let gap = parsed(Kind::Gap, b"650 GAP LOST_EVENTS=12 LOST_BYTES=345\r\n");
    assert_eq!(value(&gap, Key::LostEvents).as_deref(), Some("12"));
}

#[test]
fn the_first_of_a_repeated_keyword_counts() {
    let twice = line("CIRC 1 BUILT PURPOSE=GENERAL PURPOSE=TESTING");
    assert_eq!(value(&twice, Key::Purpose).as_deref(), Some("GENERAL"));
    assert_eq!(twice.pair_count(), 2);
}

#[test]
fn anything_gives_some_answer() {
    for raw in [
        &b""[..],
        b"6",
        b"650",
        b"650 ",
        b"650 \r\n",
        b"650\r\n",
        b"650-",
        b"650+\r\n.\r\n",
        b"\r\n\r\n",
        b"650 X =",
        b"650 X =a \"",
        b"650 X A=\"",
        b"650 X A=\"\\",
        b"650 X A=\"\\\"",
        b"650 X A=\"\" =\"\" \"\"",
        b"650 X \x00=\x00 A=\x00",
    ] {
        for number in 0..42u8 {
            let mut bytes = vec![number];
            bytes.extend_from_slice(raw);
            fuzz_fields(&bytes);
        }
    }
    expect("X =a A= \"\" B=\"", "=a |  ; A= ; B=");
}

#[test]
fn hostile_lines_take_linear_time() {
    for piece in [
        "A=\"",
        "A=\"a ",
        "a:1 ",
        "\" A=",
        "\\",
        "\"A=\\\" ",
        "REASON= ",
        "PURPOSE=1:1 ",
        "=",
        " ",
    ] {
        for head in [
            "650 STREAM 1 NEW 0 x:1 ",
            "650 STATUS_CLIENT N B WARNING=\"",
            "650 X ",
        ] {
            let mut raw = head.as_bytes().to_vec();
            while raw.len() < 2_000_000 {
                raw.extend_from_slice(piece.as_bytes());
            }
            let kind = Kind::from_word(raw[4..].split(|&byte| byte == b' ').next().unwrap());
            // Quadratic work would take hours here: it is found as what hangs is.
            assert_eq!(parsed(kind, &raw).kind(), kind);
        }
    }
}

/// The same line once more, and so long that it is split the general way; the rest must be the
/// same.
fn expect_the_same_when_long(text: &str) {
    let short = line(text);
    let long = line(&format!("{text} ZZZ={}", "z".repeat(2000)));
    let args = |fields: &Fields| -> Vec<String> {
        let args = (0..fields.arg_count()).map(|index| format!("{:?}", fields.arg(index)));
        args.collect()
    };
    let pairs = |fields: &Fields| -> Vec<String> {
        let pairs = (0..fields.pair_count()).map(|index| format!("{:?}", fields.pair(index)));
        pairs.collect()
    };
    let (long_pairs, keys) = (pairs(&long), Key::all());
    assert_eq!(args(&short), args(&long), "{text}");
    assert_eq!(pairs(&short), long_pairs[..long_pairs.len() - 1], "{text}");
    for key in keys {
        assert_eq!(value(&short, key), value(&long, key), "{text}");
    }
}

#[test]
fn the_quick_way_and_the_general_way_agree() {
    let path = "$5F72F77BDF23C896B823D4EDC6F745A83038C51E~one";
    for text in [
        format!("CIRC 1 BUILT {path} BUILD_FLAGS=A,B PURPOSE=GENERAL TIME_CREATED=x REASON=y"),
        format!("CIRC 1 BUILT {path},{path} PURPOSE=x BUILD_FLAGS=late PURPOSE=again X9=1"),
        "CIRC 1 LAUNCHED PURPOSE=GENERAL".to_string(),
        "CIRC \"a b\" PURPOSE=x BUILD_FLAGS=y PURPOSE=z".to_string(),
        "CIRC 1  BUILT  PURPOSE=  SOCKS_USERNAME=\"a\\\"b c\" SOCKS_PASSWORD=x".to_string(),
        "CIRC 1 BUILT SOCKS_USERNAME=\"\" SOCKS_PASSWORD=\"\\\\\" HS_POW=v1,2 CONFLUX_RTT=3".to_string(),
        "CIRC 1 CLOSED REASON= UNKNOWN_9 REMOTE_REASON=z".to_string(),
        "CIRC_MINOR 1 CANNIBALIZED OLD_TIME_CREATED=t OLD_PURPOSE=p OLD_HS_STATE=s".to_string(),
        "CIRC_BW ID=1 READ=2 WRITTEN=3 TIME=t DELIVERED_READ=4 OVERHEAD_WRITTEN=5 MIN_RTT=6".to_string(),
        "CIRC_BW READ=2 ID=1 SS=0 CWND=9 RTT=1 TIME=late".to_string(),
        "ORCONN 1.2.3.4:5 NEW NCIRCS=2 ID=7".to_string(),
        "CONN_BW ID=1 TYPE=OR READ=2 WRITTEN=3".to_string(),
        "STREAM 1 NEW 0 a.b:80 SOURCE_ADDR=1.2.3.4:5 PURPOSE=USER NYM_EPOCH=0 SESSION_GROUP=-2 ISO_FIELDS=".to_string(),
        "STREAM 1 NEW 0 a b:80 SOURCE_ADDR=1.2.3.4:5 PURPOSE=USER SOCKS_USERNAME=\"x y\"".to_string(),
        "STREAM 1 NEW 0 x:1 PURPOSE=USER PURPOSE=USER NYM_EPOCH=1".to_string(),
        "STREAM 1 CLOSED 0 x:1 REASON=END REMOTE_REASON=a:80 PURPOSE=USER".to_string(),
        "BW 1 2 OR=3".to_string(),
        "GUARD ENTRY $AA~x UP".to_string(),
    ] {
        expect_the_same_when_long(&text);
    }
    // At the border between the two, and with more pairs than have slots.
    for len in 900..1100 {
        let name = "n".repeat(len);
        expect_the_same_when_long(&format!(
            "CIRC 1 BUILT PURPOSE=GENERAL REND_QUERY={name} REASON=x"
        ));
    }
    let many: String = (0..400).map(|n| format!(" K{n}=v")).collect();
    let fields = line(&format!("CIRC 1 BUILT{many} PURPOSE=GENERAL REASON=x"));
    assert_eq!(fields.pair_count(), 402);
    assert_eq!(fields.find(b"REASON").unwrap().bytes(), b"x");
}

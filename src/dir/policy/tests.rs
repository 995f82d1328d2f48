use super::*;

#[test]
fn summaries() {
    let policy = PortPolicy::parse(b"accept 20-23,43,8080").unwrap();
    assert!(policy.is_accept());
    assert!([20, 21, 23, 43, 8080]
        .iter()
        .all(|port| policy.allows(*port)));
    assert!(![19, 24, 44, 0, 65535]
        .iter()
        .any(|port| policy.allows(*port)));
    let policy = PortPolicy::parse(b"reject 25,119,6881-6999").unwrap();
    assert!(policy.allows(80) && !policy.allows(25) && !policy.allows(6900));
    assert!(!PortPolicy::parse(b"reject 1-65535").unwrap().allows(443));
    assert_eq!(PortPolicy::parse(b"accept"), None);
    assert_eq!(PortPolicy::parse(b"allow 80"), None);
    let policy = PortPolicy::parse(b"accept 20-23,43").unwrap();
    assert_eq!(policy.ranges().collect::<Vec<_>>(), [(20, 23), (43, 43)]);
    assert!(!PortPolicy::parse(b"reject 25").unwrap().allows(0));
    assert!(!PortPolicy::parse(b"accept *").unwrap().allows(0));
    assert!(PortPolicy::parse(b"accept *").unwrap().allows(1));
    for same in [
        "accept  20-23,43",
        "accept\t20-23,43 future",
        "accept 20-23,43\tx",
    ] {
        assert_eq!(PortPolicy::parse(same.as_bytes()), Some(policy), "{same}");
    }
    for list in [
        "99999", "80,9-3", ",80", "80,", "80,,81", "x", "80-", "-80", "80;443", "0-9", "1-2-3", "",
    ] {
        for word in ["accept", "reject"] {
            let text = format!("{word} {list}");
            assert_eq!(PortPolicy::parse(text.as_bytes()), None, "{text}");
        }
    }
}

fn all(text: &str) -> Vec<Rule> {
    rules(text.as_bytes()).collect()
}

fn allows(text: &str, address: &str, port: u16) -> bool {
    decide(rules(text.as_bytes()), address.parse().unwrap(), port)
}

#[test]
fn rules_in_every_form() {
    let parsed = all(
        "reject 0.0.0.0/8:*,reject 10.0.0.0/255.0.0.0:*,accept *:80-81,accept6 *:443,\
         reject [2001:db8::]/32:22,accept *4:22,reject *6:*,reject private:*,accept 1.2.3.4,\
         accept [::1],reject *",
    );
    assert_eq!(parsed.len(), 11);
    for rule in [
        "reject 10.0.0.0/8:*",
        "accept *:80-81",
        "accept 1.2.3.4:0",
        "reject 1.2.3.4/32:5",
    ] {
        assert!(is_plain_rule(rule.as_bytes(), rule.len()), "{rule}");
        let longer = format!("{rule} 1-2");
        assert!(is_plain_rule(longer.as_bytes(), rule.len()), "{longer}");
        assert!(
            !is_plain_rule(longer.as_bytes(), rule.len() - 1),
            "{longer}"
        );
    }
    for rule in [
        "reject 1.2.3.04:*",
        "accept 1.2.3.4",
        "accept6 *:1",
        "accept 1.2.3:4",
        "accept 1.2.3.4.5:6",
    ] {
        assert!(!is_plain_rule(rule.as_bytes(), rule.len()), "{rule}");
    }
    assert_eq!(parsed[1].pattern, Pattern::Network([10, 0, 0, 0].into(), 8));
    assert_eq!((parsed[2].first_port, parsed[2].last_port), (80, 81));
    assert_eq!(parsed[3].pattern, Pattern::AnyV6);
    let net = "2001:db8::".parse().unwrap();
    assert_eq!(parsed[4].pattern, Pattern::Network(net, 32));
    assert_eq!(parsed[8].last_port, 65535);
    for bad in [
        "accept",
        "accept :80",
        "accept 1.2.3:80",
        "accept *:80-70",
        "accept *:65536",
        "accept 1.2.3.4/33:*",
        "accept 1.2.3.4/255.0.255.0:*",
        "accept [::1:80",
        "deny *:*",
    ] {
        assert_eq!(Rule::parse(bad.as_bytes()), None, "{bad}");
        assert!(!Rule::begins(bad.as_bytes(), bad.len()), "{bad}");
    }
}

#[test]
fn the_first_rule_that_matches_decides() {
    let policy = "reject 10.0.0.0/8:*\nreject *:25\naccept *:20-443\nreject *:*";
    assert!(!allows(policy, "10.1.2.3", 80));
    assert!(!allows(policy, "11.1.2.3", 25));
    assert!(allows(policy, "11.1.2.3", 80));
    assert!(!allows(policy, "11.1.2.3", 444));
    assert!(
        allows("accept *4:80,reject *4:*", "::1", 22),
        "no rule: accepted"
    );
    assert!(!allows("reject private:*", "fe80::1", 22));
    assert!(!allows("reject private:*", "172.31.0.1", 22));
    assert!(allows("reject private:*", "172.32.0.1", 22));
    let full = "accept *:80\naccept6 *:80\nreject *:443\naccept6 *:443\nreject *:*\nreject6 *:*";
    assert!(allows(full, "::1", 443) && !allows(full, "1.2.3.4", 443));
    assert!(!allows(full, "::1", 444));
    assert!(allows("accept 1.2.3.4/0:80,reject *:*", "9.9.9.9", 80));
    assert!(!allows("reject ::/0:80", "2001:db8::1", 80));
}

#[test]
fn a_policy_that_cannot_be_read_stays_closed() {
    for bad in [
        "reject 10.0.0.0/8;*",
        "reject *:70-60",
        "reject6",
        "rejected *:*",
        "reject",
    ] {
        let policy = format!("accept *:80,{bad},accept *:*");
        assert!(
            allows(&policy, "10.1.1.1", 80),
            "{bad}: what is in front of it counts"
        );
        for address in ["10.1.1.1", "192.0.2.1", "::1"] {
            assert!(!allows(&policy, address, 443), "{bad} {address}");
        }
        assert!(!decide_port(rules(policy.as_bytes()), false, 443));
        assert!(!decide_port(rules(policy.as_bytes()), true, 443));
    }
    for bad in ["accept 1.2.3.4.5:*", "accept *;80", "deny *:*", "accept"] {
        let policy = format!("{bad},reject *:*");
        assert!(!allows(&policy, "192.0.2.1", 80), "{bad}");
    }
    assert!(!allows("", "192.0.2.1", 80) && !allows("\n", "::1", 80));
    assert!(!decide_port(rules(b""), false, 80));
    assert!(!allows("accept *:*", "192.0.2.1", 0));
    assert!(!decide_port(rules(b"accept *:*"), false, 0));
    assert!(allows("accept *:80 future", "192.0.2.1", 80));
    assert!(allows("accept\t *:80", "192.0.2.1", 80));
}

#[test]
fn a_port_is_open_if_some_address_is() {
    let decide = |text: &str, v6, port| decide_port(rules(text.as_bytes()), v6, port);
    let policy = "reject 10.0.0.0/8:*,reject *:25,accept *:20-443,reject *:*";
    assert!(decide(policy, false, 80));
    assert!(!decide(policy, false, 25));
    assert!(!decide(policy, false, 9000));
    assert!(decide("accept 1.2.3.4:9000,reject *:*", false, 9000));
    assert!(!decide("accept 1.2.3.4:9000,reject *:*", true, 9000));
    assert!(!decide("reject 0.0.0.0/0:80", false, 80));
    assert!(decide("reject 0.0.0.0/0:80", true, 80));
}

#[test]
fn damaged_text() {
    let seeds: [&[u8]; 3] = [
        b"reject 0.0.0.0/8:*,reject 10.0.0.0/255.0.0.0:*,accept *:80-81,accept6 *:443",
        b"accept 20-23,43,8080",
        b"reject [2001:db8::]/32:22\nreject6 *:*\naccept *4:1",
    ];
    crate::proto::mutate::mutants(&seeds, 2000, fuzz_policy);
}

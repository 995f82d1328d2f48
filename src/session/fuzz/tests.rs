use super::*;
use crate::proto::mutate::mutants;

/// A queue, a login whose first method is refused, and requests behind it.
const LOGIN: &[u8] = &[
    4, 6, 2, 13, 13, 9, 255, 34, 3, // PROTOCOLINFO
    13, 13, 9, 255, 145, 10, // AUTHCHALLENGE, refused
    13, 9, 255, 2, 0, // a new connection, AUTHENTICATE
    9, 255, 2, 4, 13, // SETEVENTS, and the end
    20, 36, 9, 255, 2, 37, 2, 1, // GETINFO ns/all, SIGNAL
];

/// It is what it says: otherwise its mutants try little.
#[test]
fn the_login_goes_all_the_way() {
    let mut script = Script::new(LOGIN);
    script.run();
    assert_eq!(script.login, Phase::Done);
    let dialogue = script.session.dialogue();
    assert!(dialogue.has_asked_for_events() && !dialogue.has_pending());
    let keepers: Vec<&Keeper> = script.begun.iter().map(|it| &it.keeper).collect();
    assert_eq!(keepers.len(), 3);
    assert!(keepers.iter().all(|it| it.is_complete()));
    assert!(keepers[1].has_data());
}

/// Those that random scripts hardly find: no randomness, a cookie that is too short, a peer that
/// refuses all, an end by half of a message.
#[test]
fn what_is_rare() {
    let change = |at: usize, byte: u8| {
        let mut script = LOGIN.to_vec();
        script[0] = 0;
        script[at] = byte;
        script
    };
    assert_eq!((LOGIN[9], LOGIN[10]), (13, 13));
    for script in [
        change(9, 14 << 4 | 13),
        change(10, 14 << 4 | 13),
        change(10, 145),
    ] {
        fuzz_session(&script);
        for end in 0..script.len() {
            fuzz_session(&script[..end]);
        }
    }
    // Behind an ordered reply that makes no sense, events are not given out.
    fuzz_session(&[4, 36, 36, 9, 255, 161, 0]);
    let half = [LOGIN, &[20, 9, 255, 14 << 4 | 1, 0]].concat();
    fuzz_session(&half);
    // Data without an end, which nobody takes any more, and a reply of too many lines.
    let begun = [3, 20, 9, 255, 14 << 4 | 1, 0, 1 << 4 | 8, 0];
    fuzz_session(&[&begun[..], &[1 << 4 | 1, 1].repeat(30)].concat());
    fuzz_session(&[3, 3 << 4 | 4, 9, 255, 1, 1]);
}

#[test]
fn every_script_ends_with_one_outcome_each() {
    let all: Vec<u8> = (0..=255).collect();
    let back: Vec<u8> = (0..=255).rev().collect();
    let said: Vec<u8> = SAID.concat();
    mutants(&[&all, &back, &said, LOGIN], 2500, fuzz_session);
}

/// Scripts of random bytes, the same in each run. Half of them log in first, or nearly so.
fn random_scripts(seed: u64) -> impl FnMut() -> Vec<u8> {
    let mut state = seed | 1;
    move || {
        let mut next = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 32
        };
        let (len, kind) = (8 + next() as usize % 56, next() % 4);
        let mut script = match kind {
            0 | 1 => Vec::new(),
            _ => LOGIN.to_vec(),
        };
        script.extend((0..len).map(|_| next() as u8));
        if kind == 3 {
            let at = next() as usize % LOGIN.len();
            script[at] = next() as u8;
        }
        if kind > 1 {
            script[0] = next() as u8;
        }
        script
    }
}

#[test]
fn random_scripts_agree_with_the_model() {
    let mut script = random_scripts(1);
    for _ in 0..3000 {
        fuzz_session(&script());
    }
}

/// How fast it is, and a long search: `FUZZ_SECONDS=600 FUZZ_SEED=7 cargo test --release --lib
/// fuzz::tests::conversations_a_second -- --ignored --nocapture`.
#[test]
#[ignore = "measures"]
#[allow(clippy::print_stderr)] // That is what it is for.
fn conversations_a_second() {
    let number = |name: &str, default: u64| {
        let value = std::env::var(name).ok();
        value
            .and_then(|value| value.parse().ok())
            .unwrap_or(default)
    };
    let seconds = number("FUZZ_SECONDS", 3);
    let mut script = random_scripts(number("FUZZ_SEED", 1));
    let (mut count, mut bytes) = (0u64, 0usize);
    let begin = Instant::now();
    while begin.elapsed().as_secs() < seconds {
        for _ in 0..1000 {
            let script = script();
            let caught = std::panic::catch_unwind(|| fuzz_session(&script));
            assert!(caught.is_ok(), "found: {script:?}");
            bytes += script.len();
        }
        count += 1000;
    }
    let rate = count as f64 / begin.elapsed().as_secs_f64();
    eprintln!("{count} conversations, {bytes} bytes, {rate:.0} a second");
}

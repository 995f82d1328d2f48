//! What tor complains about in what it prints.

/// The complaint in a line that tor printed.
pub(in crate::api) fn complaint(line: &str) -> Option<&str> {
    let mut marks = ["[warn] ", "[err] "].into_iter();
    marks.find_map(|mark| Some(line.split_once(mark)?.1))
}

/// The last complaints in what tor printed; without any, its last lines.
pub(super) fn last_words(output: &[u8]) -> String {
    let output = String::from_utf8_lossy(output);
    let lines: Vec<&str> = output.lines().map(str::trim).collect();
    let complaints = lines.iter().filter_map(|line| complaint(line));
    let mut words: Vec<String> = complaints.map(str::to_string).collect();
    // The last of them only says that there were others.
    if words.len() > 1 {
        words.retain(|line| !line.ends_with("see warnings above."));
    }
    if words.is_empty() {
        let spoken = lines.iter().filter(|line| !line.is_empty());
        words = spoken.map(|line| line.to_string()).collect();
    }
    words.drain(..words.len().saturating_sub(4));
    // A message stays one line, whatever a program printed.
    let blank = |it: char| if it.is_control() { ' ' } else { it };
    words.join("; ").chars().map(blank).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn last_words_are_complaints() {
        let output = b"Nov 1 [notice] Tor running\nNov 1 [warn] Unknown option 'Foo'.\n\
                       Nov 1 [err] Reading config failed--see warnings above.\n";
        assert_eq!(last_words(output), "Unknown option 'Foo'.");
        assert_eq!(
            last_words(b"one\ntwo\nthree\nfour\n\nfive\x1b\n"),
            "two; three; four; five "
        );
        assert_eq!(last_words(b""), "");
    }
}

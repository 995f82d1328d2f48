//! Deterministic damage for the tests of parsers: the same mutants in each run.

/// Calls `parse` with each seed, each of its prefixes, and `rounds` mutants of it.
pub(crate) fn mutants(seeds: &[&[u8]], rounds: usize, parse: impl Fn(&[u8])) {
    let mut random = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = move |below: usize| {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        (random % below.max(1) as u64) as usize
    };
    const NASTY: &[u8] = b"\0\r\n\t \"'\\=.,+-$~0259xX\x7f\x80\xff";
    for seed in seeds {
        for end in 0..=seed.len() {
            parse(&seed[..end]);
        }
        for _ in 0..rounds {
            let mut mutant = seed.to_vec();
            for _ in 0..=next(4) {
                let at = next(mutant.len() + 1);
                match next(5) {
                    0 => mutant.insert(at, NASTY[next(NASTY.len())]),
                    1 if at < mutant.len() => mutant[at] = NASTY[next(NASTY.len())],
                    2 if at < mutant.len() => drop(mutant.remove(at)),
                    3 => mutant.truncate(at),
                    _ => {
                        let other = seeds[next(seeds.len())];
                        let piece = &other[next(other.len() + 1)..];
                        let at = at.min(mutant.len());
                        mutant.splice(at..at, piece.iter().copied().take(40));
                    }
                }
            }
            parse(&mutant);
        }
    }
}

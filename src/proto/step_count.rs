//! Counts the steps that finding something takes, so that the tests can tell how they grow.

/// One step.
#[inline(always)]
pub(crate) fn count() {
    #[cfg(test)]
    testing::STEPS.with(|steps| steps.set(steps.get() + 1));
}

#[cfg(test)]
pub(crate) mod testing {
    use std::cell::Cell;

    thread_local! {
        pub(crate) static STEPS: Cell<u64> = const { Cell::new(0) };
    }

    /// How many steps something takes.
    pub(crate) fn steps(work: impl FnOnce()) -> u64 {
        let before = STEPS.with(Cell::get);
        work();
        STEPS.with(Cell::get) - before
    }

    /// Twice as much takes little more than twice as many steps.
    pub(crate) fn grows_evenly(what: &str, cost: impl Fn(usize) -> u64) {
        let (half, whole) = (cost(8192), cost(16384));
        assert!(
            half > 0 && whole * 10 <= half * 22,
            "{what}: {half}, {whole}"
        );
    }
}

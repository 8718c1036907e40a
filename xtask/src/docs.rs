//! `cargo xtask docs`: the documentation that is written from the catalogue.

use crate::shell::{Outcome, cargo, run, words};

/// Write `docs/providers.md` again. The test that compares it with the catalogue is what writes it.
pub fn docs() -> Outcome<()> {
    let mut test = words(cargo(), "test -p strongroom-providers --test documentation");
    run(test.env("STRONGROOM_WRITE_DOCS", "1"))
}

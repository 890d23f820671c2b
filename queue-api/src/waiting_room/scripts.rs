//! The Redis scripts. Each is one file in `scripts/` that says its arguments and replies; all begin with the clock
//! and `room.lua`.

use std::sync::LazyLock;

use fred::types::scripts::Script;

/// The scripts on Redis's own clock.
pub static SCRIPTS: LazyLock<Scripts> =
    LazyLock::new(|| Scripts::with_clock(include_str!("scripts/clock.lua")));

macro_rules! scripts {
    ($($name:ident,)*) => {
        /// Every script of the waiting room.
        pub struct Scripts {
            $(pub(super) $name: Script,)*
        }

        impl Scripts {
            /// The scripts over a clock of one's own: Lua that defines a function `clock()` giving Unix ms.
            #[must_use]
            pub fn with_clock(clock: &str) -> Self {
                let script = |body: &str| {
                    Script::from_lua(format!("{clock}\n{}\n{body}", include_str!("scripts/room.lua")))
                };
                Self { $($name: script(include_str!(concat!("scripts/", stringify!($name), ".lua"))),)* }
            }
        }
    };
}

scripts! { admit, build, claim, configure, confirm, find, join, leave, log, look, now, open, release, trim, }

//! The product as a person meets it: the built binary, its demo, and Chromium at 360 and 1280 pixels, with and without
//! JavaScript. Every page must fit its window, satisfy axe-core, and leave a picture to look at.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on says where")]

mod browser;
mod entry;
mod figures;
mod front;
mod look;
mod passkeys;
mod people;
mod phone;
mod site;

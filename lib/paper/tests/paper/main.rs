//! Both writers on one long document, read back as a clerk's programs would read it.

#[cfg(test)]
mod layout;
#[cfg(test)]
mod pages;
#[cfg(test)]
mod sample;
#[cfg(test)]
mod texts;
#[cfg(test)]
mod word;

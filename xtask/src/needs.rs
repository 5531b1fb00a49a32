//! What the tests need besides Rust: installed through apt as root, else named exactly.

use crate::steps::{call, cargo};
use anyhow::{Context, Result, bail};
use std::{
    fs,
    os::unix::fs::MetadataExt,
    path::PathBuf,
    process::{Command, Stdio},
};

/// A Debian package, and a shell test that finds the same thing installed in another way.
struct Need {
    package: &'static str,
    otherwise: &'static str,
}

const NEEDS: [Need; 13] = [
    Need { package: "postgresql-15", otherwise: "ls /usr/lib/postgresql/*/bin/initdb || command -v initdb" },
    Need { package: "chromium", otherwise: "command -v chromium" },
    Need { package: "chromium-driver", otherwise: "command -v chromedriver" },
    Need { package: "zbar-tools", otherwise: "command -v zbarimg" },
    Need { package: "poppler-utils", otherwise: "command -v pdftotext && command -v pdftoppm" },
    Need { package: "libreoffice-writer-nogui", otherwise: "command -v soffice" },
    Need { package: "libreoffice-calc-nogui", otherwise: "find -L /usr/lib /opt -name 'libscfiltlo.*' | grep ." },
    // Not fonts-liberation: that one has the same names and lacks the Vietnamese letters.
    Need { package: "fonts-liberation2", otherwise: "fc-list :lang=vi family | grep 'Liberation Serif'" },
    Need { package: "python3-docx", otherwise: "/usr/bin/python3 -c 'import docx'" },
    Need { package: "gcc", otherwise: "command -v cc" },
    // gcc alone does not bring the C library's headers and start files.
    Need { package: "libc6-dev", otherwise: "ls /usr/include/stdio.h" },
    Need { package: "nodejs", otherwise: "command -v node" },
    Need { package: "npm", otherwise: "command -v npm" },
];

/// The accessibility checker that the browser tests put into pages, and an identity provider to sign in through. Never
/// part of the product.
const PACKAGES: [&str; 2] = ["axe-core@4.14.1", "oidc-provider@9.13.3"];

/// Installs what is missing, or fails with its names and the command that would.
pub(crate) fn install() -> Result<()> {
    components()?;
    let missing: Vec<&str> = NEEDS.iter().filter(|need| !need.is_met()).map(|need| need.package).collect();
    if missing.is_empty() {
        eprintln!("    nothing is missing");
        return Ok(());
    }
    let line = missing.join(" ");
    if !is_root()? {
        bail!("missing: {line}\nInstall them: sudo apt-get install {line}");
    }
    eprintln!("    installing {line}");
    call(apt().arg("update")).context("the list of packages cannot be read; is the network there?")?;
    call(apt().args(["install", "-y", "--no-install-recommends"]).args(&missing))
}

/// The folder that npm unpacks the packages of the tests in; fetched the first time.
pub(crate) fn npm() -> Result<PathBuf> {
    let folder = crate::cache().join("npm");
    let there = |it: &str| folder.join("node_modules").join(it.split('@').next().unwrap_or(it)).exists();
    if !PACKAGES.into_iter().all(there) {
        fs::create_dir_all(&folder)?;
        let mut npm = Command::new("npm");
        npm.args(["install", "--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock", "--prefix"]);
        call(npm.arg(&folder).args(PACKAGES)).context("the tests need packages from npm")?;
    }
    Ok(folder.join("node_modules"))
}

impl Need {
    fn is_met(&self) -> bool {
        let known = format!("dpkg-query -W -f '${{Status}}' {} | grep -q ' installed$'", self.package);
        holds(&known) || holds(self.otherwise)
    }
}

/// A minimal Rust comes without the formatter and the linter.
fn components() -> Result<()> {
    for (word, component) in [("fmt", "rustfmt"), ("clippy", "clippy")] {
        let has = cargo([word, "--version"]).stdout(Stdio::null()).stderr(Stdio::null()).status()?.success();
        if !has {
            call(Command::new("rustup").args(["component", "add", component]))
                .with_context(|| format!("cargo {word} is missing and rustup cannot add it"))?;
        }
    }
    Ok(())
}

/// Whether this process may install packages and become another user.
pub(crate) fn is_root() -> Result<bool> {
    Ok(fs::metadata("/proc/self").context("/proc is not mounted")?.uid() == 0)
}

fn apt() -> Command {
    let mut apt = Command::new("apt-get");
    apt.env("DEBIAN_FRONTEND", "noninteractive").stdin(Stdio::null());
    apt
}

fn holds(test: &str) -> bool {
    let quiet = Command::new("sh").args(["-c", test]).stdout(Stdio::null()).stderr(Stdio::null()).status();
    quiet.is_ok_and(|status| status.success())
}

//! Brings the four Tinos faces (OFL-1.1) into the program.
//!
//! With npm at hand the committed lock file is installed into `OUT_DIR` and the faces are embedded; without npm, or
//! without a network, the crate builds with no face embedded and says so. It never fails the build for want of a font.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs, io};

const FACES: [&str; 4] = [
    "400Regular/Tinos_400Regular.ttf",
    "700Bold/Tinos_700Bold.ttf",
    "400Regular_Italic/Tinos_400Regular_Italic.ttf",
    "700Bold_Italic/Tinos_700Bold_Italic.ttf",
];
const INPUTS: [&str; 2] = ["package.json", "package-lock.json"];

fn main() -> io::Result<()> {
    for input in INPUTS {
        println!("cargo::rerun-if-changed=fonts/{input}");
    }
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or_else(|| io::Error::other("cargo sets OUT_DIR"))?);
    let faces = installed(&out.join("npm")).unwrap_or_else(|reason| {
        println!(
            "cargo::warning=no font is embedded: {reason}. PDF then uses Times New Roman, Tinos or Liberation Serif 2 \
             of the machine; to embed Tinos, install npm, then: touch lib/paper/fonts/package.json"
        );
        Vec::new()
    });
    let mut code = String::from("/// The embedded font files; empty when the build had no npm.\n");
    code.push_str("pub(crate) const EMBEDDED: &[&[u8]] = &[");
    for face in &faces {
        let _ = write!(code, "include_bytes!({:?}), ", face.display().to_string());
    }
    code.push_str("];\n");
    fs::write(out.join("embedded.rs"), code)
}

/// Installs the package into `folder` and gives the four files, or the reason why there are none.
fn installed(folder: &Path) -> Result<Vec<PathBuf>, String> {
    fs::create_dir_all(folder).map_err(|e| e.to_string())?;
    for input in INPUTS {
        fs::copy(Path::new("fonts").join(input), folder.join(input)).map_err(|e| format!("fonts/{input}: {e}"))?;
    }
    let npm = if cfg!(windows) { "npm.cmd" } else { "npm" };
    let run = Command::new(npm)
        .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline"])
        .args(["--fetch-retries=1", "--fetch-timeout=20000"])
        .current_dir(folder)
        .output()
        .map_err(|e| format!("npm does not start ({e})"))?;
    if !run.status.success() {
        let said = String::from_utf8_lossy(&run.stderr);
        let reason = said.lines().find(|line| line.starts_with("npm error") && !line.contains(" code "));
        return Err(format!("npm ci failed ({})", reason.unwrap_or("it says nothing")));
    }
    let package = folder.join("node_modules/@expo-google-fonts/tinos");
    let faces: Vec<PathBuf> = FACES.iter().map(|face| package.join(face)).collect();
    match faces.iter().find(|face| !face.is_file()) {
        Some(missing) => Err(format!("{} is not in the package", missing.display())),
        None => Ok(faces),
    }
}

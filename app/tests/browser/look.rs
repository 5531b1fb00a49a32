//! What must be true of every page, and its picture.

use crate::browser::{HEIGHT, Visitor};
use serde_json::Value;
use std::{env, fs, path::PathBuf};

impl Visitor {
    /// Opens a page and looks at it from all sides; `name` is the picture's.
    pub(crate) async fn look_at(&self, path: &str, name: &str) {
        self.open(path).await;
        self.look(name).await;
    }

    /// Looks at the page that is open.
    pub(crate) async fn look(&self, name: &str) {
        self.picture(name).await;
        self.fits().await;
        self.is_plain().await;
        // axe-core waits on timers, which stand still where scripts are forbidden.
        if self.window.script {
            self.is_accessible().await;
        }
    }

    /// A picture of the whole page in `BINHYEN_PICTURES`, or among the build's temporary files.
    async fn picture(&self, name: &str) {
        let default = || PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("pictures");
        let folder = env::var_os("BINHYEN_PICTURES").map_or_else(default, PathBuf::from);
        fs::create_dir_all(&folder).unwrap();
        let height = self
            .ask("return document.documentElement.scrollHeight + outerHeight - innerHeight")
            .await
            .as_u64()
            .unwrap();
        let height = u32::try_from(height).unwrap().clamp(HEIGHT, 10_000);
        self.client.set_window_size(self.window.width, height).await.unwrap();
        let picture = self.client.screenshot().await.unwrap();
        self.client.set_window_size(self.window.width, HEIGHT).await.unwrap();
        if self.window.script && env::var_os("BINHYEN_PICTURES").is_some() {
            let small = self.small(&picture).await;
            fs::write(folder.join(format!("{name}{}.webp", self.window.suffix())), small).unwrap();
        }
        fs::write(folder.join(format!("{name}{}.png", self.window.suffix())), picture).unwrap();
    }

    /// The upper part of a picture, small enough for a page of documentation. The browser makes it: no tool of ours does.
    async fn small(&self, picture: &[u8]) -> Vec<u8> {
        let hex = kernel::hex(picture);
        let script = "const [hex, width, height, done] = arguments;
            const bytes = Uint8Array.from(hex.match(/../g), it => parseInt(it, 16));
            createImageBitmap(new Blob([bytes], { type: 'image/png' })).then(async image => {
                const scale = width / image.width;
                const canvas = new OffscreenCanvas(width, Math.min(height, Math.round(image.height * scale)));
                const context = canvas.getContext('2d');
                context.imageSmoothingQuality = 'high';
                context.drawImage(image, 0, 0, width, Math.round(image.height * scale));
                const blob = await canvas.convertToBlob({ type: 'image/webp', quality: 0.4 });
                const small = new Uint8Array(await blob.arrayBuffer());
                done(Array.from(small, it => it.toString(16).padStart(2, '0')).join(''));
            });";
        let (width, height) = if self.window.width < 600 { (360, 800) } else { (800, 800) };
        let told = self.client.execute_async(script, vec![hex.into(), width.into(), height.into()]).await.unwrap();
        let hex = told.as_str().unwrap();
        (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
    }

    /// Nobody should have to move the page sideways.
    pub(crate) async fn fits(&self) {
        let widest = "return [document.documentElement.scrollWidth, window.innerWidth,
            [...document.querySelectorAll('body *')].filter(it => it.getBoundingClientRect().right > window.innerWidth + 1
                && !it.closest('.scroll')).slice(0, 5).map(it => it.outerHTML.slice(0, 120))]";
        let told = self.ask(widest).await;
        let dark = self.ask("return matchMedia('(prefers-color-scheme: dark)').matches").await;
        assert_eq!(dark, self.window.dark, "the window has the other colours");
        let (page, window) = (told[0].as_u64().unwrap(), told[1].as_u64().unwrap());
        assert_eq!(window, u64::from(self.window.width), "the window has another width than asked for");
        assert!(page <= window, "{} is {page} wide in {window}: {}", self.path().await, told[2]);
    }

    /// Nothing inline, nothing of other hosts: the browser would refuse it, and the page must not count on it.
    async fn is_plain(&self) {
        let script = "return [...document.querySelectorAll('[style], style, script:not([src]), [onclick], [onchange], [onsubmit]')]
            .map(it => it.outerHTML.slice(0, 120))
            .concat([...document.querySelectorAll('[src], link[href]')].map(it => it.src || it.href)
                .filter(it => new URL(it).host !== location.host))";
        let told = self.ask(script).await;
        assert_eq!(told, Value::Array(Vec::new()), "{} is not plain", self.path().await);
    }

    /// axe-core finds nothing against WCAG 2.2 AA.
    async fn is_accessible(&self) {
        let path = env::var("TEST_NPM").map_or_else(|_| cached_npm(), PathBuf::from).join("axe-core/axe.min.js");
        let axe = fs::read_to_string(&path)
            .unwrap_or_else(|error| panic!("{}: {error}; cargo xtask needs fetches axe-core with npm", path.display()));
        self.ask(&format!("{axe}; return true")).await;
        let run = "const done = arguments[arguments.length - 1];
            axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })
                .then(found => done(found.violations.map(it =>
                    it.id + ': ' + it.help + ' | ' + it.nodes.map(node => node.html).join(' | '))), it => done([String(it)]))";
        let told = self.client.execute_async(run, Vec::new()).await.unwrap();
        assert_eq!(told, Value::Array(Vec::new()), "{} is not accessible", self.path().await);
    }
}

/// Where `cargo xtask needs` leaves what npm fetches, for a test that is run by hand.
fn cached_npm() -> PathBuf {
    let home = || PathBuf::from(env::var_os("HOME").unwrap_or_default()).join(".cache");
    let cache = env::var_os("XDG_CACHE_HOME").map_or_else(home, PathBuf::from);
    cache.join("binhyen/npm/node_modules")
}

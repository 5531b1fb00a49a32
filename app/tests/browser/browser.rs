//! Chromium through its driver, one fresh profile per visit.

use crate::site::Site;
use fantoccini::{Client, ClientBuilder, Locator, elements::Element, key::Key};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use std::{
    future::Future,
    io::{BufRead, BufReader, Write},
    net::{Ipv4Addr, TcpStream},
    process::{Child, Command, Stdio},
    sync::Arc,
    time::{Duration, Instant},
};

const PATIENCE: Duration = Duration::from_secs(30);

/// The height of every window but those of pictures.
pub(crate) const HEIGHT: u32 = 800;

/// A window as people have them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Window {
    /// CSS pixels.
    pub(crate) width: u32,
    /// Pages may run JavaScript.
    pub(crate) script: bool,
    /// The person likes dark pages.
    pub(crate) dark: bool,
}

impl Window {
    /// A telephone without JavaScript.
    pub(crate) const PHONE_PLAIN: Window = Window { width: 360, script: false, dark: false };
    /// A telephone at night.
    pub(crate) const PHONE: Window = Window { width: 360, script: true, dark: true };
    /// A desk without JavaScript.
    pub(crate) const DESK_PLAIN: Window = Window { width: 1280, script: false, dark: false };
    /// A desk.
    pub(crate) const DESK: Window = Window { width: 1280, script: true, dark: false };
    /// What every page must bear: both widths with and without JavaScript, light and dark.
    pub(crate) const ALL: [Window; 4] = [Window::PHONE_PLAIN, Window::PHONE, Window::DESK_PLAIN, Window::DESK];

    /// What is added to the names of its pictures.
    pub(crate) fn suffix(self) -> String {
        let script = if self.script { "" } else { "-plain" };
        let dark = if self.dark { "-dark" } else { "" };
        format!("-{}{script}{dark}", self.width)
    }
}

/// A visitor looking at one page after the other.
#[derive(Clone)]
pub(crate) struct Visitor {
    pub(crate) client: Client,
    pub(crate) window: Window,
    site: Arc<Site>,
    driver: u16,
}

/// Opens a browser, lets the visitor do `work`, and closes the browser even when that fails.
pub(crate) async fn visit<F>(site: &Arc<Site>, window: Window, work: impl FnOnce(Visitor) -> F)
where
    F: Future<Output = ()> + Send + 'static,
{
    let driver = Driver::start();
    let profile = tempfile::tempdir().unwrap();
    let client = driver.open(window, profile.path().to_str().unwrap()).await;
    let visitor = Visitor { client: client.clone(), window, site: Arc::clone(site), driver: driver.port };
    let done = tokio::spawn(work(visitor)).await;
    client.close().await.unwrap();
    if let Err(failure) = done {
        std::panic::resume_unwind(failure.into_panic());
    }
}

impl Visitor {
    /// Opens a path of the site.
    pub(crate) async fn open(&self, path: &str) {
        self.client.goto(&self.site.address(path)).await.unwrap();
    }

    /// The one element of a CSS selector; fails with the page's text.
    pub(crate) async fn find(&self, selector: &str) -> Element {
        match self.client.find(Locator::Css(selector)).await {
            Ok(element) => element,
            Err(error) => panic!("{selector}: {error} on {}\n{}", self.path().await, self.text().await),
        }
    }

    /// Whether the page has such an element.
    pub(crate) async fn has(&self, selector: &str) -> bool {
        !self.client.find_all(Locator::Css(selector)).await.unwrap().is_empty()
    }

    /// Types into a field in place of what stands there.
    pub(crate) async fn fill(&self, selector: &str, text: &str) {
        let field = self.find(selector).await;
        field.clear().await.unwrap();
        field.send_keys(text).await.unwrap();
    }

    /// Clicks and waits for the page that follows: the driver alone would not wait for a slow answer to a form.
    pub(crate) async fn click(&self, selector: &str) {
        self.ask("document.documentElement.dataset.left = 'yes'").await;
        self.find(selector).await.click().await.unwrap();
        self.arrive(selector).await;
    }

    /// Waits for the page that follows what was done to this one.
    async fn arrive(&self, selector: &str) {
        let start = Instant::now();
        let arrived = "return document.readyState === 'complete' && !document.documentElement.dataset.left";
        while self.client.execute(arrived, Vec::new()).await.ok() != Some(Value::Bool(true)) {
            assert!(start.elapsed() < PATIENCE, "no page follows {selector} on {}", self.path().await);
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// All that can be read on the page.
    pub(crate) async fn text(&self) -> String {
        self.client.find(Locator::Css("body")).await.unwrap().text().await.unwrap()
    }

    /// The path and query of the page.
    pub(crate) async fn path(&self) -> String {
        let address = self.client.current_url().await.unwrap();
        address.query().map_or_else(|| address.path().to_owned(), |query| format!("{}?{query}", address.path()))
    }

    /// Signs in as an account of the demo; they all have the same password.
    pub(crate) async fn sign_in(&self, name: &str) {
        self.open("/sign-in").await;
        self.fill("input[name=name]", name).await;
        self.fill("input[name=password]", app::demo::PASSWORD).await;
        self.click("main form button").await;
        assert!(!self.path().await.starts_with("/sign-in"), "{name} cannot sign in:\n{}", self.text().await);
    }

    /// Unfolds the menu, where the window is so narrow that it folds.
    pub(crate) async fn open_menu(&self) {
        let button = self.find("header.top .menu").await;
        if button.is_displayed().await.unwrap() {
            button.click().await.unwrap();
        }
    }

    /// Signs out by the menu.
    pub(crate) async fn sign_out(&self) {
        self.open_menu().await;
        self.click("form[action='/sign-out'] button").await;
    }

    /// Opens a path of the site under the name that passkeys belong to.
    pub(crate) async fn open_by_name(&self, path: &str) {
        self.client.goto(&self.site.address(path).replace("127.0.0.1", "localhost")).await.unwrap();
    }

    /// Plugs in a device that holds passkeys and whose owner always agrees.
    pub(crate) async fn plug_in_passkeys(&self) {
        let device = json!({
            "protocol": "ctap2", "transport": "internal", "hasResidentKey": true, "hasUserVerification": true,
            "isUserConsenting": true, "isUserVerified": true,
        });
        self.tell_driver("webauthn/authenticator", &device).await;
    }

    /// Makes the network that of a telephone at the edge of its reach.
    pub(crate) async fn slow_network(&self) {
        let conditions = json!({ "network_conditions": {
            "offline": false, "latency": 400, "download_throughput": 50_000, "upload_throughput": 20_000,
        } });
        self.tell_driver("chromium/network_conditions", &conditions).await;
    }

    /// Presses the key that moves from field to field.
    pub(crate) async fn press_tab(&self) {
        let key = |kind: &str| json!({ "type": kind, "value": "\u{e004}" });
        let actions =
            json!({ "actions": [{ "type": "key", "id": "keyboard", "actions": [key("keyDown"), key("keyUp")] }] });
        self.tell_driver("actions", &actions).await;
    }

    /// What the driver knows how to do and the client does not.
    async fn tell_driver(&self, command: &str, body: &Value) {
        let session = self.client.session_id().await.unwrap().unwrap();
        let body = body.to_string();
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.driver)).unwrap();
        let head = format!(
            "POST /session/{session}/{command} HTTP/1.1\r\nHost: localhost:{}\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
            self.driver,
            body.len()
        );
        stream.write_all(head.as_bytes()).unwrap();
        let mut line = String::new();
        BufReader::new(stream).read_line(&mut line).unwrap();
        assert!(line.contains(" 200 "), "the driver answers {line}");
    }

    /// Presses keys where the focus is, as a person without a mouse does.
    pub(crate) async fn press(&self, keys: &str) {
        self.client.active_element().await.unwrap().send_keys(keys).await.unwrap();
    }

    /// Walks with Tab until the focus is on an element of a selector.
    pub(crate) async fn tab_to(&self, selector: &str) {
        for _ in 0..300 {
            let there = format!("return document.activeElement.matches({})", json!(selector));
            if self.ask(&there).await == Value::Bool(true) {
                return;
            }
            self.press(&Key::Tab.to_string()).await;
        }
        panic!("Tab never comes to {selector} on {}", self.path().await);
    }

    /// Presses Enter and waits for the page that follows.
    pub(crate) async fn enter(&self) {
        self.ask("document.documentElement.dataset.left = 'yes'").await;
        self.press(&Key::Enter.to_string()).await;
        self.arrive("Enter").await;
    }

    /// Waits until a script of the test answers yes.
    pub(crate) async fn until(&self, script: &str) {
        let start = Instant::now();
        while self.client.execute(script, Vec::new()).await.ok() != Some(Value::Bool(true)) {
            assert!(start.elapsed() < PATIENCE, "never: {script} on {}\n{}", self.path().await, self.text().await);
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// What a script of the test answers; works where the page itself may run none.
    pub(crate) async fn ask(&self, script: &str) -> Value {
        self.client.execute(script, Vec::new()).await.unwrap()
    }
}

/// A running chromedriver.
struct Driver {
    process: Child,
    port: u16,
}

impl Driver {
    /// On a port that is free. The driver picks one and then needs it for both kinds of addresses: where somebody takes it
    /// between the two it gives up, and another one is started.
    fn start() -> Driver {
        (0..3).find_map(|_| Driver::on_some_port()).expect("chromedriver tells its port")
    }

    fn on_some_port() -> Option<Driver> {
        let mut command = Command::new("chromedriver");
        let mut process = command.arg("--port=0").stdout(Stdio::piped()).spawn().expect("chromedriver is installed");
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines().map_while(Result::ok);
        let port = lines.find_map(|line| {
            let (_, port) = line.split_once("started successfully on port ")?;
            port.trim_end_matches('.').parse().ok()
        });
        // Read on, or the driver would stop at a full pipe.
        std::thread::spawn(move || lines.for_each(drop));
        Some(Driver { process, port: port? })
    }

    async fn open(&self, window: Window, profile: &str) -> Client {
        let flags = [
            "headless=new",
            "no-sandbox",
            "disable-gpu",
            "disable-quic",
            "no-first-run",
            "disable-background-networking",
            "disable-component-update",
            "disable-sync",
            "disable-dev-shm-usage",
            "hide-scrollbars",
            &format!("user-data-dir={profile}"),
            // 0 is dark, 1 is light.
            &format!("blink-settings=preferredColorScheme={}", u8::from(!window.dark)),
        ];
        // 1 allows, 2 forbids.
        let script = if window.script { 1 } else { 2 };
        let capabilities = json!({
            "goog:chromeOptions": {
                "args": flags,
                "prefs": { "profile.managed_default_content_settings.javascript": script },
            },
        });
        let Value::Object(capabilities) = capabilities else { unreachable!("an object is written above") };
        let mut builder = ClientBuilder::new(HttpConnector::new());
        let address = format!("http://127.0.0.1:{}", self.port);
        let client = builder.capabilities(capabilities).connect(&address).await.expect("Chromium starts");
        client.set_window_size(window.width, HEIGHT).await.unwrap();
        client
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // Already ended is as good as stopped.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

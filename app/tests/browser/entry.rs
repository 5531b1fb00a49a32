//! A commune's month at the keyboard, and with the network cut.

use crate::{
    browser::{Visitor, Window, visit},
    site::Site,
};
use fantoccini::key::Key;
use std::sync::Arc;

/// Opens the first return that waits to be filled in; answers its path.
async fn first_return(visitor: &Visitor) -> String {
    visitor.sign_in("xa01").await;
    visitor.open("/work").await;
    visitor.click("main td .button").await;
    visitor.path().await
}

/// The cells of the page: code, the figure of the period before, and whether it must be filled in.
async fn cells(visitor: &Visitor) -> Vec<(String, String)> {
    let script = "return [...document.querySelectorAll('input[data-cell]')].map(it =>
        [it.dataset.cell, it.closest('tr').querySelector('td.numeric').textContent])";
    serde_json::from_value(visitor.ask(script).await).unwrap()
}

#[tokio::test]
async fn a_communes_month_is_entered_and_sent_by_keyboard_alone() {
    let site = Arc::new(Site::start());
    visit(&site, Window::DESK, |visitor| async move {
        visitor.open("/sign-in").await;
        visitor.tab_to("input[name=name]").await;
        visitor.press("xa01").await;
        visitor.tab_to("input[name=password]").await;
        visitor.press(app::demo::PASSWORD).await;
        visitor.enter().await;
        visitor.open("/work").await;
        visitor.tab_to("main td .button").await;
        visitor.enter().await;
        visitor.tab_to("input[data-cell]").await;
        // The month is as the one before, but for new sites of models: there are none, so that the stock stands.
        for (code, before) in cells(&visitor).await {
            let there = visitor.ask("return document.activeElement.dataset.cell").await;
            assert_eq!(there, code, "Enter walks from line to line");
            let number = before.split_whitespace().last().unwrap_or_default();
            let value = match (code.as_str(), number) {
                ("MOD04" | "MOD05" | "MOD06", _) | (_, "–") => "0",
                (_, number) => number,
            };
            visitor.press(value).await;
            visitor.press(&Key::Enter.to_string()).await;
        }
        let there = visitor.ask("return document.activeElement.value").await;
        assert_eq!(there, "submit", "after the last line comes the button");
        // Arrows walk too, and what was typed is kept by itself meanwhile.
        visitor.until("return document.getElementById('keep-status').dataset.state === 'sent'").await;
        visitor.look("entry-filled").await;
        visitor.enter().await;
        // What differs much from the months before wants a word; it is given by keyboard as well.
        while visitor.has(".error-summary a[href^='#v.']").await {
            let wrong = visitor.ask("return document.querySelector('[aria-invalid=true]').name.slice(2)").await;
            let code = wrong.as_str().unwrap().to_owned();
            visitor.tab_to(&format!("input[name='n.{code}']")).await;
            visitor.press("Đã kiểm tra lại, đúng như vậy").await;
            visitor.tab_to("button[value=submit]").await;
            visitor.enter().await;
        }
        assert!(visitor.path().await.starts_with("/work?done=returns-submitted"), "{}", visitor.text().await);
        assert_eq!(visitor.ask("return localStorage.length").await, 0, "nothing waits any more");
    })
    .await;
}

#[tokio::test]
async fn arrows_walk_through_the_screen_of_many_units_and_sums_run_along() {
    let site = Arc::new(Site::start());
    for window in Window::ALL {
        visit(&site, window, |visitor| async move {
            visitor.sign_in("nhapmau").await;
            visitor.open("/work").await;
            visitor.click("main a[href^='/work/matrix']").await;
            visitor.look("matrix").await;
            if visitor.window == Window::DESK {
                visitor.tab_to("input[data-cell]").await;
                let sum = "return document.querySelector('output[data-sum]').value";
                let before = visitor.ask(sum).await;
                visitor.press("1.000").await;
                visitor.press(&Key::Down.to_string()).await;
                visitor.press("2.000").await;
                let after = visitor.ask(sum).await;
                assert!(before != after && after.as_str().unwrap().contains('.'), "{before} {after}");
                visitor.press(&Key::Up.to_string()).await;
                visitor.press(&Key::Right.to_string()).await;
                visitor.press(&Key::Right.to_string()).await;
                let place = "const it = document.activeElement;
                    return [...it.closest('tr').querySelectorAll('input[data-cell]')].indexOf(it)";
                assert_eq!(visitor.ask(place).await, 1, "the second column");
                visitor.until("return document.getElementById('keep-status').dataset.state === 'sent'").await;
                visitor.look("matrix-filled").await;
            }
        })
        .await;
    }
}

#[tokio::test]
async fn what_is_typed_without_network_survives_and_is_sent_when_it_is_back() {
    let site = Arc::new(Site::start());
    let cut = Arc::clone(&site);
    visit(&site, Window::PHONE, |visitor| async move {
        let path = first_return(&visitor).await;
        visitor.ask("navigator.serviceWorker.ready.then(() => document.body.dataset.ready = 'yes')").await;
        visitor.until("return document.body.dataset.ready === 'yes'").await;
        // Seen once more, the worker keeps the page.
        visitor.open(&path).await;
        visitor.until("return Boolean(navigator.serviceWorker.controller)").await;
        cut.cut();
        visitor.fill("input[data-cell=LAU01]", "17").await;
        visitor.until("return document.getElementById('keep-status').dataset.state === 'offline'").await;
        visitor.look("entry-offline").await;
        // The page is opened anew while nobody answers, with what was typed.
        visitor.open(&path).await;
        assert_eq!(visitor.ask("return document.querySelector('input[data-cell=LAU01]').value").await, "17");
        visitor.open("/units").await;
        assert!(visitor.text().await.contains("Mất mạng"), "{}", visitor.text().await);
        cut.mend();
        visitor.open("/work").await;
        visitor.until("return document.getElementById('keep-status').dataset.state === 'queue'").await;
        assert_eq!(visitor.ask("return localStorage.length").await, 0, "nothing waits any more");
        visitor.open(&path).await;
        assert_eq!(visitor.ask("return document.querySelector('input[data-cell=LAU01]').defaultValue").await, "17");

        // Somebody else is quicker while the network is cut: both are shown, nothing is overwritten.
        visitor.until("return Boolean(navigator.serviceWorker.controller)").await;
        cut.cut();
        visitor.fill("input[data-cell=LAU01]", "18").await;
        visitor.until("return document.getElementById('keep-status').dataset.state === 'offline'").await;
        cut.mend();
        let quicker = "const done = arguments[0], form = document.querySelector('form[data-keep]');
            const body = new URLSearchParams([...new FormData(form), ['act', 'save']]);
            body.set('v.LAU01', '30');
            fetch(form.action, { method: 'POST', body, redirect: 'manual' }).then(() => done(true))";
        visitor.client.execute_async(quicker, Vec::new()).await.unwrap();
        visitor.ask("dispatchEvent(new Event('online'))").await;
        visitor.until("return document.getElementById('keep-status').dataset.state === 'conflict'").await;
        visitor.click("button[value=save]").await;
        let text = visitor.text().await;
        assert!(text.contains("Người khác đã lưu: 30"), "{text}");
        assert_eq!(visitor.ask("return document.querySelector('input[data-cell=LAU01]').value").await, "18");
        visitor.look("entry-conflict").await;
        visitor.click("button[value=save]").await;
        assert_eq!(visitor.ask("return document.querySelector('input[data-cell=LAU01]').defaultValue").await, "18");
        // Whoever signs out leaves nothing behind for the next.
        visitor.sign_out().await;
        visitor.ask("caches.has('binhyen-pages').then(it => document.body.dataset.pages = String(it))").await;
        visitor.until("return document.body.dataset.pages === 'false'").await;
    })
    .await;
}

#[tokio::test]
async fn many_returns_are_approved_on_one_page() {
    let site = Arc::new(Site::start());
    for window in Window::ALL {
        visit(&site, window, |visitor| async move {
            visitor.sign_in("tinhmau").await;
            visitor.look_at("/work/approval", "approval").await;
            visitor.look_at("/indicators/FOR01", "indicator").await;
            visitor.open("/work").await;
            visitor.click("main a[href$='/review']").await;
            visitor.look("review-figures").await;
            visitor.click("a.figure").await;
            visitor.look("figure").await;
        })
        .await;
    }
}

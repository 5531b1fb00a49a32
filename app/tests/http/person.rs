//! A person at a browser: what they open, send and upload.

use std::pin::Pin;

use axum::{
    body::{Body, HttpBody, to_bytes},
    http::{Request, StatusCode, header},
};
use tower::ServiceExt;

use crate::world::{Answer, World};

/// A person at a browser.
pub(crate) struct Person<'w> {
    pub(crate) world: &'w World,
    pub(crate) cookie: String,
    pub(crate) csrf: String,
}

impl Person<'_> {
    pub(crate) async fn get(&self, path: &str) -> Answer {
        let request = Request::get(path).header(header::COOKIE, &self.cookie).body(Body::empty());
        self.world.send(request.unwrap()).await
    }

    /// A file as it comes.
    pub(crate) async fn bytes(&self, path: &str) -> Vec<u8> {
        let request = Request::get(path).header(header::COOKIE, &self.cookie).body(Body::empty());
        let response = self.world.router.clone().oneshot(request.unwrap()).await.unwrap();
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        to_bytes(response.into_body(), usize::MAX).await.unwrap().to_vec()
    }

    /// How many bytes of a page go over the wire to a browser that takes compressed ones.
    pub(crate) async fn weigh(&self, path: &str) -> usize {
        self.world.weigh(path, &self.cookie).await
    }

    /// A page as it comes, piece by piece.
    pub(crate) async fn pieces(&self, path: &str) -> Vec<Vec<u8>> {
        let request = Request::get(path).header(header::COOKIE, &self.cookie).body(Body::empty());
        let mut body = self.world.router.clone().oneshot(request.unwrap()).await.unwrap().into_body();
        let mut pieces = Vec::new();
        while let Some(frame) = std::future::poll_fn(|cx| Pin::new(&mut body).poll_frame(cx)).await {
            pieces.extend(frame.unwrap().into_data().map(|it| it.to_vec()));
        }
        pieces
    }

    /// Sends a form of ours.
    pub(crate) async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.world.send(self.form(path, fields, &self.csrf)).await
    }

    /// Sends a form of ours with a file.
    pub(crate) async fn upload(&self, path: &str, fields: &[(&str, &str)], name: &str, bytes: &[u8]) -> Answer {
        self.world.send(self.parts(path, fields, name, bytes, &self.csrf)).await
    }

    /// The same without the hidden word.
    pub(crate) async fn upload_forged(&self, path: &str, name: &str, bytes: &[u8]) -> Answer {
        self.world.send(self.parts(path, &[], name, bytes, "")).await
    }

    fn parts(&self, path: &str, fields: &[(&str, &str)], name: &str, bytes: &[u8], csrf: &str) -> Request<Body> {
        let mut body = Vec::new();
        for (field, value) in [("csrf", csrf)].iter().chain(fields) {
            let part = format!("--edge\r\nContent-Disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n");
            body.extend_from_slice(part.as_bytes());
        }
        let head = format!("--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n");
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n--edge--\r\n");
        Request::post(path)
            .header(header::COOKIE, &self.cookie)
            .header(header::CONTENT_TYPE, "multipart/form-data; boundary=edge")
            .body(Body::from(body))
            .unwrap()
    }

    /// Sends a form without the hidden word.
    pub(crate) async fn post_forged(&self, path: &str) -> Answer {
        self.world.send(self.form(path, &[], "")).await
    }

    /// Sends a form with the hidden word of another session.
    pub(crate) async fn post_as(&self, other: &Person<'_>, path: &str) -> Answer {
        self.world.send(self.form(path, &[], &other.csrf)).await
    }

    /// The session cookie.
    pub(crate) fn cookie(&self) -> &str {
        &self.cookie
    }

    fn form(&self, path: &str, fields: &[(&str, &str)], csrf: &str) -> Request<Body> {
        let all = fields.iter().copied().chain([("csrf", csrf)]);
        let body: Vec<String> = all.map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect();
        Request::post(path)
            .header(header::COOKIE, &self.cookie)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(body.join("&")))
            .unwrap()
    }
}

/// Percent-encoding of a form field.
pub(crate) fn encode(text: &str) -> String {
    text.bytes()
        .map(|it| match it {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' => char::from(it).to_string(),
            other => format!("%{other:02X}"),
        })
        .collect()
}

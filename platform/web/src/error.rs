use axum::{
    http::{StatusCode, header},
    response::{Html, IntoResponse, Redirect, Response},
};
use kernel::Issues;

/// Why a request got no page.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Nothing here, or nothing that the asker may know of.
    #[error("not found")]
    NotFound,
    /// The asker may see it, but not do this.
    #[error("forbidden")]
    Forbidden,
    /// Nobody is signed in; where to go on afterwards.
    #[error("sign in first")]
    SignIn(String),
    /// The second factor is still to be shown (`true`) or set up (`false`).
    #[error("second factor first")]
    SecondFactor(bool),
    /// Too many attempts to sign in: how many seconds to wait.
    #[error("too many attempts to sign in")]
    Busy(i64),
    /// The server has too much to do: how many seconds to wait.
    #[error("crowded")]
    Crowded(i64),
    /// What was sent cannot stand.
    #[error("refused")]
    Refused(Issues),
    /// Somebody changed it meanwhile.
    #[error("changed meanwhile")]
    Stale,
    /// The request itself is broken: not a form of ours, too large, from another site.
    #[error("bad request: {0}")]
    Bad(&'static str),
    /// Our fault. The text goes to the log, a plain word to the reader.
    #[error(transparent)]
    Internal(Box<dyn std::error::Error + Send + Sync>),
}

/// What handlers give back.
pub type Result<T> = std::result::Result<T, Error>;

impl From<store::Error> for Error {
    fn from(err: store::Error) -> Error {
        Error::Internal(err.into())
    }
}

impl From<askama::Error> for Error {
    fn from(err: askama::Error) -> Error {
        Error::Internal(err.into())
    }
}

impl From<tokio::task::JoinError> for Error {
    fn from(err: tokio::task::JoinError) -> Error {
        Error::Internal(err.into())
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let (status, vi, en) = match self {
            Error::SignIn(next) => {
                let next: String = serde_urlencoded::to_string([("next", next)]).unwrap_or_default();
                return Redirect::to(&format!("/sign-in?{next}")).into_response();
            }
            Error::SecondFactor(has_one) => {
                let path = if has_one { "/sign-in/code" } else { "/account/factors" };
                return Redirect::to(path).into_response();
            }
            Error::Crowded(seconds) => {
                return wait(
                    seconds,
                    "Máy chủ đang nhận quá nhiều yêu cầu. Việc vừa gửi chưa được thực hiện. Hãy đợi ít giây rồi thử lại.",
                    "The server has too many requests. What you just sent was not done. Wait a few seconds and try again.",
                );
            }
            Error::Busy(seconds) => {
                return wait(
                    seconds,
                    "Đang có quá nhiều lần đăng nhập. Hãy đợi một phút rồi thử lại, hoặc dùng trình duyệt mà bạn đã từng \
                     đăng nhập.",
                    "There are too many attempts to sign in. Wait a minute, or use a browser in which you have signed in \
                     before.",
                );
            }
            Error::NotFound => (
                StatusCode::NOT_FOUND,
                "Không tìm thấy trang này. Có thể địa chỉ đã sai, hoặc trang nằm ngoài phạm vi được giao cho bạn.",
                "This page was not found. The address may be wrong, or the page lies outside what you may see.",
            ),
            Error::Forbidden => (
                StatusCode::FORBIDDEN,
                "Tài khoản của bạn không có quyền làm việc này. Hãy hỏi người quản trị của đơn vị.",
                "Your account may not do this. Ask your unit's administrator.",
            ),
            Error::Refused(_) => (
                StatusCode::UNPROCESSABLE_ENTITY,
                "Không thực hiện được với dữ liệu đã gửi. Hãy quay lại và kiểm tra.",
                "This cannot be done with what was sent. Go back and check.",
            ),
            Error::Stale => (
                StatusCode::CONFLICT,
                "Người khác vừa thay đổi nội dung này. Hãy quay lại, tải lại trang và làm lại.",
                "Somebody else has just changed this. Go back, reload and try again.",
            ),
            Error::Bad(why) => {
                tracing::info!(why, "bad request");
                (
                    StatusCode::BAD_REQUEST,
                    "Yêu cầu không hợp lệ hoặc trang đã mở quá lâu. Hãy quay lại, tải lại trang và gửi lại.",
                    "The request is not valid, or the page was open for too long. Go back, reload and send again.",
                )
            }
            Error::Internal(err) => {
                tracing::error!(error = %err, "request failed");
                (
                    StatusCode::INTERNAL_SERVER_ERROR,
                    "Hệ thống gặp lỗi. Dữ liệu của bạn chưa bị thay đổi. Hãy thử lại sau ít phút.",
                    "The system failed. Nothing of yours was changed. Try again in a few minutes.",
                )
            }
        };
        plain(status, vi, en)
    }
}

/// Such a page for who is to come again after so many seconds.
fn wait(seconds: i64, vi: &str, en: &str) -> Response {
    let retry = [(header::RETRY_AFTER, seconds.to_string())];
    (retry, plain(StatusCode::TOO_MANY_REQUESTS, vi, en)).into_response()
}

/// A page of a few words in both languages, without the frame that all others share.
fn plain(status: StatusCode, vi: &str, en: &str) -> Response {
    let code = status.as_u16();
    let css = crate::statics::CSS_PATH;
    let html = format!(
        "<!doctype html><html lang=\"vi\"><head><meta charset=\"utf-8\">\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>{code} – Bình Yên</title>\
             <link rel=\"stylesheet\" href=\"{css}\"></head><body><main id=\"main\"><h1>{code}</h1><p class=\"lead\">{vi}</p>\
             <p lang=\"en\" class=\"muted\">{en}</p><p><a href=\"/\">Về trang đầu</a></p></main></body></html>"
    );
    (status, Html(html)).into_response()
}

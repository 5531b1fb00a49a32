//! The server: listens, answers, follows the ledger, stops when told.

use std::net::SocketAddr;

use anyhow::Context;
use axum::Router;
use tower_http::compression::{
    CompressionLayer,
    predicate::{NotForContentType, Predicate as _, SizeAbove},
};
use web::App;

use crate::{chores, totals};

/// All pages, compressed.
pub fn router(app: App) -> Router {
    // Workbooks and Word documents are packed already.
    let unpacked = SizeAbove::new(512).and(NotForContentType::const_new("application/vnd.openxmlformats"));
    web::router(app).layer(CompressionLayer::new().compress_when(unpacked))
}

/// Serves until it is told to stop. `ready` is called with the address once it listens.
///
/// # Errors
/// When the address is taken, or a demo would be served beyond this machine.
pub async fn serve(app: App, listen: SocketAddr, ready: impl FnOnce(SocketAddr)) -> anyhow::Result<()> {
    if app.settings.demo && !listen.ip().is_loopback() {
        anyhow::bail!(
            "cơ sở dữ liệu mẫu chỉ chạy trên máy này (127.0.0.1) / a demo database is served on this machine only"
        );
    }
    let listener = tokio::net::TcpListener::bind(listen).await.with_context(|| {
        format!("không mở được cổng {listen}; cổng có thể đang được dùng / cannot listen on {listen}")
    })?;
    let follower = tokio::spawn(returns::follow::keep_following(app.clone()));
    let chores = chores::begin(&app);
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let keeper = tokio::spawn(totals::keep(app.clone(), async { drop(stopped.await) }));
    ready(listener.local_addr()?);
    let served = axum::serve(listener, router(app.clone())).with_graceful_shutdown(told_to_stop()).await;
    follower.abort();
    for chore in chores {
        chore.abort();
    }
    drop(stop);
    let kept = keeper.await;
    app.db.close().await;
    kept.context("the keeper of the totals")?;
    served.context("stopped serving")
}

async fn told_to_stop() {
    let interrupt = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    let terminate = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut it) => {
                it.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        () = interrupt => (),
        () = terminate => (),
    }
}

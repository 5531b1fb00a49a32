//! Requests that go away at any moment lose no acknowledged write and leave no half one, on either store.

use std::{sync::Arc, time::Duration};

use store::Db;

use crate::world::worlds;

const TASKS: i64 = 12;
const ROUNDS: i64 = 60;

async fn table(db: &Db) {
    let mut tx = db.write().await.unwrap();
    tx.query("create table coin (owner bigint primary key, amount bigint not null)").run().await.unwrap();
    tx.query("create table noted (task bigint not null, round bigint not null, primary key (task, round))")
        .run()
        .await
        .unwrap();
    for owner in 0..TASKS {
        tx.query("insert into coin (owner, amount) values ($1, 100)").bind(owner).run().await.unwrap();
    }
    tx.commit().await.unwrap();
}

/// Moves a coin and notes it, in one transaction.
async fn transfer(db: &Db, task: i64, round: i64) -> store::Result<()> {
    let mut tx = db.write().await?;
    let (from, to) = (task.min((task + round) % TASKS), task.max((task + round) % TASKS));
    tx.query("update coin set amount = amount - 1 where owner = $1").bind(from).run().await?;
    tokio::task::yield_now().await;
    tx.query("update coin set amount = amount + 1 where owner = $1").bind(to).run().await?;
    tx.query("insert into noted (task, round) values ($1, $2)").bind(task).bind(round).run().await?;
    tx.commit().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn cancelled_requests_lose_no_acknowledged_write_and_leave_no_half_one() {
    for world in worlds().await {
        let db = Arc::new(world.app.db.clone());
        table(&db).await;
        let tasks = (0..TASKS).map(|task| {
            let db = Arc::clone(&db);
            tokio::spawn(async move {
                let mut certain = Vec::new();
                for round in 0..ROUNDS {
                    // From nothing to long enough: every point of the transaction is hit.
                    let patience = Duration::from_micros(u64::try_from((task * 37 + round * 211) % 6_000).unwrap());
                    let begun = tokio::time::timeout(patience / 4, db.write()).await;
                    drop(begun);
                    if round % 3 == 0 {
                        if transfer(&db, task, round).await.is_ok() {
                            certain.push(round);
                        }
                    } else if let Ok(Ok(())) = tokio::time::timeout(patience, transfer(&db, task, round)).await {
                        certain.push(round);
                    }
                }
                certain
            })
        });
        let tasks: Vec<_> = tasks.collect();
        let mut certain = Vec::new();
        for (task, it) in (0..).zip(tasks) {
            certain.extend(it.await.unwrap().into_iter().map(|round| (task, round)));
        }
        let mut conn = db.read().await.unwrap();
        // In one statement: a transfer that nobody waits for any more may still come true between two.
        let sql = "select 0, task, round from noted union all select 1, owner, amount from coin";
        let rows: Vec<(i32, i64, i64)> = conn.query(sql).all().await.unwrap();
        let of =
            |which: i32| -> Vec<(i64, i64)> { rows.iter().filter(|it| it.0 == which).map(|it| (it.1, it.2)).collect() };
        let (noted, coins) = (of(0), of(1));
        for it in &certain {
            assert!(noted.contains(it), "{it:?} was acknowledged and is lost");
        }
        assert_eq!(coins.iter().map(|it| it.1).sum::<i64>(), 100 * TASKS, "half a transfer was kept");
        let mut expect: Vec<i64> = vec![100; usize::try_from(TASKS).unwrap()];
        for (task, round) in &noted {
            let other = (task + round) % TASKS;
            *expect.get_mut(usize::try_from(*task.min(&other)).unwrap()).unwrap() -= 1;
            *expect.get_mut(usize::try_from(*task.max(&other)).unwrap()).unwrap() += 1;
        }
        for (owner, amount) in coins {
            assert_eq!(Some(&amount), expect.get(usize::try_from(owner).unwrap()), "the coins are those of the notes");
        }
        assert!(certain.len() >= usize::try_from(TASKS * ROUNDS / 3).unwrap(), "some were acknowledged");
    }
}

/// The same through a page: a browser that goes away during an approval leaves a whole approval or none, and the
/// totals are the ledger's.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_approval_whose_browser_goes_away_is_whole_or_not_at_all() {
    for world in worlds().await {
        let who = world.demo_who();
        let form = world.app.catalogue.get().form_by_code("thang").unwrap().clone();
        let period = kernel::Period::parse("adm:2026-M03").unwrap();
        let mut sent = Vec::new();
        for number in 1..=20 {
            let unit = world.unit(&format!("Xã Mẫu {number:02}"));
            let id = returns::acts::open(&world.app, &who, unit, &form, period).await.unwrap();
            let mut draft = returns::Draft::default();
            for code in ["LAU01", "LAU02", "OUT01", "OUT02", "TIP01", "TIP02"] {
                draft.cells.insert(code.into(), returns::RawCell { value: "1".into(), ..returns::RawCell::default() });
            }
            let line = returns::acts::submit(&world.app, &who, id, 1, draft).await.unwrap();
            sent.push((id, line.revision));
        }
        for (at, (id, revision)) in sent.iter().enumerate() {
            let patience = Duration::from_micros(u64::try_from(at * 400).unwrap());
            let _ = tokio::time::timeout(patience, returns::acts::approve(&world.app, &who, *id, *revision)).await;
        }
        // What was begun ends by itself; then everything is approved, again or for the first time.
        tokio::time::sleep(Duration::from_millis(500)).await;
        for (id, revision) in &sent {
            let _ = returns::acts::approve(&world.app, &who, *id, *revision).await;
        }
        let mut conn = world.app.db.read().await.unwrap();
        let (rows,): (i64,) = conn.query("select cast(count(*) as bigint) from return_version").one().await.unwrap();
        assert_eq!(rows, 20, "one version each");
        let total = world.figure("Tỉnh Mẫu", "2026-03-14", "adm:2026-M03", "LAU01", "then");
        assert_eq!(total["value"], 20);
        assert_eq!(total["reported"], 20);
        assert_eq!(total["expected"], 44);
        drop(conn);
        let checked = returns::check_ledger(&world.app).await.unwrap();
        assert_eq!(checked.findings, Vec::<String>::new());
    }
}

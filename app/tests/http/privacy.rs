//! The register of personal data against the tables as they are.

use std::collections::BTreeSet;

use store::Engine;

use crate::world::{World, worlds};

/// Every column of every table of ours, as the store itself tells.
async fn columns(world: &World) -> BTreeSet<(String, String)> {
    let sql = match world.app.db.engine() {
        Engine::Sqlite => {
            "select m.name, c.name from sqlite_master m join pragma_table_info(m.name) c
             where m.type = 'table' and m.name not like 'sqlite_%'"
        }
        Engine::Postgres => {
            "select cast(table_name as text), cast(column_name as text) from information_schema.columns
             where table_schema = 'public'"
        }
    };
    let rows: Vec<(String, String)> = world.app.db.read().await.unwrap().query(sql).all().await.unwrap();
    rows.into_iter().filter(|it| it.0 != "_sqlx_migrations").collect()
}

#[tokio::test]
async fn every_column_is_declared_with_its_purpose() {
    let declared: BTreeSet<(String, String)> =
        privacy::register().unwrap().into_iter().map(|it| (it.table, it.column)).collect();
    for world in worlds().await {
        let there = columns(&world).await;
        assert!(there.len() > 100, "the schema is read: {}", there.len());
        let undeclared: Vec<_> = there.difference(&declared).collect();
        assert!(undeclared.is_empty(), "declare in data/privacy/register.csv: {undeclared:?}");
        let tables: BTreeSet<&String> = there.iter().map(|it| &it.0).collect();
        let gone: Vec<_> = declared.difference(&there).filter(|it| tables.contains(&it.0)).collect();
        assert!(gone.is_empty(), "remove from data/privacy/register.csv: {gone:?}");
    }
}

#[tokio::test]
async fn a_column_that_nobody_declared_is_seen() {
    for world in worlds().await {
        let before = columns(&world).await;
        let mut conn = world.app.db.read().await.unwrap();
        conn.query("alter table account add column nickname text").run().await.unwrap();
        drop(conn);
        let after = columns(&world).await;
        let new: Vec<_> = after.difference(&before).collect();
        assert_eq!(new, [&("account".to_owned(), "nickname".to_owned())]);
    }
}

#[tokio::test]
async fn everybody_with_an_account_reads_the_register() {
    for world in worlds().await {
        let person = world.person("dulieu").await;
        let page = person.get("/privacy/register").await;
        page.is(200).has("Đăng nhập an toàn").has("audit_entry");
        let file = person.get("/privacy/register.csv").await;
        file.is(200).has("account,full_name,yes,sign-in");
    }
}

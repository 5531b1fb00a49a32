use crate::{Conn, Result};

/// A word that describes this installation.
pub async fn setting(conn: &mut Conn, key: &str) -> Result<Option<String>> {
    let row: Option<(String,)> = conn.query("select value from setting where key = $1").bind(key).maybe().await?;
    Ok(row.map(|it| it.0))
}

/// Sets such a word.
pub async fn set_setting(conn: &mut Conn, key: &str, value: &str) -> Result<()> {
    conn.query(
        "insert into setting (key, value) values ($1, $2) on conflict (key) do update set value = excluded.value",
    )
    .bind(key)
    .bind(value)
    .run()
    .await?;
    Ok(())
}

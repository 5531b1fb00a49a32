//! `binhyen bench data`: the country's year of invented figures, to try this program and others with.

use std::{
    fs::{self, File},
    io::{BufWriter, Write as _},
    path::Path,
};

use anyhow::{Context, bail};
use benches::{MONTHS, Nation, YEAR};
use web::Settings;

use crate::{commands::say, start};

/// Makes a folder with a database that knows the invented villages, and one file to import for each month.
///
/// # Errors
/// When there is a database already, or the folder cannot be written.
pub(crate) async fn data(folder: &Path, scale: f64) -> anyhow::Result<()> {
    if !(scale > 0.0 && scale <= 10.0) {
        bail!("--scale phải lớn hơn 0, nhiều nhất 10 / must be above 0, at most 10");
    }
    let file = folder.join("binhyen.db");
    if file.exists() {
        bail!(
            "đã có cơ sở dữ liệu, hãy chọn thư mục khác / there is a database already, choose another folder: {}",
            file.display()
        );
    }
    fs::create_dir_all(folder)
        .with_context(|| format!("không tạo được thư mục / cannot make the folder {}", folder.display()))?;
    let place = file.to_str().context("tên thư mục không phải UTF-8 / the folder's name is not UTF-8")?;
    let app = start::open(place, Settings::default()).await?;
    let nation = Nation::new(&app.register.get(), &app.catalogue.get(), scale);
    let mut tx = app.db.write().await?;
    benches::insert_villages(&mut tx, &nation).await?;
    tx.commit().await?;
    app.db.close().await;
    for month in 1..=MONTHS {
        let path = folder.join(format!("figures-{YEAR}-{month:02}.csv"));
        let cannot = || format!("không ghi được tệp / cannot write {}", path.display());
        let mut out = BufWriter::new(File::create(&path).with_context(cannot)?);
        nation.write_month(month, &mut out).and_then(|()| out.flush()).with_context(cannot)?;
    }
    say(&format!(
        "{} thôn, tổ dân phố (không có thật) × {} chỉ tiêu × {MONTHS} tháng / invented villages × indicators × months\n\
         for f in {}/*.csv; do binhyen import figures \"$f\" --database {place}; done",
        nation.villages.len(),
        nation.indicators.len(),
        folder.display()
    ));
    Ok(())
}

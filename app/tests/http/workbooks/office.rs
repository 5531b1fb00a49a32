//! Workbooks of ours as another program saves them: the .xls of offices with old machines, and .ods.

use std::process::Command;

use super::{download, row, saved, shown, take};
use crate::{returns::open, world::worlds};

/// A workbook as LibreOffice saves it in another format.
fn converted(bytes: &[u8], to: &str) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let from = folder.path().join("thang.xlsx");
    std::fs::write(&from, bytes).unwrap();
    let profile = format!("-env:UserInstallation=file://{}/profile", folder.path().display());
    let done = Command::new("soffice")
        .args([&profile, "--headless", "--convert-to", to, "--outdir"])
        .arg(folder.path().join("out"))
        .arg(&from)
        .output()
        .expect("install libreoffice-calc-nogui");
    let file = folder.path().join("out").join("thang").with_extension(to);
    std::fs::read(file).unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&done.stderr)))
}

#[tokio::test]
async fn a_workbook_saved_as_xls_or_ods_arrives_at_its_cells() {
    for world in worlds().await {
        let recorder = world.person("xa01").await;
        let at = open(&recorder, "Xã Mẫu 01", super::PERIOD).await;
        for (format, launches, magic) in [("xls", "31", &[0xd0, 0xcf, 0x11, 0xe0]), ("ods", "32", b"PK\x03\x04")] {
            let book = download(&recorder, "Xã Mẫu 01", "sheet").await;
            let filled = saved(&book, |_, tab| {
                tab.write(row(&book, "LAU01"), 5, launches.parse::<u32>().unwrap()).unwrap();
                tab.write(row(&book, "LAU02"), 5, "khoảng 1,5 ngàn").unwrap();
                tab.write(row(&book, "OUT01"), 5, 40).unwrap();
                tab.write(row(&book, "OUT01"), 6, "hơn").unwrap();
                tab.write(row(&book, "OUT01"), 8, format!("đếm lại, {format}")).unwrap();
            });
            let bytes = converted(&filled, format);
            assert!(bytes.starts_with(magic), "{format}");
            let (file, page) = shown(&recorder, &format!("thang.{format}"), &bytes).await;
            let cell = format!("F{}", row(&book, "LAU01") + 1);
            page.is(200).has(&format!("<strong>{launches}</strong>")).has(&cell).has("Xã Mẫu 01");
            take(&recorder, &file, &page).await.is(303);
            let page = recorder.get(&at).await;
            page.is(200)
                .has(&format!("data-cell=\"LAU01\" value=\"{launches}\""))
                .has("data-cell=\"LAU02\" value=\"1.500\"")
                .has("data-cell=\"OUT01\" value=\"40\"")
                .has(&format!("đếm lại, {format}"));
        }
        // As it was downloaded, with its drop-downs, formulas and hidden rows, and not only as we write it again.
        let path = super::form("Xã Mẫu 01", "sheet");
        let bytes = converted(&recorder.bytes(&path).await, "xls");
        shown(&recorder, "thang.xls", &bytes).await.1.is(200).has("Không có số nào khác");
    }
}

//! Reports that were signed: frozen, compared with today's figures, and with the file that came back.

use std::io::{Cursor, Read, Write};

use zip::write::SimpleFileOptions;

use super::{acts, after, import, pdf, some_figures, word};
use crate::world::{Person, World, worlds};

/// Freezes the report of the province for 2026; its address.
pub(crate) async fn frozen(world: &World, person: &Person<'_>) -> String {
    let unit = world.unit("Tỉnh Mẫu");
    let done = person.post(&format!("/units/{unit}/frozen-briefs?period=2026"), &[]).await;
    assert_eq!(done.status.as_u16(), 303, "{}", done.text);
    done.to().split('?').next().unwrap().to_owned()
}

/// The same file with another body, and perhaps one more part.
fn changed(file: &[u8], change: impl Fn(String) -> String, more: Option<(&str, &[u8])>) -> Vec<u8> {
    let mut archive = zip::ZipArchive::new(Cursor::new(file)).unwrap();
    let mut out = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for at in 0..archive.len() {
        let mut part = archive.by_index(at).unwrap();
        let name = part.name().to_owned();
        let mut bytes = Vec::new();
        part.read_to_end(&mut bytes).unwrap();
        if name == "word/document.xml" {
            bytes = change(String::from_utf8(bytes).unwrap()).into_bytes();
        }
        out.start_file(name, SimpleFileOptions::default()).unwrap();
        out.write_all(&bytes).unwrap();
    }
    if let Some((name, bytes)) = more {
        out.start_file(name, SimpleFileOptions::default()).unwrap();
        out.write_all(bytes).unwrap();
    }
    out.finish().unwrap().into_inner()
}

#[tokio::test]
async fn a_frozen_report_keeps_its_figures() {
    for world in worlds().await {
        some_figures(&world).await;
        let person = world.person("tinhmau").await;
        let here = frozen(&world, &person).await;
        assert_eq!(acts(&world, "briefs.").await, ["briefs.frozen"]);
        let page = person.get(&here).await;
        page.is(200).has("Số chỉ tiêu đã khác: 0.").has("gần\u{a0}3.500");
        let file = person.get(&format!("{here}/report.docx")).await;
        file.is(200);
        assert!(word(&file.bytes).contains("20 cuộc phát động"), "{}", word(&file.bytes));

        // Later another commune reports: the frozen report stays, and says what is different today.
        import(&world, "M0004,2026-05-01,2026,LAU01,5,exact,own\n").await;
        let page = person.get(&here).await;
        page.is(200).has("Số chỉ tiêu đã khác: 1.").has("<strong>25 ≠</strong>");
        assert_eq!(person.get(&format!("{here}/report.docx")).await.bytes, file.bytes);
        let source = after(&page.text, "<th scope=\"row\"><a href=\"");
        person.get(&source.replace("&amp;", "&")).await.is(200);

        let list = person.get(here.rsplit_once('/').unwrap().0).await;
        list.is(200).has(&here).has("năm 2026");
        // Readers of the unit see it; others do not know of it.
        world.person("xemmau").await.get(&here).await.is(200);
        world.person("xa01").await.get(&here).await.is(404);
        world.person("duyetquangtri").await.get(&here).await.is(404);
        let unit = world.unit("Xã Mẫu 01");
        person.get(&format!("/units/{unit}/frozen-briefs/{}", here.rsplit('/').next().unwrap())).await.is(404);
    }
}

#[tokio::test]
async fn number_day_and_signer_stand_in_both_files() {
    for world in worlds().await {
        some_figures(&world).await;
        let person = world.person("tinhmau").await;
        let unit = world.unit("Tỉnh Mẫu");
        let at = format!("/units/{unit}/frozen-briefs?period=2026");
        person.get(&format!("/units/{unit}/brief?period=2026")).await.is(200).has("Số văn bản");
        let wrong = [("number", "12/BC"), ("signed_on", "2025-12-31"), ("signer", "Đ/c Nguyễn Văn Mẫu")];
        let back = person.post(&at, &wrong).await;
        back.is(422).has("Số văn bản là số từ 1 đến").has("Ngày ký phải từ 01/01/2026").has("Họ tên gồm 2 đến");
        back.has("value=\"12/BC\"").has("value=\"Đ/c Nguyễn Văn Mẫu\"");
        assert!(acts(&world, "briefs.").await.is_empty(), "nothing was kept");

        let right = [("number", "128"), ("signed_on", "2026-11-02"), ("signer", "Nguyễn Văn Mẫu")];
        let done = person.post(&at, &right).await;
        assert_eq!(done.status.as_u16(), 303, "{}", done.text);
        let here = done.to().split('?').next().unwrap().to_owned();
        person.get(&here).await.is(200).has("Số 128, ký ngày 02/11/2026.");
        person.get(here.rsplit_once('/').unwrap().0).await.is(200).has("Số 128, ký ngày 02/11/2026");
        let docx = person.get(&format!("{here}/report.docx")).await;
        let file = person.get(&format!("{here}/report.pdf")).await;
        assert!(file.bytes.starts_with(b"%PDF-"));
        for text in [word(&docx.bytes), pdf(&file.bytes)] {
            let text: String = text.split_whitespace().collect();
            for part in ["128/BC-BCĐ", "ngày02tháng11năm2026", "NguyễnVănMẫu", "20cuộcphátđộng"] {
                assert!(text.contains(part), "no «{part}» in {text}");
            }
        }
        assert_eq!(person.get(&format!("{here}/report.pdf")).await.bytes, file.bytes, "it is kept, not written again");
    }
}

#[tokio::test]
async fn the_signed_file_comes_back_and_its_changed_figures_are_shown() {
    for world in worlds().await {
        some_figures(&world).await;
        let person = world.person("tinhmau").await;
        let here = frozen(&world, &person).await;
        let sent = format!("{here}/signed");
        let file = person.get(&format!("{here}/report.docx")).await.bytes;
        person.get(&format!("{here}/signed.docx")).await.is(404);

        // Somebody changed one number in the text and in the table, and a sentence without figures.
        let edit = |xml: String| {
            assert!(xml.contains(">20<"), "the figure is a run of its own");
            xml.replace(">20<", ">200<").replace("như sau:", "như dưới đây:")
        };
        let edited = changed(&file, edit, None);
        world.person("xemmau").await.upload(&sent, &[], "a.docx", &edited).await.is(403);
        world.person("duyetquangtri").await.upload(&sent, &[], "a.docx", &edited).await.is(404);
        person.upload_forged(&sent, "a.docx", &edited).await.is(400);
        let done = person.upload(&sent, &[], "báo cáo ký.docx", &edited).await;
        assert_eq!(done.status.as_u16(), 303, "{}", done.text);
        let page = person.get(done.to()).await;
        page.is(200).has("Số liệu trong bản chính thức khác với hệ thống: 3.").has("<strong>200</strong>").has("LAU01");
        assert!(!page.text.contains("<strong>3.500"), "what was not changed is not named: {}", page.text);
        assert_eq!(person.get(&format!("{here}/signed.docx")).await.bytes, edited);
        assert_eq!(acts(&world, "briefs.").await, ["briefs.frozen", "briefs.signed-kept"]);
        // Once kept it stays.
        person.upload(&sent, &[], "a.docx", &file).await.is(409);
        assert_eq!(person.get(&format!("{here}/signed.docx")).await.bytes, edited);
    }
}

#[tokio::test]
async fn an_unchanged_file_is_said_to_be_the_same() {
    for world in worlds().await {
        some_figures(&world).await;
        let person = world.person("tinhmau").await;
        let here = frozen(&world, &person).await;
        let file = person.get(&format!("{here}/report.docx")).await.bytes;
        let done = person.upload(&format!("{here}/signed"), &[], "a.docx", &file).await;
        person.get(done.to()).await.is(200).has("Mọi số liệu trong bản chính thức đúng như hệ thống.");
    }
}

#[tokio::test]
async fn dangerous_and_secret_files_are_refused_and_nothing_is_kept() {
    for world in worlds().await {
        some_figures(&world).await;
        let person = world.person("tinhmau").await;
        let here = frozen(&world, &person).await;
        let sent = format!("{here}/signed");
        let file = person.get(&format!("{here}/report.docx")).await.bytes;
        let same = |it: String| it;
        let bomb = vec![0; 45 << 20];
        let stamp = |xml: String| xml.replacen("<w:body>", "<w:body><w:p><w:r><w:t>TỐI MẬT</w:t></w:r></w:p>", 1);
        let refused: [(&str, Vec<u8>, &str); 7] = [
            ("a.docx", changed(&file, same, Some(("word/vbaProject.bin", b"x"))), "macro"),
            ("a.docx", changed(&file, same, Some(("word/embeddings/oleObject1.bin", b"x"))), "nhúng"),
            ("a.docx", changed(&file, same, Some(("word/media/image9.png", &bomb))), "nở ra quá lớn"),
            ("a.docx", changed(&file, stamp, None), "TỐI MẬT"),
            ("báo cáo (MẬT).docx", file.clone(), "MẬT"),
            ("a.docx", b"\x89PNG picture".to_vec(), "hình ảnh"),
            ("a.docx", Vec::new(), "Chưa chọn tệp"),
        ];
        for (name, bytes, says) in refused {
            person.upload(&sent, &[], name, &bytes).await.is(422).has(says);
        }
        person.upload(&sent, &[], "a.docx", &vec![0; (10 << 20) + 5]).await.is(422).has("quá lớn");
        person.upload(&sent, &[], "a.docx", &vec![0; 12 << 20]).await.is(400);
        person.get(&format!("{here}/signed.docx")).await.is(404);
        assert_eq!(acts(&world, "briefs.").await, ["briefs.frozen"]);
    }
}

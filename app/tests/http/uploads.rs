//! Every way in that takes a file, before what no file may be. Which ways these are is found by asking all of them; what
//! each takes stands in `matrix/uploads.csv`, and a way that is not there fails.

use std::{
    collections::BTreeMap,
    io::{Cursor, Write},
};

use app::SLICES;
use zip::write::SimpleFileOptions;

use crate::{
    documents::{frozen::frozen, some_figures},
    world::{World, worlds},
};

/// Path → the endings it takes.
fn expected() -> BTreeMap<String, Vec<String>> {
    let lines = include_str!("matrix/uploads.csv").lines().skip(1);
    let line = |it: &str| {
        let (path, takes) = it.split_once(',').unwrap();
        (path.to_owned(), takes.split(' ').map(str::to_owned).collect())
    };
    lines.map(line).collect()
}

fn archive(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts {
        writer.start_file(*name, SimpleFileOptions::default()).unwrap();
        writer.write_all(text.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// The path with things in it that are there.
async fn there(world: &World, path: &str) -> String {
    if !path.contains('{') {
        return path.to_owned();
    }
    some_figures(world).await;
    let person = world.person("tinhmau").await;
    let here = frozen(world, &person).await;
    let (_, end) = path.rsplit_once('/').unwrap();
    format!("{here}/{end}")
}

#[tokio::test]
async fn every_way_that_takes_a_file_is_known() {
    let world = worlds().await.remove(0);
    let mut expected = expected();
    for route in SLICES.iter().flat_map(|it| (it.routes)()).filter(|it| it.method == "POST") {
        let who = world.with_duties(route.right).await;
        let path = route.path.split('/').map(|it| if it.starts_with('{') { "7ZZZZ" } else { it });
        let path = path.collect::<Vec<_>>().join("/").replace("frozen-briefs/7ZZZZ", "frozen-briefs/1");
        // A form without a file cannot read this, and says so before anything else.
        let answer = who.upload(&path, &[], "a.bin", b"MZ\0").await;
        if answer.status != 400 {
            assert!(expected.remove(route.path).is_some(), "to matrix/uploads.csv: {} ({})", route.path, answer.status);
        }
    }
    assert!(expected.is_empty(), "these take no file: {expected:?}");
}

#[tokio::test]
async fn d5_e_no_way_takes_what_runs_or_is_not_what_it_says() {
    let types = ("[Content_Types].xml", "<Types/>");
    let old = |part: &str| {
        let name: Vec<u8> = part.encode_utf16().flat_map(u16::to_le_bytes).collect();
        [b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".as_slice(), &[0; 120], &name, &[0; 60]].concat()
    };
    let enabled = "<Override ContentType=\"application/vnd.ms-word.document.macroEnabled.main+xml\"/>";
    let bad: Vec<(Vec<u8>, &str)> = vec![
        (b"MZ\x90\0\x03".to_vec(), "chương trình"),
        (b"\x7fELF\x02\x01".to_vec(), "chương trình"),
        (b"#!/bin/sh\nrm -rf /".to_vec(), "chương trình"),
        (archive(&[types, ("word/document.xml", "x"), ("xl/workbook.xml", "x"), ("word/a.exe", "x")]), "chương trình"),
        (archive(&[types, ("word/document.xml", "x"), ("word/vbaProject.bin", "x")]), "macro"),
        (archive(&[types, ("xl/workbook.xml", "x"), ("xl/macrosheets/sheet1.xml", "x")]), "macro"),
        (archive(&[("[Content_Types].xml", enabled), ("word/document.xml", "x")]), "macro"),
        (archive(&[("content.xml", "x"), ("Basic/Standard/Module1.xml", "x")]), "macro"),
        (old("_VBA_PROJECT_CUR"), "macro"),
        (archive(&[types, ("word/document.xml", "x"), ("word/embeddings/oleObject1.bin", "x")]), "nhúng"),
        (old("EncryptedPackage"), "mật khẩu"),
        ("\u{feff} <!DOCTYPE html><script>alert(1)</script>".into(), "trang web"),
        (b"<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>".to_vec(), "trang web"),
        (b"GIF89a<script>alert(1)</script>".to_vec(), "hình ảnh"),
        (b"%PDF-1.7 <html>".to_vec(), "PDF"),
        (archive(&[("notes.txt", "x")]), "tệp nén"),
        (archive(&[types, ("xl/workbook.xml", "x"), ("../../etc/cron.d/x", "x")]), "hỏng"),
        (b"1;2\0;3".to_vec(), "Không nhận ra"),
        (Vec::new(), "Chưa chọn tệp"),
    ];
    for world in worlds().await {
        for (path, takes) in expected() {
            let at = there(&world, &path).await;
            let name = if path == "/workbooks" { "xa01" } else { "tinhmau" };
            let person = world.person(name).await;
            for (bytes, says) in &bad {
                for ending in &takes {
                    let answer = person.upload(&at, &[], &format!("tep{ending}"), bytes).await;
                    assert_eq!(answer.status, 422, "{path} {ending} {says}: {}", answer.to());
                    answer.has(says);
                }
            }
            // What is taken elsewhere is not taken here, and a name that lies is told.
            let (word, cells) = (archive(&[types, ("word/document.xml", "<w:p/>")]), b"1;2\n".to_vec());
            let (other, lying) = if takes.contains(&".docx".to_owned()) { (cells, word) } else { (word, cells) };
            person.upload(&at, &[], "tep", &other).await.is(422).has("ở đây chỉ nhận");
            person.upload(&at, &[], "tep.xlsx", &lying).await.is(422).has("Tên tệp ghi");
        }
        assert!(!world.person("xa01").await.get("/workbooks").await.text.contains("tep."), "something was kept");
    }
}

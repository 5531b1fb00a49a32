//! `cargo xtask sbom`: what the released binary is made of, as `CycloneDX` 1.6 in JSON, beside the binary.

use anyhow::{Context, Result};
use serde_json::{Map, Value, json};
use std::{
    collections::{BTreeMap, BTreeSet},
    env, fs,
    path::PathBuf,
    process::Command,
};

/// The package whose binary is released.
const ROOT: &str = "binhyen";

/// Writes the list; says where.
pub(crate) fn run() -> Result<()> {
    let metadata = metadata()?;
    let list = list(&metadata)?;
    let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| crate::root().join("target"), PathBuf::from);
    let folder = target.join("release");
    fs::create_dir_all(&folder)?;
    let file = folder.join("binhyen.cdx.json");
    fs::write(&file, format!("{list:#}\n"))?;
    let count = list["components"].as_array().map_or(0, Vec::len);
    println!("{}: {count} components", file.display());
    Ok(())
}

/// What Cargo knows of the locked dependencies, for the platform we build on.
fn metadata() -> Result<Value> {
    let rustc = Command::new("rustc").arg("-vV").output().context("rustc does not start")?;
    let text = String::from_utf8(rustc.stdout)?;
    let host = text.lines().find_map(|it| it.strip_prefix("host: ")).context("rustc names no host")?.to_owned();
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args(["metadata", "--format-version", "1", "--locked", "--filter-platform", &host]);
    let out = command.current_dir(crate::root()).output()?;
    anyhow::ensure!(out.status.success(), "cargo metadata: {}", String::from_utf8_lossy(&out.stderr));
    Ok(serde_json::from_slice(&out.stdout)?)
}

/// The list, from Cargo's metadata. The same dependencies make the same text: it holds neither a time nor chance.
fn list(metadata: &Value) -> Result<Value> {
    let text = |it: &Value, key: &str| it[key].as_str().unwrap_or_default().to_owned();
    let packages = metadata["packages"].as_array().context("no packages")?;
    let by_id: BTreeMap<String, &Value> = packages.iter().map(|it| (text(it, "id"), it)).collect();
    let nodes = metadata["resolve"]["nodes"].as_array().context("no graph")?;
    let linked: BTreeMap<String, Vec<String>> = nodes.iter().map(|it| (text(it, "id"), links(it))).collect();
    let root = packages.iter().find(|it| it["name"] == ROOT).context("the released package is not there")?;
    let (mut reached, mut open) = (BTreeSet::new(), vec![text(root, "id")]);
    while let Some(id) = open.pop() {
        if reached.insert(id.clone()) {
            open.extend(linked.get(&id).into_iter().flatten().cloned());
        }
    }
    let reference = |id: &String| by_id.get(id).map(|it| purl(it)).unwrap_or_default();
    let others = reached.iter().filter(|it| **it != text(root, "id"));
    let components: Vec<Value> = others.filter_map(|it| by_id.get(it)).map(|it| component(it)).collect();
    let depends = |id: &String| {
        let on: BTreeSet<String> = linked.get(id).into_iter().flatten().map(reference).collect();
        json!({ "ref": reference(id), "dependsOn": on })
    };
    Ok(json!({
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": { "component": component(root) },
        "components": components,
        "dependencies": reached.iter().map(depends).collect::<Vec<_>>(),
    }))
}

/// The packages that a package is linked with: neither those of its tests nor those that only build it.
fn links(node: &Value) -> Vec<String> {
    let normal = |it: &&Value| it["dep_kinds"].as_array().into_iter().flatten().any(|kind| kind["kind"].is_null());
    let deps = node["deps"].as_array().into_iter().flatten().filter(normal);
    deps.filter_map(|it| it["pkg"].as_str()).map(str::to_owned).collect()
}

fn purl(package: &Value) -> String {
    let text = |key: &str| package[key].as_str().unwrap_or_default();
    format!("pkg:cargo/{}@{}", text("name"), text("version"))
}

fn component(package: &Value) -> Value {
    let mut res = Map::new();
    let kind = if package["name"] == ROOT { "application" } else { "library" };
    res.insert("type".to_owned(), kind.into());
    res.insert("bom-ref".to_owned(), purl(package).into());
    res.insert("name".to_owned(), package["name"].clone());
    res.insert("version".to_owned(), package["version"].clone());
    // Ours have no place in a registry, so no address there.
    if package["source"].is_string() {
        res.insert("purl".to_owned(), purl(package).into());
    }
    if let Some(licence) = package["license"].as_str() {
        // Older manifests write `/` for "or".
        let expression = licence.replace('/', " OR ").split_whitespace().collect::<Vec<_>>().join(" ");
        res.insert("licenses".to_owned(), json!([{ "expression": expression }]));
    }
    if let Some(repository) = package["repository"].as_str() {
        res.insert("externalReferences".to_owned(), json!([{ "type": "vcs", "url": repository }]));
    }
    Value::Object(res)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_linked_is_listed_and_what_only_tests_or_builds_is_not() {
        let dep = |pkg: &str, kind: Value| json!({ "pkg": pkg, "dep_kinds": [{ "kind": kind }] });
        let metadata = json!({
            "packages": [
                { "id": "a", "name": "binhyen", "version": "0.1.0", "license": "MIT OR Apache-2.0" },
                { "id": "b", "name": "serde", "version": "1.0.0", "license": "MIT/Apache-2.0", "source": "registry" },
                { "id": "c", "name": "proptest", "version": "1.0.0", "source": "registry" },
                { "id": "d", "name": "cc", "version": "1.0.0", "source": "registry" },
            ],
            "resolve": { "nodes": [
                { "id": "a", "deps": [dep("b", Value::Null), dep("c", "dev".into()), dep("d", "build".into())] },
                { "id": "b", "deps": [] },
            ] },
        });
        let list = list(&metadata).unwrap();
        let components = list["components"].as_array().unwrap();
        assert_eq!(components.len(), 1);
        assert_eq!(components[0]["purl"], "pkg:cargo/serde@1.0.0");
        assert_eq!(components[0]["licenses"][0]["expression"], "MIT OR Apache-2.0");
        assert_eq!(list["metadata"]["component"]["name"], "binhyen");
        assert_eq!(list["dependencies"][0]["dependsOn"], json!(["pkg:cargo/serde@1.0.0"]));
    }
}

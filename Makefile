# The front door. The work is done by cargo and by `cargo xtask` (xtask/src/main.rs).
.PHONY: help demo test audit bench release doc

help:
	@echo "make demo     build, fill a demo database, serve it on http://localhost:8138"
	@echo "make test     everything that must hold: format, lints, all tests on both databases, browser"
	@echo "make audit    Lighthouse on the public pages of a fresh demo"
	@echo "make bench    measure starting, memory, pages and reports of a release build, then a country's year"
	@echo "make release  the binary to install: target/release/binhyen, and what it is made of: binhyen.cdx.json"
	@echo "make doc      the reference of all crates, in target/doc"

demo:
	cargo run --profile demo -p binhyen -- demo

test:
	@.ci/compiler
	cargo xtask test

audit:
	cargo xtask audit

bench:
	cargo build --release -p binhyen
	cargo xtask bench
	cargo build --release -p binhyen -p paper --example report_bench
	benches/documents/run.sh
	cargo xtask db cargo run --release -p benches
	cargo run --release -p binhyen --example upload_bench

release:
	cargo build --release -p binhyen
	cargo xtask sbom

doc:
	cargo doc --workspace --no-deps

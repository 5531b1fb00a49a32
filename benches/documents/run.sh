#!/bin/sh
# Reports side by side: ours from the release build's library, and docxtpl with LibreOffice where they are installed.
set -eu
cd "$(dirname "$0")/../.."
cargo run --quiet --release -p paper --example report_bench -- 129 200
if python3 -c 'import docxtpl' 2>/dev/null && command -v soffice >/dev/null; then
    python3 benches/documents/docxtpl_report.py 129
else
    echo "docxtpl or LibreOffice is missing: pip install docxtpl; apt-get install libreoffice-writer" >&2
fi

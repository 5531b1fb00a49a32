#!/bin/sh
# The same report of 129 rows side by side: ours, and the common way, docxtpl with LibreOffice. Run by `make bench`, which
# builds ours first. Processor time is told, for it says the same on a busy machine.
set -eu
cd "$(dirname "$0")/../.."
"${CARGO_TARGET_DIR:-target}/release/examples/report_bench" 129 200
command -v soffice >/dev/null || { echo "LibreOffice is missing: apt-get install libreoffice-writer-nogui" >&2; exit 1; }
tools="${XDG_CACHE_HOME:-$HOME/.cache}/binhyen/docxtpl"
[ -x "$tools/bin/python" ] || python3 -m venv "$tools"
"$tools/bin/python" -c 'import docxtpl' 2>/dev/null || "$tools/bin/pip" install --quiet docxtpl
"$tools/bin/python" benches/documents/docxtpl_report.py 129

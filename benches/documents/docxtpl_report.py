"""The same report the common way: docxtpl for .docx, LibreOffice for PDF. Prints CPU seconds and peak memory.

Needs docxtpl and LibreOffice Writer; run.sh brings the first. Usage: docxtpl_report.py [ROWS]
"""
import os
import resource
import subprocess
import sys
import tempfile
import time

from docx import Document
from docxtpl import DocxTemplate

ROWS = int(sys.argv[1]) if len(sys.argv) > 1 else 129


def template(path):
    """A report with a table that repeats one row per unit."""
    document = Document()
    document.add_paragraph("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM")
    document.add_paragraph("BÁO CÁO")
    document.add_paragraph("{{ subject }}")
    table = document.add_table(rows=4, cols=4)
    table.style = "Table Grid"
    for cell, text in zip(table.rows[0].cells, ["TT", "Đơn vị", "Số cuộc", "Ghi chú"]):
        cell.text = text
    table.rows[1].cells[0].text = "{%tr for it in rows %}"
    for cell, name in zip(table.rows[2].cells, ["at", "name", "count", "note"]):
        cell.text = "{{ it." + name + " }}"
    table.rows[3].cells[0].text = "{%tr endfor %}"
    document.add_paragraph("TM. BAN CHỈ ĐẠO")
    document.save(path)


def main():
    with tempfile.TemporaryDirectory() as folder:
        source, made = os.path.join(folder, "t.docx"), os.path.join(folder, "report.docx")
        template(source)
        rows = [{"at": n, "name": f"Xã Mẫu số {n}", "count": n * 37, "note": "41/44"} for n in range(1, ROWS + 1)]
        context = {"subject": "Kết quả phong trào năm 2026", "rows": rows}

        def render():
            one = DocxTemplate(source)
            one.render(context)
            one.save(made)

        render()  # once to load what is loaded once
        start = time.process_time()
        for _ in range(10):
            render()
        print(f"docxtpl .docx: {(time.process_time() - start) / 10 * 1000:.1f} ms CPU")
        subprocess.run(["soffice", "--headless", "--convert-to", "pdf", "--outdir", folder, made], check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        print(f"LibreOffice .pdf: {(used.ru_utime + used.ru_stime) * 1000:.0f} ms CPU, {used.ru_maxrss // 1024} MB")


if __name__ == "__main__":
    main()

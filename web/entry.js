// The entry grid under the fingers: arrows and Enter walk from cell to cell as in a spreadsheet, and sums run along.
// Without it Tab walks, and the server adds up when the draft is kept.
"use strict";
(() => {
  const form = document.querySelector("form[data-keep]");
  if (!form) return;
  const cells = [...form.querySelectorAll("input[data-cell]")];
  const rows = [...form.querySelectorAll("tr")].map(row => cells.filter(it => row.contains(it))).filter(it => it.length);
  const place = new Map();
  rows.forEach((row, y) => row.forEach((it, x) => place.set(it, [y, x])));

  const go = (y, x) => {
    const to = rows[y] && rows[y][Math.min(x, rows[y].length - 1)];
    if (to) to.focus();
    return Boolean(to);
  };
  const step = (event, [y, x]) => {
    const { selectionStart: from, selectionEnd: to, value } = event.target;
    switch (event.key) {
      case "ArrowDown": return go(y + 1, x);
      case "ArrowUp": return go(y - 1, x);
      case "ArrowLeft": return x > 0 && from === 0 && go(y, x - 1);
      case "ArrowRight": return to === value.length && x + 1 < rows[y].length && go(y, x + 1);
      case "Enter":
        if (event.shiftKey ? go(y - 1, x) : go(y + 1, x)) return true;
        form.querySelector("button[value=submit]").focus();
        return true;
    }
    return false;
  };
  form.addEventListener("keydown", event => {
    if (event.isComposing || event.altKey || event.metaKey) return;
    if (event.ctrlKey) {
      if (event.key !== "s") return;
      event.preventDefault();
      form.requestSubmit(form.querySelector("button[value=save]"));
      return;
    }
    const at = place.get(event.target);
    if (at && step(event, at)) event.preventDefault();
  });
  form.addEventListener("focusin", event => { if (place.has(event.target)) event.target.select(); });

  // `1.900`, `gần 12,5`: anything else that may be typed is read by the server alone.
  const number = text => {
    const plain = text.trim().replace(/^(gần|hơn|khoảng|từ) (.*?)( trở lên)?$/i, "$2");
    if (!plain) return 0;
    return /^-?(\d+|\d{1,3}(\.\d{3})+)(,\d+)?$/.test(plain) ? Number(plain.replace(/\./g, "").replace(",", ".")) : NaN;
  };
  // What was sent already counts as well; a merged figure has no number.
  const known = it => (it.matches("data") ? number(it.value) || 0 : number(it.value));
  const value = code => [...form.querySelectorAll(`[data-cell="${code}"]`)].reduce((sum, it) => sum + known(it), 0);
  const term = text => (/^\d/.test(text) ? Number(text) : value(text));
  const add = () => {
    for (const out of form.querySelectorAll("output[data-sum]")) {
      const parts = out.dataset.sum.match(/[+-]?[^+-]+/g) || [];
      const sum = parts.reduce((all, it) => all + (it[0] === "-" ? -1 : 1) * term(it.replace(/^[+-]/, "")), 0);
      out.value = Number.isNaN(sum) ? "…" : sum.toLocaleString("vi-VN");
    }
    for (const out of form.querySelectorAll("output[data-filled]"))
      out.value = [...out.closest("table").querySelectorAll("input[data-cell]")].filter(it => it.value.trim()).length;
  };
  form.addEventListener("input", add);
  document.addEventListener("restored", add);
})();

/* For work pages, loaded by learn.js where it is needed: arrows in tables, and the text box of the author's editor. */
(function () {
  "use strict";
  const on = (event, selector, act) => document.addEventListener(event, (e) => {
    const hit = e.target.closest && e.target.closest(selector);
    if (hit) act(hit, e);
  });
  const steps = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

  on("keydown", "table[data-keys]", (table, e) => {
    const cell = e.target.closest("td, th");
    if (!steps[e.key] || !cell || e.target.matches("input, select, textarea")) return;
    const [across, down] = steps[e.key];
    const row = table.rows[cell.parentNode.rowIndex + down];
    const next = row && row.cells[cell.cellIndex + across];
    if (!next) return;
    e.preventDefault();
    const inside = next.querySelector("a, button, input, select");
    if (!inside) next.tabIndex = -1;
    (inside || next).focus();
  });

  // Tab indents, unless Escape came just before: the keyboard is never caught in the box
  let escaped = false;
  on("keydown", "textarea[data-editor]", (area, e) => {
    if (e.key === "Tab" && !escaped && !e.shiftKey && !e.altKey && !e.ctrlKey) {
      e.preventDefault();
      if (!document.execCommand("insertText", false, "    ")) area.setRangeText("    ", area.selectionStart, area.selectionEnd, "end");
    }
    escaped = e.key === "Escape";
  });

  on("click", "[data-line]", (button, e) => {
    const area = document.getElementById(button.dataset.for) || document.querySelector("textarea[data-editor]");
    if (!area) return;
    e.preventDefault();
    jump(area, Number(button.dataset.line));
  });

  function jump(area, wanted) {
    const tab = document.querySelector("[data-text-tab]");
    if (tab) tab.checked = true;
    const lines = area.value.split("\n");
    const line = Math.min(lines.length, Math.max(1, wanted));
    const start = lines.slice(0, line - 1).reduce((length, text) => length + text.length + 1, 0);
    area.focus();
    area.setSelectionRange(start, start + lines[line - 1].length);
    area.scrollTop = (area.scrollHeight / lines.length) * (line - 1) - area.clientHeight / 3;
  }
  // a save that is on its way comes first: otherwise one's own text would look like somebody else's
  let waited = false;
  on("submit", "form[data-autosave]", (form, e) => {
    const mark = form.querySelector("[data-saved]");
    const waits = () => mark && mark.classList.contains("l-saved--wait");
    if (e.defaultPrevented || !form.querySelector("[data-editor]") || !waits() || waited) return;
    e.preventDefault();
    const began = Date.now();
    const beat = setInterval(() => {
      if (waits() && Date.now() - began < 8000) return;
      clearInterval(beat);
      waited = true;
      form.requestSubmit(e.submitter);
      waited = false;
    }, 50);
  });

  const start = document.querySelector("textarea[data-start-line]");
  if (start) jump(start, Number(start.dataset.startLine));
})();

/* Learn in the browser: everything here only makes pages that already work more comfortable.  No dependencies, ES2019.
   Words come from data-attributes, so that they are translated where the page is. */
(function () {
  "use strict";
  const doc = document;
  const all = (selector, root) => Array.from((root || doc).querySelectorAll(selector));
  const one = (selector, root) => (root || doc).querySelector(selector);
  const on = (event, selector, act) => doc.addEventListener(event, (e) => {
    const hit = e.target.closest && e.target.closest(selector);
    if (hit) act(hit, e);
  });
  const fill = (text, value) => (text || "").replace("%s", value);
  const token = (root) => (one("[name=csrf_token]", root) || one("[name=csrf_token]") || {}).value || "";
  const newId = () => (window.crypto && crypto.randomUUID ? crypto.randomUUID()
    : Date.now().toString(36) + Math.random().toString(36).slice(2, 12));

  function toast(text) {
    const place = one("[data-toasts]");
    if (!place || !text) return;
    const item = doc.createElement("div");
    item.className = "l-toast";
    item.textContent = text;
    place.append(item);
    setTimeout(() => item.remove(), 6000);
  }

  function post(url, fields) {
    return fetch(url, {
      method: "POST", body: fields, credentials: "same-origin",
      headers: { "X-Requested-With": "fetch", Accept: "application/json" },
    });
  }

  /* Appearance, menus, dialogs, small buttons */
  on("click", "[data-theme-set]", (button) => {
    const theme = button.dataset.themeSet;
    doc.cookie = "learn_theme=" + theme + ";path=/;max-age=31536000;samesite=lax" + (location.protocol === "https:" ? ";secure" : "");
    all("[data-theme]").forEach((part) => { part.dataset.theme = theme; });
    all("[data-theme-set]").forEach((b) => b.setAttribute("aria-pressed", b === button));
    const scheme = one("meta[name=color-scheme]");
    if (scheme) scheme.content = theme === "auto" ? "light dark" : theme;
  });
  doc.addEventListener("click", (e) => all("[data-menu][open]").forEach((menu) => { menu.open = menu.contains(e.target); }));
  doc.addEventListener("keydown", (e) => {
    if (e.key !== "Escape") return;
    all("[data-menu][open]").forEach((menu) => { menu.open = false; one("summary", menu).focus(); });
  });
  on("click", "[data-dialog]", (opener, e) => {
    const dialog = doc.getElementById(opener.dataset.dialog);
    if (!dialog || !dialog.showModal) return;
    e.preventDefault();
    dialog.showModal();
  });
  on("click", "[data-close]", (button) => button.closest("dialog").close());
  on("click", "[data-print]", () => window.print());
  on("click", "[data-copy]", (button) => {
    navigator.clipboard.writeText(button.dataset.copy || location.href).then(() => toast(button.dataset.copied));
  });
  on("submit", "[data-confirm]", (form, e) => {
    if (!window.confirm(form.dataset.confirm)) { e.preventDefault(); e.stopImmediatePropagation(); }
  });
  on("submit", "[data-sign-out]", () => {
    sessionStorage.clear();
    if (navigator.serviceWorker && navigator.serviceWorker.controller) navigator.serviceWorker.controller.postMessage("forget");
  });

  /* Quiz: picked rows, ordering */
  const showPicked = (root) => all(".l-opt input", root).forEach((input) => {
    input.closest(".l-opt").classList.toggle("l-opt--picked", input.checked);
  });
  on("change", ".l-opt input", (input) => showPicked(input.form || doc));

  function place(list, item, index) {
    const rest = all("li", list).filter((other) => other !== item);
    list.insertBefore(item, rest[index] || null);
    all("li", list).forEach((li, i) => {
      const field = one("select, input", li);
      if (field) field.value = i + 1;
      li.classList.toggle("l-order--moved", li === item);
      all("[data-move]", li).forEach((b) => { b.disabled = b.dataset.move < 0 ? i === 0 : i === rest.length; });
    });
  }
  on("click", "[data-move]", (button) => {
    const item = button.closest("li");
    const list = item.parentNode;
    const index = all("li", list).indexOf(item) + Number(button.dataset.move);
    place(list, item, index);
    (button.disabled ? one("[data-move]:not(:disabled)", item) : button).focus();
    const say = one("[data-moved]", list.parentNode);
    if (say) say.textContent = fill(list.dataset.movedText, index + 1);
    one("select, input", item).dispatchEvent(new Event("change", { bubbles: true }));
  });
  on("change", "[data-order] select, [data-order] input", (field) => {
    const item = field.closest("li");
    place(item.parentNode, item, Math.max(0, Number(field.value) - 1));
    field.focus();
  });

  /* Timer: the server decides; this only shows, warns and hands in at zero */
  function timer(box) {
    const show = one("[data-left]", box);
    const say = one("[data-announce]", box);
    const skew = box.dataset.now ? Date.parse(box.dataset.now) - Date.now() : 0;
    const end = Date.parse(box.dataset.expiresAt) - skew;
    const warn = [[60, "l-timer--last", box.dataset.sayLast], [300, "l-timer--soon", box.dataset.saySoon]];
    let said = Infinity;
    const tick = () => {
      const left = Math.max(0, Math.round((end - Date.now()) / 1000));
      const pad = (n) => String(n).padStart(2, "0");
      show.textContent = (left >= 3600 ? Math.floor(left / 3600) + ":" : "") + pad(Math.floor(left / 60) % 60) + ":" + pad(left % 60);
      const mark = warn.find(([limit]) => left <= limit);
      if (mark && mark[0] < said) {
        said = mark[0];
        box.classList.add(mark[1]);
        say.textContent = mark[2];
        show.hidden = false;
      }
      if (left > 0) return;
      clearInterval(beat);
      say.textContent = box.dataset.sayOver || "";
      const form = doc.getElementById(box.dataset.form);
      if (form) flushAll().then(() => { leaving = true; form.submit(); });
    };
    const beat = setInterval(tick, 1000);
    tick();
  }
  on("click", "[data-timer-toggle]", (button) => {
    const left = one("[data-left]", button.closest("[data-expires-at]"));
    left.hidden = !left.hidden;
    button.textContent = left.hidden ? button.dataset.show : button.dataset.hide;
  });

  /* Autosave of answers and drafts */
  const savers = [];
  let leaving = false;
  function autosave(form) {
    const words = form.dataset;
    const key = "learn:" + words.autosave;
    const mark = one("[data-saved]", form) || one("[data-saved]");
    let fields = null; // what the server does not have yet
    let busy = null;
    let tries = 0;
    let wait = 0;
    let stopped = false;

    const tell = (text, state) => {
      if (!mark) return;
      mark.textContent = text || "";
      mark.className = "l-saved" + (state ? " l-saved--" + state : "");
    };
    const later = (ms) => { clearTimeout(wait); wait = setTimeout(send, ms); };
    const read = () => {
      const id = one("[name=step_id]", form);
      if (id) id.value = newId();
      const data = new URLSearchParams();
      new FormData(form).forEach((value, name) => { if (typeof value === "string") data.append(name, value); });
      return data;
    };
    const keep = () => {
      fields = read();
      const copy = new URLSearchParams(fields);
      copy.delete("csrf_token");
      try { sessionStorage.setItem(key, copy.toString()); } catch (full) { /* memory still has it */ }
      tell(navigator.onLine ? words.saving : words.offline, navigator.onLine ? "" : "off");
    };
    function send() {
      clearTimeout(wait);
      if (busy) return busy.then(send);
      if (!fields || stopped) return Promise.resolve();
      const sent = fields;
      sent.set("csrf_token", token(form));
      busy = post(words.autosave, sent).then((reply) => reply.json().catch(() => ({})).then((said) => {
        busy = null;
        if (said.csrf_token) all("[name=csrf_token]").forEach((field) => { field.value = said.csrf_token; });
        Object.keys(said.fields || {}).forEach((name) => { const f = one("[name=" + name + "]", form); if (f) f.value = said.fields[name]; });
        if (reply.ok) {
          tries = 0;
          if (fields === sent) { fields = null; sessionStorage.removeItem(key); tell(fill(words.savedText, said.saved_at || ""), "ok"); }
          return;
        }
        if (reply.status >= 500 || reply.status === 429 || said.csrf_token) throw new Error("again");
        stopped = true; // the server will not take it: say why and leave the form as it is
        tell(said.message || words.refused, "off");
        if (said.location) { leaving = true; location.assign(said.location); }
      })).catch(() => {
        busy = null;
        tell(words.offline, "off");
        tries += 1;
        later(Math.min(60000, 1000 * 2 ** tries));
      });
      return busy;
    }
    const changed = (ms) => { stopped = false; keep(); later(ms); };
    form.addEventListener("change", (e) => { if (!e.target.closest("[data-no-save]")) changed(50); });
    form.addEventListener("input", (e) => { if (e.target.matches("textarea, [type=text], [type=search], input:not([type])")) changed(Number(words.delay) || 1200); });
    form.addEventListener("submit", () => { leaving = true; if (fields) keep(); });
    window.addEventListener("online", send);
    savers.push({ send, waiting: () => fields });

    const left = sessionStorage.getItem(key); // a page that was closed before the line came back
    if (left && one("[name=step_id]", form)) {
      const old = new URLSearchParams(left);
      all("input, select, textarea", form).forEach((field) => {
        const values = old.getAll(field.name);
        if (field.type === "radio" || field.type === "checkbox") field.checked = values.includes(field.value);
        else if (values.length && field.name !== "csrf_token") field.value = values[0];
      });
      showPicked(form);
      fields = old;
      send();
    }
  }
  const flushAll = () => Promise.race([Promise.all(savers.map((s) => s.send())), new Promise((done) => setTimeout(done, 3000))]);

  /* Leaving with something unsaved */
  on("input", "[data-leave]", (form) => { form.dataset.dirty = "1"; });
  doc.addEventListener("submit", () => { leaving = true; });
  window.addEventListener("beforeunload", (e) => {
    if (!leaving && (savers.some((s) => s.waiting()) || one("[data-leave][data-dirty]:not([data-autosave])"))) e.preventDefault();
  });
  window.addEventListener("pageshow", () => { leaving = false; });

  /* Reader: the place is remembered */
  function reader(article) {
    const url = article.dataset.placeUrl;
    const heads = all("h2[id], h3[id]", article);
    let told = "";
    let atEnd = false;
    const body = () => {
      const passed = heads.filter((head) => head.getBoundingClientRect().top < innerHeight / 2).pop();
      return new URLSearchParams({ csrf_token: token(), place: passed ? passed.id : "", end: atEnd ? "1" : "" });
    };
    const tell = () => {
      const fields = body();
      if (fields.toString() === told) return;
      told = fields.toString();
      if (!navigator.sendBeacon || !navigator.sendBeacon(url, fields)) post(url, fields).catch(() => { told = ""; });
    };
    doc.addEventListener("visibilitychange", () => { if (doc.visibilityState === "hidden") tell(); });
    const end = one("[data-end]");
    if (end && window.IntersectionObserver) {
      new IntersectionObserver((seen, watch) => {
        if (!seen.some((entry) => entry.isIntersecting)) return;
        watch.disconnect();
        atEnd = true;
        told = body().toString();
        post(url, body()).then((reply) => { if (reply.ok) toast(article.dataset.doneText); }).catch(() => { told = ""; });
      }).observe(end);
    }
    const start = article.dataset.place && !location.hash && doc.getElementById(article.dataset.place);
    if (start) start.scrollIntoView();
  }

  /* Tables: arrows move from cell to cell */
  on("keydown", "table[data-keys]", (table, e) => {
    const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[e.key];
    const cell = e.target.closest("td, th");
    if (!step || !cell || e.target.matches("input, select, textarea")) return;
    const row = table.rows[cell.parentNode.rowIndex + step[1]];
    const next = row && row.cells[cell.cellIndex + step[0]];
    if (!next) return;
    e.preventDefault();
    const inside = one("a, button, input, select", next);
    if (!inside) next.tabIndex = -1;
    (inside || next).focus();
  });

  /* Editor: Tab indents unless Escape came just before; problems jump to their line */
  let escaped = false;
  on("keydown", "textarea[data-editor]", (area, e) => {
    if (e.key === "Tab" && !escaped && !e.shiftKey && !e.altKey && !e.ctrlKey) {
      e.preventDefault();
      if (!doc.execCommand("insertText", false, "    ")) area.setRangeText("    ", area.selectionStart, area.selectionEnd, "end");
    }
    escaped = e.key === "Escape";
  });
  on("click", "[data-line]", (button, e) => {
    const area = doc.getElementById(button.dataset.for) || one("textarea[data-editor]");
    if (!area) return;
    e.preventDefault();
    const tab = one("[data-text-tab]");
    if (tab) tab.checked = true;
    const lines = area.value.split("\n");
    const line = Math.min(lines.length, Math.max(1, Number(button.dataset.line)));
    const start = lines.slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
    area.focus();
    area.setSelectionRange(start, start + lines[line - 1].length);
    area.scrollTop = (area.scrollHeight / lines.length) * (line - 1) - area.clientHeight / 3;
  });

  function enhance(root) {
    all("[data-needs-js]", root).forEach((part) => { part.hidden = false; });
    all("[data-order]", root).forEach((list) => all("li", list).forEach((li, i, items) => all("[data-move]", li).forEach((b) => {
      b.disabled = b.dataset.move < 0 ? i === 0 : i === items.length - 1;
    })));
    all("form[data-autosave]", root).forEach(autosave);
    all("[data-expires-at]", root).forEach(timer);
    all("[data-place-url]", root).forEach(reader);
    showPicked(root);
    const focus = one("[data-focus]", root);
    if (focus) focus.focus();
  }
  enhance(doc);
  doc.addEventListener("htmx:afterSwap", (e) => enhance(e.detail.target));
  const worker = doc.body.dataset.serviceWorker;
  if (worker && navigator.serviceWorker) navigator.serviceWorker.register(worker).catch(() => {});
})();

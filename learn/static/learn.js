/* Makes pages that already work more comfortable; words come from data-attributes. */
(function () {
  "use strict";
  const doc = document;
  const all = (selector, root = doc) => [...root.querySelectorAll(selector)];
  const one = (selector, root = doc) => root.querySelector(selector);
  const on = (event, selector, act) => doc.addEventListener(event, (e) => {
    const hit = e.target.closest && e.target.closest(selector);
    if (hit) act(hit, e);
  });
  const fill = (text, value) => (text || "").replace("%s", value);
  const token = () => (one("[name=csrf_token]") || {}).value || "";
  const post = (url, body) => fetch(url, { method: "POST", body, headers: { "X-Requested-With": "fetch", Accept: "application/json" } });

  function toast(text) {
    const place = one("[data-toasts]");
    if (!place || !text) return;
    const item = Object.assign(doc.createElement("div"), { className: "l-toast", textContent: text });
    place.append(item);
    setTimeout(() => item.remove(), 6000);
  }

  // small things
  on("click", "[data-theme-set]", (button) => {
    const theme = button.dataset.themeSet;
    doc.cookie = "learn_theme=" + theme + ";path=/;max-age=31536000;samesite=lax";
    all("[data-theme]").forEach((part) => { part.dataset.theme = theme; });
    all("[data-theme-set]").forEach((b) => b.setAttribute("aria-pressed", b === button));
  });
  const closeMenus = (except) => all("[data-menu][open]").forEach((menu) => { menu.open = menu.contains(except); });
  doc.addEventListener("click", (e) => closeMenus(e.target));
  doc.addEventListener("keydown", (e) => {
    const menu = e.key === "Escape" && one("[data-menu][open]");
    if (!menu) return;
    closeMenus(null);
    one("summary", menu).focus();
  });
  on("click", "[data-dialog]", (opener, e) => {
    const dialog = doc.getElementById(opener.dataset.dialog);
    if (!dialog || !dialog.showModal) return;
    e.preventDefault();
    dialog.showModal();
  });
  on("click", "[data-close]", (button) => button.closest("dialog").close());
  on("click", "[data-print]", () => print());
  on("click", "[data-copy]", (button) => {
    const text = button.dataset.copy || location.href;
    if (navigator.clipboard) navigator.clipboard.writeText(text).then(() => toast(button.dataset.copied));
    else prompt("", text);
  });
  on("submit", "[data-confirm]", (form, e) => { if (!confirm(form.dataset.confirm)) e.preventDefault(); });
  on("submit", "[data-sign-out]", () => sessionStorage.clear());

  // picked rows
  const showPicked = (root) => all(".l-opt input", root).forEach((input) => input.closest(".l-opt").classList.toggle("l-opt--picked", input.checked));
  on("change", ".l-opt input", (input) => showPicked(input.form));

  // the server decides about time
  function timer(box) {
    const words = box.dataset;
    const show = one("[data-left]", box);
    const end = Date.parse(words.expiresAt) - (words.now ? Date.parse(words.now) - Date.now() : 0);
    let said = 1e9;
    const tick = () => {
      const left = Math.max(0, Math.round((end - Date.now()) / 1000));
      const parts = [Math.floor(left / 60) % 60, left % 60].map((n) => String(n).padStart(2, "0"));
      show.textContent = (left < 3600 ? "" : Math.floor(left / 3600) + ":") + parts.join(":");
      const now = [[0, words.sayOver], [60, words.sayLast], [300, words.saySoon]].find(([limit]) => left <= limit);
      if (now && now[0] < said) {
        said = now[0];
        box.classList.add(said < 300 ? "l-timer--last" : "l-timer--soon");
        one("[data-announce]", box).textContent = now[1] || "";
        show.hidden = false;
      }
      if (left) return;
      clearInterval(beat);
      const form = doc.getElementById(words.form);
      const go = () => Promise.all(savers.map((save) => save())).then(() => {
        leaving = true;
        if (navigator.onLine) { form.action += "?over=1"; form.submit(); }
        else addEventListener("online", go, { once: true });
      });
      if (form) go();
    };
    const beat = setInterval(tick, 1000);
    tick();
  }
  on("click", "[data-timer-toggle]", (button) => {
    const left = one("[data-left]", button.parentNode);
    left.hidden = !left.hidden;
    button.textContent = left.hidden ? button.dataset.show : button.dataset.hide;
  });

  // autosave: what is not saved is said, kept and sent again
  const savers = [];
  const unsaved = new Set();
  let leaving = false, steps = 0;
  const tab = Date.now().toString(36) + Math.random().toString(36).slice(2);
  function autosave(form) {
    const words = form.dataset;
    const key = "learn:" + words.autosave;
    const mark = one("[data-saved]", form) || one("[data-saved]") || {};
    const step = one("[name=client_id]", form);
    let fields, busy, wait, tries = 0;

    const tell = (text, state) => {
      mark.textContent = text || "";
      mark.className = "l-saved l-saved--" + state;
    };
    const again = (ms) => { clearTimeout(wait); wait = setTimeout(send, ms); };
    function keep() {
      if (step) step.value = tab + ":" + ++steps; // a replay of it is harmless
      fields = new URLSearchParams([...new FormData(form)].filter(([, value]) => typeof value === "string"));
      fields.delete("csrf_token");
      unsaved.add(form);
      try { sessionStorage.setItem(key, fields); } catch { /* memory still has it */ }
      tell(navigator.onLine ? words.saving : words.offline, navigator.onLine ? "wait" : "off");
    }
    async function deliver() {
      const sent = fields;
      const reply = await post(words.autosave, new URLSearchParams([...sent, ["csrf_token", token()]]));
      const said = await reply.json().catch(() => ({}));
      if (said.csrf_token) all("[name=csrf_token]").forEach((field) => { field.value = said.csrf_token; });
      if (reply.status > 499 || reply.status === 429 || said.csrf_token) throw reply;
      tries = 0;
      if (said.saved_at) {
        Object.entries(said.fields || {}).forEach(([name, value]) => { form.elements[name].value = value; });
        if (fields !== sent) { keep(); return again(0); }
        fields = null;
        tell(fill(words.savedText, said.saved_at), "ok");
      } else tell(said.message || words.refused, "off");
      if (fields && !said.location) return; // perhaps signed out: kept
      unsaved.delete(form);
      sessionStorage.removeItem(key);
      if (said.location) location = said.location;
    }
    function send() {
      if (!busy && fields) busy = deliver().catch(() => { tell(words.offline, "off"); again(Math.min(60, 2 ** ++tries) * 1000); }).then(() => { busy = null; });
      return busy;
    }
    savers.push(send);
    const typed = (e) => e.target.matches("textarea, [type=text]"); // leaving it says nothing new: no button moves away
    form.addEventListener("change", (e) => { typed(e) || keep(); again(50); });
    form.addEventListener("input", (e) => { if (typed(e)) { keep(); again(words.delay || 1200); } });
    form.addEventListener("submit", () => { if (fields) keep(); });
    addEventListener("online", send);

    const old = new URLSearchParams(sessionStorage.getItem(key) || ""); // left by a page that closed unsaved
    if (!String(old) || old.get("revision") !== new FormData(form).get("revision")) return;
    [...form.elements].forEach((field) => {
      const values = old.getAll(field.name);
      if (/radio|checkbox/.test(field.type)) field.checked = values.includes(field.value);
      else if (values.length) field.value = values[0];
    });
    fields = old;
    unsaved.add(form);
    send();
  }
  addEventListener("submit", (e) => { leaving = !e.defaultPrevented; });
  addEventListener("beforeunload", (e) => { if (!leaving && unsaved.size) e.preventDefault(); });
  on("input", "[data-leave]", (form) => unsaved.add(form));

  // reader: the place is remembered
  function reader(article) {
    const { placeUrl, place, doneText } = article.dataset;
    const heads = all("h2[id], h3[id]", article);
    let told, end = "";
    const tell = (send) => {
      const passed = heads.filter((head) => head.getBoundingClientRect().top < innerHeight / 2).pop();
      const fields = new URLSearchParams({ csrf_token: token(), anchor: passed ? passed.id : "", end });
      if (String(fields) !== told) send(placeUrl, fields);
      told = String(fields);
    };
    doc.addEventListener("visibilitychange", () => { if (doc.hidden) tell((url, fields) => navigator.sendBeacon(url, fields)); });
    if (one("[data-end]")) new IntersectionObserver((seen, watch) => {
      if (!seen.some((entry) => entry.isIntersecting)) return;
      watch.disconnect();
      end = "1";
      tell((url, fields) => post(url, fields).then((reply) => reply.ok && toast(doneText)).catch(() => { told = ""; }));
    }).observe(one("[data-end]"));
    const start = place && !location.hash && doc.getElementById(place);
    if (start) start.scrollIntoView();
  }

  const known = new WeakSet();
  function enhance(root) {
    const each = (selector, act) => all(selector, root).forEach((part) => {
      if (!known.has(part)) { known.add(part); act(part); }
    });
    each("[data-needs-js]", (part) => { part.hidden = false; });
    each("[data-drawer]", (part) => { part.open = matchMedia("(min-width: 62rem)").matches; });
    each(".l-subnav [aria-current]", (part) => part.scrollIntoView({ block: "nearest" }));
    each("form[data-autosave]", autosave);
    each("[data-expires-at]", timer);
    each("[data-place-url]", reader);
    each("[data-focus]", (part) => part.focus());
    showPicked(root);
  }
  enhance(doc);
  doc.addEventListener("htmx:load", (e) => enhance(e.detail.elt.parentNode || doc));
  const { serviceWorker, desk } = (one("[data-desk]") || doc.body).dataset;
  if (serviceWorker && navigator.serviceWorker) navigator.serviceWorker.register(serviceWorker).catch(() => {});
  if (desk && one("[data-keys], [data-editor]")) doc.head.append(Object.assign(doc.createElement("script"), { src: desk }));
})();

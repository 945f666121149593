/* For quizzes, behind learn.js: what makes answering more comfortable.  Without it every question is an ordinary form. */
(function () {
  "use strict";
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const one = (selector, root = document) => root.querySelector(selector);
  const on = (event, selector, act) => document.addEventListener(event, (e) => {
    const hit = e.target.closest && e.target.closest(selector);
    if (hit) act(hit, e);
  });

  // ordering
  function order(list, moved, index) {
    const rest = all("li", list).filter((item) => item !== moved);
    if (moved) list.insertBefore(moved, rest[index] || null);
    all("li", list).forEach((item, i, items) => {
      if (moved) one("select, input", item).value = i + 1;
      item.classList.toggle("l-order--moved", item === moved);
      all("[data-move]", item).forEach((button) => { button.disabled = i === (button.dataset.move < 0 ? 0 : items.length - 1); });
    });
    if (moved) list.dispatchEvent(new Event("change", { bubbles: true }));
  }
  on("click", "[data-move]", (button) => {
    const item = button.closest("li");
    const list = item.parentNode;
    const index = all("li", list).indexOf(item) + Number(button.dataset.move);
    order(list, item, index);
    (button.disabled ? one("[data-move]:enabled", item) : button).focus();
    one("[data-moved]", list.parentNode).textContent = (list.dataset.movedText || "").replace("%s", index + 1);
  });
  on("change", "[data-order] li", (item, e) => {
    order(item.parentNode, item, e.target.value - 1);
    e.target.focus();
  });
  all("[data-order]").forEach((list) => order(list));

  on("pointerdown", "[data-grip]", (grip, start) => {
    const item = grip.closest("li");
    const list = item.parentNode;
    start.preventDefault(); // no text is marked on the way
    const move = (e) => {
      const middle = (other) => other.getBoundingClientRect().top + other.offsetHeight / 2;
      const below = all("li", list).find((other) => other !== item && middle(other) > e.clientY);
      item.classList.add("l-order--held");
      if (below !== item.nextElementSibling) list.insertBefore(item, below || null);
    };
    const end = () => {
      ["pointerup", "pointercancel"].forEach((type) => removeEventListener(type, end));
      removeEventListener("pointermove", move);
      if (!item.matches(".l-order--held")) return;
      item.classList.remove("l-order--held");
      order(list, item, all("li", list).indexOf(item));
    };
    addEventListener("pointermove", move);
    ["pointerup", "pointercancel"].forEach((type) => addEventListener(type, end));
  });

  // a bank of words: a word goes to the gap on which it is dropped, or to the next empty one
  const gapsOf = (part) => all("[data-word-gap]", part.closest("[data-bank]"));
  const showWords = (box) => all("[data-word]", box).forEach((word) => {
    word.classList.toggle("l-chip--used", gapsOf(word).some((gap) => gap.value === word.dataset.word));
  });
  function put(gap, word) {
    if (!gap || !gapsOf(word).includes(gap)) return;
    gap.value = word.dataset.word;
    gap.dispatchEvent(new Event("change", { bubbles: true }));
  }
  on("click", "[data-word]", (word) => {
    const gaps = gapsOf(word);
    put(gaps.find((gap) => !gap.value), word);
  });
  on("change", "[data-bank]", showWords);
  all("[data-bank]").forEach(showWords);

  // places on a picture: a click there is a click in the list
  const spotsOf = (part) => part.closest("[data-spots], [data-labels]");
  const fieldOf = (spot) => spotsOf(spot) && one(`input[value="${spot.dataset.spot}"], select[name$=".${spot.dataset.spot}"]`, spotsOf(spot));
  const showSpots = (box) => all("[data-spot]", box).forEach((spot) => {
    const field = fieldOf(spot);
    if (field) spot.classList.toggle("l-spot--picked", field.matches("input") ? field.checked : field.value !== "");
  });
  const pressed = (box) => one("[data-chip][aria-pressed=true]", box);
  const press = (chip, is) => { if (chip) chip.setAttribute("aria-pressed", is); };
  function label(spot, chip) {
    const field = spot && fieldOf(spot);
    if (!field || !chip || spotsOf(spot) !== spotsOf(chip)) return;
    field.value = chip.dataset.chip;
    field.dispatchEvent(new Event("change", { bubbles: true }));
    press(chip, false);
  }
  on("click", "[data-spots] [data-spot]", (spot) => { const field = fieldOf(spot); if (field) field.click(); });
  on("click", "[data-labels] [data-spot]", (spot) => {
    const chip = pressed(spotsOf(spot));
    if (chip) label(spot, chip);
    else fieldOf(spot).focus();
  });
  on("click", "[data-chip]", (chip) => {
    const is = chip.getAttribute("aria-pressed") !== "true";
    press(pressed(spotsOf(chip)), false);
    press(chip, is);
  });
  on("change", "[data-spots], [data-labels]", showSpots);
  const here = (is) => (field) => all("[data-spot]", spotsOf(field)).forEach((spot) => { if (fieldOf(spot) === field) spot.classList.toggle("l-spot--here", is); });
  on("focusin", "[data-spots] input, [data-labels] select", here(true));
  on("focusout", "[data-spots] input, [data-labels] select", here(false));
  // what is dragged follows the pointer; `drop` learns what lay below it
  function dragged(chip, start, drop) {
    const drag = (e) => {
      const [x, y] = [e.clientX - start.clientX, e.clientY - start.clientY];
      if (Math.abs(x) + Math.abs(y) > 8) chip.classList.add("l-chip--moving");
      if (chip.matches(".l-chip--moving")) chip.style.transform = `translate(${x}px, ${y}px)`;
    };
    const end = (e) => {
      ["pointerup", "pointercancel"].forEach((type) => removeEventListener(type, end));
      removeEventListener("pointermove", drag);
      const below = chip.matches(".l-chip--moving") && document.elementFromPoint(e.clientX, e.clientY);
      chip.classList.remove("l-chip--moving");
      chip.style.transform = "";
      if (e.type === "pointerup" && below) drop(below);
    };
    addEventListener("pointermove", drag);
    ["pointerup", "pointercancel"].forEach((type) => addEventListener(type, end));
  }
  on("pointerdown", "[data-word]", (word, start) => dragged(word, start, (below) => put(below.closest("[data-word-gap]"), word)));
  on("pointerdown", "[data-chip]", (chip, start) => dragged(chip, start, (below) => label(below.closest("[data-spot]"), chip)));
  all("[data-spots], [data-labels]").forEach((box) => {
    one(".l-spots", box).classList.add("l-spots--ready");
    showSpots(box);
  });

  // essays: words are counted while they are written
  on("input", "[data-words] textarea", (field) => {
    const mark = one("[data-count]", field.closest("[data-words]"));
    const { least, most, few, many, words } = mark.dataset;
    const count = (field.value.match(/\S+/g) || []).length;
    mark.textContent = (count && count < least ? few : most > 0 && count > most ? many : words).replace("%s", count);
  });
  // files go as soon as they are chosen; one that is too large says so before it is sent
  on("change", "[data-upload] input", (field) => {
    const box = field.closest("[data-upload]"), said = one("[data-upload-said]", box);
    const large = [...field.files].find((file) => file.size > said.dataset.most);
    said.textContent = large ? said.dataset.large.replace("%s", large.name) : said.dataset.words;
    if (large) field.value = "";
    else one("[data-upload-button]", box).click();
  });
  // rubrics: the points of the chosen levels are added up
  function sum(form) {
    const picked = all("[data-points]:checked", form);
    const text = one("[data-sum-text]", form);
    if (!text) return;
    one("[data-sum]", form).hidden = !picked.length;
    const points = picked.reduce((all, level) => all + Number(level.dataset.points), 0);
    text.textContent = form.dataset.rubricSum.replace("%s", points.toLocaleString(document.documentElement.lang));
  }
  on("change", "[data-rubric-sum]", sum);
  all("[data-rubric-sum]").forEach(sum);
})();

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
  on("pointerdown", "[data-chip]", (chip, start) => {
    const drag = (e) => {
      const [x, y] = [e.clientX - start.clientX, e.clientY - start.clientY];
      if (Math.abs(x) + Math.abs(y) > 8) chip.classList.add("l-chip--moving");
      if (chip.matches(".l-chip--moving")) chip.style.transform = `translate(${x}px, ${y}px)`;
    };
    const drop = (e) => {
      removeEventListener("pointermove", drag);
      const spot = chip.matches(".l-chip--moving") && document.elementFromPoint(e.clientX, e.clientY);
      chip.classList.remove("l-chip--moving");
      chip.style.transform = "";
      if (e.type === "pointerup" && spot) label(spot.closest("[data-spot]"), chip);
    };
    addEventListener("pointermove", drag);
    ["pointerup", "pointercancel"].forEach((end) => addEventListener(end, drop, { once: true }));
  });
  all("[data-spots], [data-labels]").forEach((box) => {
    one(".l-spots", box).classList.add("l-spots--ready");
    showSpots(box);
  });
})();

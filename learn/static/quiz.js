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
})();

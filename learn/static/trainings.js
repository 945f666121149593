/* Trainings: the code on the projector changes by itself, and whoever has scanned it need not press anything. */
(() => {
  const screen = document.querySelector("[data-screen]");
  const now = document.querySelector("form[data-send-now]");
  if (now) now.requestSubmit();
  if (!screen) return;
  const full = screen.querySelector("[data-full]");
  if (full && document.documentElement.requestFullscreen) {
    full.hidden = false;
    full.addEventListener("click", () => screen.requestFullscreen());
  }
  const turn = async () => {
    let seconds = 5;
    try {
      const reply = await fetch(screen.dataset.screen, { headers: { Accept: "text/html" } });
      if (reply.ok) {
        const holder = screen.querySelector("[data-code]");
        holder.innerHTML = await reply.text();
        seconds = Number(holder.firstElementChild.dataset.seconds) || 5;
        screen.classList.remove("t-screen--lost");
      } else {
        screen.classList.add("t-screen--lost");
      }
    } catch {
      screen.classList.add("t-screen--lost");
    }
    setTimeout(turn, seconds * 1000 + 200);
  };
  const first = screen.querySelector("[data-seconds]");
  setTimeout(turn, (Number(first.dataset.seconds) || 5) * 1000 + 200);
})();

/* Lets the bank ask in a window of the payment provider's, then goes to the order, which tells how it ended. */
(() => {
  // The look that was chosen here, where one was; the rest is the system's.
  const theme = window.localStorage.getItem("theme");
  if (["light", "dark"].includes(theme)) document.documentElement.style.colorScheme = theme;

  const page = document.getElementById("bank");
  const said = document.getElementById("said");
  const again = document.getElementById("again");
  const LOADED_WITHIN_MS = 10_000;
  const ASKS = "Your bank asks you in its window.";
  const BLOCKED =
    "The window of your bank could not be opened: the payment service does not load here. Nothing was charged, and your " +
    "tickets stay held. Check your connection, or what blocks scripts, and try again.";

  const loaded = () =>
    new Promise((resolve, reject) => {
      if (window.Stripe) return resolve();
      const script = document.createElement("script");
      const late = setTimeout(reject, LOADED_WITHIN_MS);
      script.src = page.dataset.script;
      script.onload = () => (clearTimeout(late), resolve());
      script.onerror = () => (clearTimeout(late), script.remove(), reject());
      document.head.append(script);
    });

  async function ask() {
    again.hidden = true;
    try {
      await loaded();
      said.textContent = ASKS;
      await window.Stripe(page.dataset.key).handleNextAction({ clientSecret: page.dataset.secret });
    } catch {
      if (!window.Stripe) {
        said.textContent = BLOCKED;
        again.hidden = false;
        return;
      }
      // Nobody asks any more: it was answered elsewhere. The order asks the provider itself.
    }
    window.location.replace(page.dataset.order);
  }

  again.addEventListener("click", ask);
  // Who comes back by the browser's own button sees a page that was kept: what it knows may be over.
  window.addEventListener("pageshow", (shown) => shown.persisted && window.location.reload());
  ask();
})();

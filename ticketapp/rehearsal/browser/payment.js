/* The form inside the frame: it shows, checks and turns into a token what a person types, and tells the page only the token. */
(() => {
  const shop = decodeURIComponent(window.location.hash.slice(1));
  const field = (id) => document.getElementById(id);
  const look = document.createElement("style");
  document.head.append(look);
  let key = "";
  let isReady = false;

  const tell = (message) => window.parent.postMessage(message, shop);
  const digits = (text) => text.replace(/\D/g, "");
  const method = () => document.querySelector("[name=method]:checked").value;

  function luhn(number) {
    const sum = [...number].reverse().reduce((total, digit, place) => {
      const doubled = place % 2 ? Number(digit) * 2 : Number(digit);
      return total + (doubled > 9 ? doubled - 9 : doubled);
    }, 0);
    return number.length >= 12 && sum % 10 === 0;
  }

  const CHECKS = {
    number: (text) => (!text ? "Your card number is incomplete." : luhn(digits(text)) ? "" : "Your card number is invalid."),
    expiry: (text) => (/^(0[1-9]|1[0-2])\d{2}$/.test(digits(text)) ? "" : "Your card's expiration date is incomplete."),
    cvc: (text) => (/^\d{3,4}$/.test(text) ? "" : "Your card's security code is incomplete."),
  };

  function check() {
    if (method() !== "card") return { selectedPaymentMethod: method() };
    let first = "";
    for (const [id, wrong] of Object.entries(CHECKS)) {
      const text = wrong(field(id).value);
      field(`${id}-error`).textContent = text;
      field(id).classList.toggle("Input--invalid", text !== "");
      field(id).setAttribute("aria-invalid", String(text !== ""));
      first ||= text;
    }
    if (!first) return { selectedPaymentMethod: "card" };
    document.querySelector("[aria-invalid=true]").focus();
    return { error: { type: "validation_error", code: "incomplete_payment_details", message: first } };
  }

  function told(params) {
    if (method() === "google_pay") return new URLSearchParams({ payment_method: "pm_card_visa" });
    const form = new URLSearchParams({ "payment_method_data[type]": method() });
    for (const [name, value] of Object.entries(params.payment_method_data?.billing_details ?? {}))
      form.set(`payment_method_data[billing_details][${name}]`, value);
    if (params.return_url) form.set("return_url", params.return_url);
    if (method() !== "card") return form;
    const expiry = digits(field("expiry").value);
    const card = {
      number: digits(field("number").value),
      exp_month: String(Number(expiry.slice(0, 2))),
      exp_year: `20${expiry.slice(2)}`,
      cvc: field("cvc").value,
    };
    for (const [name, value] of Object.entries(card)) form.set(`payment_method_data[card][${name}]`, value);
    form.set("payment_method_data[billing_details][address][country]", field("country").value);
    return form;
  }

  async function token(params) {
    try {
      const answer = await fetch("/v1/confirmation_tokens", {
        method: "POST",
        headers: { Authorization: `Bearer ${key}` },
        body: told(params),
      });
      const body = await answer.json();
      return answer.ok ? { confirmationToken: body } : { error: body.error };
    } catch {
      const message = "We are experiencing issues connecting to our payments provider.";
      return { error: { type: "api_connection_error", message } };
    }
  }

  /* The page's look, as Stripe takes it: variables and rules. */
  function dress({ variables = {}, rules = {} } = {}) {
    const kebab = (name) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    const rule = ([selector, style]) =>
      `${selector} { ${Object.entries(style).map(([name, value]) => `${kebab(name)}: ${value}`).join("; ")} }`;
    const base = {
      body: { fontFamily: variables.fontFamily ?? "system-ui", color: variables.colorText, background: "transparent" },
      ".Input": { background: variables.colorBackground, color: variables.colorText, borderRadius: variables.borderRadius },
      ".Input::placeholder": { color: variables.colorTextPlaceholder },
      ".Error": { color: variables.colorDanger },
      ".Text": { color: variables.colorTextSecondary },
    };
    look.textContent = [...Object.entries(base), ...Object.entries(rules)].map(rule).join("\n");
  }

  function listen(fonts = []) {
    for (const { family, src, weight } of fonts) {
      const face = new FontFace(family, src, { weight });
      face.load().then(() => document.fonts.add(face), () => {});
    }
  }

  function showMethod() {
    const parts = { card: "card", google_pay: "wallet", ideal: "elsewhere", sepa_debit: "debit" };
    for (const [name, part] of Object.entries(parts)) field(part).hidden = method() !== name;
    for (const choice of document.querySelectorAll("[name=method]"))
      choice.parentElement.classList.toggle("Tab--selected", choice.checked);
  }

  /* What a person may choose here: accounts only in their own money, and only where it is taken at once. */
  function offer({ currency, captureMethod, wallets = {} }) {
    const hasAccounts = currency === "eur" && captureMethod !== "manual";
    const offered = { google_pay: wallets.googlePay !== "never", ideal: hasAccounts, sepa_debit: hasAccounts };
    for (const [name, isOffered] of Object.entries(offered))
      document.querySelector(`[name=method][value=${name}]`).parentElement.hidden = !isOffered;
    document.querySelector(".tabs").hidden = !Object.values(offered).includes(true);
  }

  function apply(options) {
    key = options.key;
    dress(options.appearance);
    document.documentElement.style.colorScheme = options.appearance?.theme === "night" ? "dark" : "light";
    field("fields").disabled = Boolean(options.readOnly);
    offer(options);
    showMethod();
    if (!isReady) {
      isReady = true;
      listen(options.fonts);
      tell({ kind: "ready" });
    }
  }

  window.addEventListener("message", async ({ origin, data }) => {
    if (origin !== shop) return;
    if (data.kind === "options") apply(data);
    if (data.kind === "ask") {
      const result = data.call === "check" ? check() : await token(data.params);
      tell({ kind: "answer", number: data.number, result });
    }
  });
  field("form").addEventListener("submit", (press) => press.preventDefault());
  field("form").addEventListener("input", () => {
    showMethod();
    tell({ kind: "change", event: { elementType: "payment", value: { type: method() } } });
  });
  field("number").addEventListener("input", ({ target }) => {
    target.value = digits(target.value).slice(0, 19).replace(/(\d{4})(?=\d)/g, "$1 ");
  });
  field("expiry").addEventListener("input", ({ target, inputType }) => {
    const typed = digits(target.value).slice(0, 4);
    if (inputType?.startsWith("delete")) return;
    target.value = typed.length < 2 ? typed : `${typed.slice(0, 2)} / ${typed.slice(2)}`;
  });
  new ResizeObserver(() => tell({ kind: "height", height: document.body.offsetHeight })).observe(document.body);
  tell({ kind: "open" });
})();

/* A stand-in for Stripe.js: what a page of ours calls of it, served by the fake that its API stands for. */
(() => {
  const address = new URL(document.currentScript.src);
  const ORIGIN = address.origin;
  const RELEASE = address.pathname.split("/")[1];
  const MODES = ["payment", "setup", "subscription"];
  const GROUP_OPTIONS = [
    "mode", "amount", "currency", "captureMethod", "appearance", "fonts", "locale", "loader", "paymentMethodTypes",
    "setupFutureUsage", "onBehalfOf", "paymentMethodCreation",
  ];
  const PAYMENT_OPTIONS = ["layout", "readOnly", "wallets", "fields", "defaultValues", "terms", "business", "paymentMethodOrder"];

  class IntegrationError extends Error {
    name = "IntegrationError";
  }

  function checkNames(options, known, of) {
    for (const name of Object.keys(options)) {
      if (!known.includes(name)) throw new IntegrationError(`Invalid value for ${of}: unrecognized parameter ${name}.`);
    }
  }

  function checkGroup(options) {
    checkNames(options, GROUP_OPTIONS, "elements()");
    if (!MODES.includes(options.mode)) throw new IntegrationError("elements(): mode should be payment, setup or subscription.");
    if (!Number.isInteger(options.amount) || options.amount <= 0)
      throw new IntegrationError("elements(): amount should be a positive integer, in the smallest unit of the currency.");
    if (!/^[a-z]{3}$/.test(options.currency ?? ""))
      throw new IntegrationError("elements(): currency should be three small letters.");
  }

  class Heard {
    #listeners = new Map();
    on(name, listener) {
      this.#listeners.set(name, [...(this.#listeners.get(name) ?? []), listener]);
      return this;
    }
    off(name, listener) {
      const left = (this.#listeners.get(name) ?? []).filter((known) => listener && known !== listener);
      this.#listeners.set(name, left);
      return this;
    }
    tell(name, event) {
      for (const listener of this.#listeners.get(name) ?? []) listener(event);
    }
  }

  /* The form in a frame of our own origin: what is typed there, this page cannot read. */
  class PaymentElement extends Heard {
    #group;
    #options;
    #frame = null;
    #asked = new Map();
    #isReady = false;
    #hear = (message) => this.#answer(message);

    constructor(group, options) {
      super();
      checkNames(options, PAYMENT_OPTIONS, "elements.create('payment')");
      this.#group = group;
      this.#options = options;
    }

    /* A busy page may begin to listen when the frame is ready already. */
    on(name, listener) {
      if (name === "ready" && this.#isReady) queueMicrotask(() => listener({ elementType: "payment" }));
      return super.on(name, listener);
    }

    mount(place) {
      const holder = typeof place === "string" ? document.querySelector(place) : place;
      if (!holder) throw new IntegrationError("The selector you specified applies to no DOM elements that are on the page.");
      const frame = document.createElement("iframe");
      frame.src = `${ORIGIN}/elements/payment#${encodeURIComponent(window.location.origin)}`;
      frame.title = "Secure payment input frame";
      frame.allow = "payment *";
      // As Stripe's does, it reaches out of its place by as much as a ring around a field needs.
      frame.style.cssText = "border:0;margin:-4px;width:calc(100% + 8px);display:block;height:1px";
      const late = (event) => this.tell("loaderror", { elementType: "payment", error: { type: "api_error", message: event } });
      frame.onerror = () => late("The frame did not load.");
      this.#frame = frame;
      window.addEventListener("message", this.#hear);
      holder.append(frame);
    }

    #answer({ source, origin, data }) {
      if (origin !== ORIGIN || source !== this.#frame?.contentWindow) return;
      if (data.kind === "open") {
        this.#send({ kind: "options", ...this.#group.options, ...this.#options, key: this.#group.key });
      } else if (data.kind === "height") {
        this.#frame.style.height = `${data.height}px`;
      } else if (data.kind === "ready") {
        this.#isReady = true;
        this.tell("ready", { elementType: "payment" });
      } else if (data.kind === "change") {
        this.#group.isSubmitted = false;
        this.tell("change", data.event);
      } else if (data.kind === "answer") {
        this.#asked.get(data.number)?.(data.result);
        this.#asked.delete(data.number);
      }
    }

    #send(message) {
      this.#frame?.contentWindow?.postMessage(message, ORIGIN);
    }

    ask(call, more = {}) {
      const number = this.#asked.size + Math.random();
      return new Promise((resolve) => {
        this.#asked.set(number, resolve);
        this.#send({ kind: "ask", call, number, ...more });
      });
    }

    update(options) {
      checkNames(options, PAYMENT_OPTIONS, "element.update()");
      this.#options = { ...this.#options, ...options };
      this.refresh();
    }

    refresh() {
      this.#send({ kind: "options", ...this.#group.options, ...this.#options, key: this.#group.key });
    }

    focus() {
      this.#frame?.focus();
    }

    unmount() {
      window.removeEventListener("message", this.#hear);
      this.#frame?.remove();
      this.#frame = null;
    }

    destroy() {
      this.unmount();
      this.#group.payment = null;
    }
  }

  class Group {
    payment = null;
    isSubmitted = false;

    constructor(key, options) {
      checkGroup(options);
      this.key = key;
      this.options = options;
    }

    create(type, options = {}) {
      if (type !== "payment") throw new IntegrationError(`The stand-in has no ${type} element.`);
      if (this.payment) throw new IntegrationError("Can only create one Element of type payment.");
      this.payment = new PaymentElement(this, options);
      return this.payment;
    }

    getElement(type) {
      return type === "payment" ? this.payment : null;
    }

    update(options) {
      const next = { ...this.options, ...options };
      checkGroup(next);
      this.options = next;
      this.payment?.refresh();
    }

    async submit() {
      if (!this.payment) throw new IntegrationError("elements.submit() needs a mounted Payment Element.");
      const result = await this.payment.ask("check");
      this.isSubmitted = !result.error;
      return result;
    }
  }

  async function retrieved(key, secret) {
    const id = secret.split("_secret_")[0];
    const answer = await fetch(`${ORIGIN}/v1/payment_intents/${id}?client_secret=${encodeURIComponent(secret)}`, {
      headers: { Authorization: `Bearer ${key}` },
    });
    const body = await answer.json();
    if (!answer.ok) throw new IntegrationError(body.error.message);
    return body;
  }

  /* The bank's page in a window over ours, until it says that it was answered or the person closes it. */
  function askedOver(page) {
    const veil = document.createElement("dialog");
    veil.style.cssText = "border:0;padding:0;background:Canvas;color-scheme:light dark;width:min(30rem,92vw);height:min(32rem,80vh);border-radius:12px";
    const frame = document.createElement("iframe");
    frame.src = page;
    frame.title = "3D Secure";
    frame.style.cssText = "border:0;width:100%;height:100%";
    veil.append(frame);
    document.body.append(veil);
    veil.showModal();
    return new Promise((resolve) => {
      const end = () => {
        window.removeEventListener("message", hear);
        veil.remove();
        resolve();
      };
      const hear = ({ origin, data }) => origin === ORIGIN && data.rehearsal_3ds && end();
      window.addEventListener("message", hear);
      veil.addEventListener("close", end);
    });
  }

  function Stripe(key) {
    if (!key?.startsWith("pk_")) throw new IntegrationError(`Invalid publishable key: ${key}`);
    const missing = (name) => () => {
      throw new IntegrationError(`The stand-in has no ${name}.`);
    };
    return {
      elements: (options = {}) => new Group(key, options),
      async createConfirmationToken({ elements, params = {} }) {
        if (!elements?.payment) throw new IntegrationError("createConfirmationToken needs elements with a Payment Element.");
        if (!elements.isSubmitted) throw new IntegrationError("elements.submit() must be called before creating a token.");
        return elements.payment.ask("token", { params });
      },
      async handleNextAction({ clientSecret }) {
        const intent = await retrieved(key, clientSecret);
        if (intent.status !== "requires_action")
          throw new IntegrationError("handleNextAction: The PaymentIntent supplied is not in the requires_action state.");
        const action = intent.next_action;
        if (action.type === "redirect_to_url") {
          window.location.assign(action.redirect_to_url.url);
          return new Promise(() => {});
        }
        await askedOver(action.use_stripe_sdk.stripe_js);
        const after = await retrieved(key, clientSecret);
        if (["succeeded", "processing", "requires_capture"].includes(after.status)) return { paymentIntent: after };
        return { error: after.last_payment_error ?? { type: "card_error", code: "payment_intent_authentication_failure" } };
      },
      createToken: missing("createToken"),
      createPaymentMethod: missing("createPaymentMethod"),
      confirmCardPayment: missing("confirmCardPayment"),
    };
  }
  Stripe.version = RELEASE;
  window.Stripe = Stripe;
})();

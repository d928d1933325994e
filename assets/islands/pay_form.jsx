import { createContext, useEffect, useMemo, useRef, useState } from "react";
import { useNavigate } from "react-router";

const NO_ANSWER = {
  code: "no_answer",
  text: "We could not reach Ticketapp. A payment that was begun is never begun twice: look at your orders, or pay again.",
  fields: {},
};

async function ask(action, body) {
  try {
    const answer = await fetch(action, { method: "POST", body, headers: { Accept: "application/json" } });
    const said = await answer.json();
    if (answer.ok) return said;
    const { code = "", detail = "", fields = {}, reference = "", paymentId = "" } = said;
    return { code, text: detail, fields, quote: [reference, paymentId].filter(Boolean) };
  } catch {
    return NO_ANSWER;
  }
}

const NOT_LOADED = {
  code: "payment_form_missing",
  text: "The payment form has not loaded yet. Nothing was charged.",
  fields: {},
};

/* How a provider's own form stands in this one: it puts into `collector` what gives a token for what was typed. */
export const Collecting = createContext({ collector: { current: null }, isBusy: false });

/* Where the provider's form is not filled in, the server still tells what else is missing: without a token it begins nothing. */
async function withOthers(refusal, action, body) {
  if (refusal.code !== "incomplete_payment") return refusal;
  const { paymentToken, ...others } = (await ask(action, body)).fields ?? {};
  const isAlone = Object.keys(others).length === 0;
  return isAlone ? refusal : { ...refusal, fields: { ...others, paymentToken: refusal.missing } };
}

/* Add the provider's token to what is sent; gives why there is none. */
async function withToken(collector, action, body) {
  if (!body.has("paymentToken")) return null;
  if (!collector.current) return NOT_LOADED;
  const { token, refusal } = await collector.current(body);
  body.set("paymentToken", token ?? "");
  return refusal ? withOthers(refusal, action, body) : null;
}

/* A form that pays. What is typed goes straight from here to the server, once a press; a refusal leaves it as it is. */
export function PayForm({ action, payText, waitingText, isBlocked = false, onRefused, children, ...rest }) {
  const [isBusy, setBusy] = useState(false);
  const isSent = useRef(false);
  const collector = useRef(null);
  const collecting = useMemo(() => ({ collector, isBusy }), [isBusy]);
  const navigate = useNavigate();

  useEffect(() => {
    const thaw = () => {
      isSent.current = false;
      setBusy(false);
    };
    window.addEventListener("pageshow", thaw);
    return () => window.removeEventListener("pageshow", thaw);
  }, []);

  const send = async (press) => {
    press.preventDefault();
    if (isSent.current) return;
    const body = new URLSearchParams(new FormData(press.currentTarget));
    isSent.current = true;
    setBusy(true);
    const answer = (await withToken(collector, action, body)) ?? (await ask(action, body));
    if (answer.next?.startsWith("/order/")) return navigate(answer.next, { replace: true });
    if (answer.next) return window.location.assign(answer.next);
    isSent.current = false;
    setBusy(false);
    onRefused?.(answer);
  };

  return (
    <form onSubmit={send} noValidate {...rest}>
      <fieldset disabled={isBusy} className="contents">
        <Collecting.Provider value={collecting}>{children}</Collecting.Provider>
        <button
          type="submit"
          className="btn w-full"
          data-tone="primary"
          data-size="xl"
          data-busy={isBusy}
          data-testid="pay"
          disabled={isBlocked || isBusy}
        >
          {payText}
        </button>
      </fieldset>
      <p role="status" className="text-sm text-soft" data-testid="paying">
        {isBusy ? waitingText : ""}
      </p>
    </form>
  );
}

const digits = (text) => text.replace(/\D/g, "");
const grouped = (text) => digits(text).slice(0, 19).replace(/(\d{4})(?=\d)/g, "$1 ");

function asExpiry(text, before) {
  const all = digits(text);
  // Browsers may fill in the year with its century.
  const typed = all.length === 6 ? all.slice(0, 2) + all.slice(4) : all.slice(0, 4);
  if (text.length < before.length) return text;
  if (typed.length < 2) return Number(typed) > 1 ? `0${typed} / ` : typed;
  return `${typed.slice(0, 2)} / ${typed.slice(2)}`;
}

function passesLuhn(number) {
  const sum = [...number].reverse().reduce((total, digit, place) => {
    const doubled = place % 2 ? Number(digit) * 2 : Number(digit);
    return total + (doubled > 9 ? doubled - 9 : doubled);
  }, 0);
  return number.length >= 12 && sum % 10 === 0;
}

const CHECKS = {
  cardNumber: (text) => (passesLuhn(digits(text)) ? "" : "This card number has a typing mistake. Check the digits."),
  cardExpiry: (text) =>
    /^(0[1-9]|1[0-2])\d{2}$/.test(digits(text)) ? "" : "Enter the month and year as on the card: MM / YY.",
  cardCvc: (text) => (/^\d{3,4}$/.test(text.trim()) ? "" : "Enter the three or four digits of the security code."),
};
const EMPTY = { cardNumber: "", cardExpiry: "", cardCvc: "" };

/* The card lives in these inputs and nowhere else: no state of the page ever sees it. */
export function CardFields({ errors = {} }) {
  const [typed, setTyped] = useState(EMPTY);
  const [noticed, setNoticed] = useState({});
  useEffect(() => setNoticed({}), [errors]);

  const type = (name, text) => {
    setTyped((before) => ({ ...before, [name]: text }));
    setNoticed((before) => ({ ...before, [name]: "" }));
  };
  const check = (name) => typed[name] && setNoticed((before) => ({ ...before, [name]: CHECKS[name](typed[name]) }));
  const field = (name, label, shape, more) => {
    const error = noticed[name] ?? errors[name] ?? "";
    return (
      <div className="field">
        <label htmlFor={name}>{label}</label>
        <input
          id={name}
          name={name}
          className="input figures"
          inputMode="numeric"
          required
          value={typed[name]}
          aria-invalid={error !== ""}
          aria-describedby={`${name}-error`}
          onChange={(change) => type(name, shape(change.target.value))}
          onBlur={() => check(name)}
          {...more}
        />
        <div aria-live="polite">
          {error && (
            <p className="field-error" id={`${name}-error`}>
              {error}
            </p>
          )}
        </div>
      </div>
    );
  };

  return (
    <>
      {field("cardNumber", "Card number", grouped, { autoComplete: "cc-number", maxLength: 23, placeholder: "1234 5678 9012 3456" })}
      <div className="grid grid-cols-2 gap-4">
        {field("cardExpiry", "Expiry", (text) => asExpiry(text, typed.cardExpiry), {
          autoComplete: "cc-exp",
          maxLength: 7,
          placeholder: "MM / YY",
        })}
        {field("cardCvc", "Security code", (text) => digits(text).slice(0, 4), { autoComplete: "cc-csc", placeholder: "CVC" })}
      </div>
    </>
  );
}

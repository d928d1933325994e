import { Elements, PaymentElement, useElements, useStripe } from "@stripe/react-stripe-js";
import { loadStripe } from "@stripe/stripe-js/pure";
import { useCallback, useContext, useEffect, useMemo, useState } from "react";

import { Collecting } from "./pay_form.jsx";

const SLOW_AFTER_MS = 3_000;
const FAILED_AFTER_MS = 10_000;
const NOT_CHARGED = "Nothing was charged.";
const refusal = (code, text, more = {}) => ({ refusal: { code, text: `${text} ${NOT_CHARGED}`, fields: {}, ...more } });
const incomplete = (missing) => refusal("incomplete_payment", missing, { missing });

const FONT = `url(${new URL("/fonts/instrument-sans.woff2", globalThis.location?.href ?? "http://localhost")})`;

const scripts = new Map();

/* One script tag per address; one that failed is taken away, so that the next call tries anew. */
function script(address) {
  if (!scripts.has(address)) {
    const loading = new Promise((resolve, reject) => {
      const tag = document.createElement("script");
      const fail = () => {
        tag.remove();
        scripts.delete(address);
        reject(new Error("The payment form's script did not load."));
      };
      tag.src = address;
      tag.onload = () => (window.Stripe ? resolve() : fail());
      tag.onerror = fail;
      document.head.append(tag);
    });
    scripts.set(address, loading);
  }
  return scripts.get(address);
}

async function openStripe(address, key) {
  await script(address);
  return loadStripe(key); // It takes the script that is there.
}

/* Frames of other hosts know neither our variables nor oklch. */
function painted(style, name) {
  const pen = document.createElement("canvas").getContext("2d");
  pen.fillStyle = style.getPropertyValue(name);
  pen.fillRect(0, 0, 1, 1);
  const [red, green, blue] = pen.getImageData(0, 0, 1, 1).data;
  return `#${[red, green, blue].map((part) => part.toString(16).padStart(2, "0")).join("")}`;
}

function appearanceOf(page) {
  const style = getComputedStyle(page);
  const colour = (name) => painted(style, name);
  const isDark = page.classList.contains("dark");
  // The frame shows no more than 4 px around a field.
  const ring = `0 0 0 1px ${colour("--paper")}, 0 0 0 4px ${colour("--ink")}`;
  return {
    theme: isDark ? "night" : "stripe",
    labels: "above",
    variables: {
      colorPrimary: colour("--accent-text"),
      colorBackground: colour("--raised"),
      colorText: colour("--ink"),
      colorTextSecondary: colour("--soft"),
      colorTextPlaceholder: colour("--faint"),
      colorDanger: colour("--stop-text"),
      fontFamily: '"Instrument Sans", system-ui, sans-serif',
      fontSizeBase: "16px",
      borderRadius: "8px",
      spacingUnit: "4px",
      gridRowSpacing: "16px",
      gridColumnSpacing: "16px",
    },
    rules: {
      ".Label": { fontSize: "16px", fontWeight: "600", marginBottom: "6px", color: colour("--ink") },
      ".Input": { border: `1.5px solid ${colour("--edge")}`, boxShadow: "none", padding: "12px 14px", lineHeight: "1.4" },
      ".Input:focus": { border: `1.5px solid ${colour("--ink")}`, boxShadow: ring, outline: "0" },
      ".Input--invalid": { border: `1.5px solid ${colour("--stop-text")}`, boxShadow: "none" },
      ".Tab": { border: `1.5px solid ${colour("--edge")}`, boxShadow: "none", color: colour("--soft") },
      ".Tab--selected": {
        border: `1.5px solid ${colour("--ink")}`,
        boxShadow: `inset 0 0 0 1px ${colour("--ink")}`,
        color: colour("--ink"),
      },
      ".Tab:focus": { boxShadow: ring },
      ".Error": { fontSize: "14px", fontWeight: "600" },
    },
  };
}

/* The look of the page, and again when it turns light or dark. */
function useAppearance() {
  const [appearance, setAppearance] = useState(() => appearanceOf(document.documentElement));
  useEffect(() => {
    const turned = new MutationObserver(() => setAppearance(appearanceOf(document.documentElement)));
    turned.observe(document.documentElement, { attributeFilter: ["class"] });
    return () => turned.disconnect();
  }, []);
  return appearance;
}

/* Asks the form for a token of what was typed: a card, a wallet, whatever the provider offers here. */
async function tokenOf({ stripe, elements, body }) {
  const checked = await elements.submit();
  if (checked.error) return incomplete(checked.error.message);
  const details = { name: body.get("name"), email: body.get("email") };
  const given = Object.fromEntries(Object.entries(details).filter(([, value]) => value));
  const made = await stripe.createConfirmationToken({
    elements,
    params: { payment_method_data: { billing_details: given } },
  });
  if (made.error) return refusal("payment_form_failed", made.error.message);
  return { token: made.confirmationToken.id };
}

function Fields({ onReady, onFailed, onMissing }) {
  const stripe = useStripe();
  const elements = useElements();
  const { collector, isBusy } = useContext(Collecting);
  const [isReady, setReady] = useState(false);

  useEffect(() => {
    if (!isReady) return undefined;
    const collect = async (body) => {
      const asked = tokenOf({ stripe, elements, body });
      const given = await asked.catch(() => refusal("payment_form_failed", "The payment form did not answer."));
      onMissing(given.refusal?.missing ?? "");
      return given;
    };
    collector.current = collect;
    return () => {
      collector.current = null;
    };
  }, [isReady, stripe, elements, collector, onMissing]);

  const options = useMemo(() => ({ layout: "tabs", readOnly: isBusy }), [isBusy]);
  const ready = useCallback(() => {
    setReady(true);
    onReady();
  }, [onReady]);
  return <PaymentElement options={options} onReady={ready} onLoadError={onFailed} />;
}

function Waiting({ isSlow }) {
  return (
    <div className="payment-waiting" aria-busy="true" data-testid="payment-form-loading">
      <span className="skeleton h-18" />
      <span className="grid grid-cols-2 gap-4">
        <span className="skeleton h-18" />
        <span className="skeleton h-18" />
      </span>
      <span className="skeleton h-18" />
      <p role="status" className="text-sm text-soft">
        {isSlow ? "The payment form is taking its time. Your tickets stay held." : ""}
      </p>
    </div>
  );
}

function Failed({ onRetry }) {
  return (
    <div className="tone notice" data-tone="stop" role="alert" data-testid="payment-form-failed">
      <div className="min-w-0 grow">
        <p className="font-semibold">The payment form did not load</p>
        <p className="text-sm measure">
          Something between here and the payment service blocks it, or you are offline. {NOT_CHARGED} Your tickets and what
          you typed stay here.
        </p>
        <button type="button" className="btn mt-3" data-size="sm" onClick={onRetry} data-testid="payment-form-retry">
          Try again
        </button>
      </div>
    </div>
  );
}

/* The provider's own form. What is typed into it goes from its frame to the provider; we get a token. */
export function StripeFields({ scriptUrl, publishableKey, amountMinor, currency, captureMethod, error = "" }) {
  const [stripe, setStripe] = useState(null);
  const [phase, setPhase] = useState("loading");
  const [attempt, setAttempt] = useState(0);
  const [missing, setMissing] = useState("");
  const appearance = useAppearance();

  const fail = useCallback(() => setPhase("failed"), []);
  const show = useCallback(() => setPhase("ready"), []);
  useEffect(() => {
    if (phase !== "loading" && phase !== "slow") return undefined;
    const later = phase === "loading" ? "slow" : "failed";
    const timer = setTimeout(() => setPhase(later), phase === "loading" ? SLOW_AFTER_MS : FAILED_AFTER_MS - SLOW_AFTER_MS);
    return () => clearTimeout(timer);
  }, [phase, attempt]);
  useEffect(() => {
    let isGone = false;
    openStripe(scriptUrl, publishableKey).then((opened) => !isGone && setStripe(opened), () => !isGone && fail());
    return () => {
      isGone = true;
    };
  }, [scriptUrl, publishableKey, attempt, fail]);
  const retry = () => {
    setPhase("loading");
    setAttempt((before) => before + 1);
  };

  const options = useMemo(
    () => ({
      mode: "payment",
      amount: amountMinor,
      currency: currency.toLowerCase(),
      captureMethod,
      appearance,
      fonts: ["400", "600"].map((weight) => ({ family: "Instrument Sans", src: FONT, weight })),
      locale: "en",
    }),
    [amountMinor, currency, captureMethod, appearance],
  );
  return (
    <div className="payment-form" id="paymentToken" tabIndex={-1} data-phase={phase} data-testid="payment-form">
      {stripe && (
        <div className="payment-frame">
          <Elements stripe={stripe} options={options} key={attempt}>
            <Fields onReady={show} onFailed={fail} onMissing={setMissing} />
          </Elements>
        </div>
      )}
      {(phase === "loading" || phase === "slow") && <Waiting isSlow={phase === "slow"} />}
      {phase === "failed" && <Failed onRetry={retry} />}
      {/* What is missing in the frame stands in the frame. */}
      <div aria-live="polite">{error && error !== missing && <p className="field-error">{error}</p>}</div>
    </div>
  );
}

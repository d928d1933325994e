import { useEffect, useState } from "react";

const held = (number, min, max) => Math.min(Math.max(number, min), max);

/* A labelled number between two buttons. It reports a whole number inside its bounds, once per choice. */
export function Stepper({ label, value = 0, min = 0, max = 10, disabled = false, onChange, inputId, inputTestid }) {
  const [text, setText] = useState(String(value));
  useEffect(() => setText(String(value)), [value]);

  const choose = (number) => {
    const next = held(Number.isFinite(number) ? Math.trunc(number) : value, min, max);
    setText(String(next));
    if (next !== value && onChange) onChange(next);
  };
  const typed = () => choose(text.trim() === "" ? min : Number(text));

  return (
    <div className="stepper" role="group" aria-label={label}>
      <button type="button" aria-label={`One less: ${label}`} disabled={disabled || value <= min} onClick={() => choose(value - 1)}>
        −
      </button>
      <input
        id={inputId}
        data-testid={inputTestid}
        type="number"
        inputMode="numeric"
        aria-label={label}
        min={min}
        max={max}
        step={1}
        disabled={disabled}
        value={text}
        onChange={(change) => setText(change.target.value)}
        onBlur={typed}
        onKeyDown={(press) => press.key === "Enter" && typed()}
      />
      <button type="button" aria-label={`One more: ${label}`} disabled={disabled || value >= max} onClick={() => choose(value + 1)}>
        +
      </button>
    </div>
  );
}

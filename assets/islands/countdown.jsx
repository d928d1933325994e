import { useEffect, useRef, useState } from "react";

const CALM_S = 300;
const AMBER_S = 120;
const SPOKEN = { 600: "10 minutes left", 300: "5 minutes left", 120: "2 minutes left", 60: "1 minute left", 30: "30 seconds left" };

let skew = null; // The server's clock minus this one, shared by every countdown on the page.

async function measure(url) {
  const asked = Date.now();
  const answer = await fetch(url, { cache: "no-store" });
  const { now } = await answer.json();
  return now - (asked + Date.now()) / 2;
}

const two = (number) => String(number).padStart(2, "0");

function clockText(seconds) {
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  if (hours >= 24) return `${Math.floor(hours / 24)} d ${hours % 24} h`;
  return (hours ? `${hours}:${two(minutes)}` : two(minutes)) + `:${two(seconds % 60)}`;
}

/* Counts to a moment of the server. It sends nothing while it ticks; its end is a hint, the server decides. */
export function Countdown({ deadlineMs = 0, nowUrl = "/api/now", isCalm = false, onExpire, ...rest }) {
  const [, tick] = useState(0);
  const [spoken, setSpoken] = useState("");
  const fired = useRef(0);
  const said = useRef(null);
  const expired = useRef(onExpire);
  expired.current = onExpire;

  useEffect(() => {
    let over = false;
    const sync = () =>
      measure(nowUrl)
        .then((measured) => {
          if (over) return;
          skew = measured;
          tick((count) => count + 1);
        })
        .catch(() => {});
    const woke = () => document.visibilityState === "visible" && sync();
    sync();
    document.addEventListener("visibilitychange", woke);
    const timer = setInterval(() => tick((count) => count + 1), 250);
    return () => {
      over = true;
      clearInterval(timer);
      document.removeEventListener("visibilitychange", woke);
    };
  }, [nowUrl]);

  const left = skew === null || !deadlineMs ? null : Math.max(0, deadlineMs - (Date.now() + skew));
  const seconds = left === null ? null : Math.ceil(left / 1000);
  useEffect(() => {
    if (seconds !== null && said.current !== seconds) {
      said.current = seconds;
      if (!isCalm && SPOKEN[seconds]) setSpoken(SPOKEN[seconds]);
    }
    if (left === 0 && fired.current !== deadlineMs) {
      fired.current = deadlineMs;
      if (expired.current) expired.current();
    }
  });

  const mood = seconds === null || isCalm || seconds > CALM_S ? "calm" : seconds > AMBER_S ? "amber" : "red";
  return (
    <span data-mood={mood} {...rest}>
      <span role="timer" aria-live="off">{seconds === null ? "--:--" : clockText(seconds)}</span>
      <span className="sr-only" aria-live="assertive">{spoken}</span>
    </span>
  );
}

import { useEffect, useRef } from "react";

// In a field, only speed tells a scanner from a person; elsewhere nobody types, and a busy page may delay keys.
const FAST_MS = 60;
const PATIENT_MS = 600;
const CODE_MIN = 6;
const TONES = {
  admit: [[880, 0, 90], [1320, 90, 140]],
  already: [[520, 0, 160], [520, 220, 160]],
  refused: [[190, 0, 420]],
  ask: [[660, 0, 120], [550, 150, 200]],
};
const SHAKES = { admit: [60], already: [90, 80, 90], refused: [380], ask: [60, 60, 160] };

/* The scanner also typed into the focused field: take the code out again, so that React notices. */
function takeOut(code) {
  const field = document.activeElement;
  if (!(field instanceof HTMLInputElement) || !field.value.includes(code)) return;
  const setter = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set;
  setter.call(field, field.value.replace(code, ""));
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

/* Hears a hand scanner, which types fast and ends with Enter, wherever the focus is. */
export function KeyboardWedge({ active = true, onScan }) {
  const report = useRef(onScan);
  report.current = onScan;
  useEffect(() => {
    if (!active) return undefined;
    let typed = "";
    let lastAt = 0;
    const hear = (press) => {
      if (press.ctrlKey || press.altKey || press.metaKey) return;
      const pause = document.activeElement?.matches("input, textarea, select") ? FAST_MS : PATIENT_MS;
      if (press.timeStamp - lastAt > pause) typed = "";
      lastAt = press.timeStamp;
      if (press.key.length === 1) {
        typed += press.key;
        return;
      }
      if (press.key !== "Enter" && press.key !== "Tab") return;
      const code = typed;
      typed = "";
      if (code.length < CODE_MIN) return;
      press.preventDefault();
      press.stopPropagation();
      takeOut(code);
      report.current?.(code);
    };
    document.addEventListener("keydown", hear, true);
    return () => document.removeEventListener("keydown", hear, true);
  }, [active]);
  return null;
}

let speaker = null;

function play(kind) {
  if (!speaker) speaker = new AudioContext();
  speaker.resume();
  for (const [pitch, after, long] of TONES[kind] ?? []) {
    const source = speaker.createOscillator();
    const volume = speaker.createGain();
    const start = speaker.currentTime + after / 1000;
    source.type = kind === "refused" ? "square" : "sine";
    source.frequency.value = pitch;
    volume.gain.setValueAtTime(0.35, start);
    volume.gain.exponentialRampToValueAtTime(0.001, start + long / 1000);
    source.connect(volume).connect(speaker.destination);
    source.start(start);
    source.stop(start + long / 1000);
  }
}

/* Sounds and shakes once for every new scan, each verdict in its own way; keeps the screen awake. */
export function DoorSignal({ kind = "", scanId = "", isSilent = false }) {
  useEffect(() => {
    if (!scanId || !kind) return;
    navigator.vibrate?.(SHAKES[kind] ?? []);
    if (!isSilent && "AudioContext" in window) play(kind);
  }, [scanId]);
  useEffect(() => {
    let lock = null;
    const keep = () => {
      if (document.visibilityState !== "visible") return;
      navigator.wakeLock?.request("screen").then((given) => (lock = given)).catch(() => {});
    };
    keep();
    document.addEventListener("visibilitychange", keep);
    return () => {
      document.removeEventListener("visibilitychange", keep);
      lock?.release();
    };
  }, []);
  return null;
}

/* Calls back once after a while; a new key starts the wait again. */
export function ReturnAfter({ afterMs = 0, waitKey = "", onReturn }) {
  const report = useRef(onReturn);
  report.current = onReturn;
  useEffect(() => {
    if (!afterMs || !waitKey) return undefined;
    const timer = setTimeout(() => report.current?.(), afterMs);
    return () => clearTimeout(timer);
  }, [afterMs, waitKey]);
  return null;
}

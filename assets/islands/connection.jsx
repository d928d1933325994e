import { useEffect, useRef, useState } from "react";

const OFFLINE_AFTER_MS = 10_000;

const clock = () => new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

/* Says whether what is on the screen is live. It marks <html data-link> so that styles can freeze buying. */
export function ConnectionPill({ failures = 0 }) {
  const [online, setOnline] = useState(true);
  const [isLong, setIsLong] = useState(false);
  const [shown, setShown] = useState("live");
  const lastLive = useRef("");

  useEffect(() => {
    const look = () => setOnline(navigator.onLine);
    look();
    window.addEventListener("online", look);
    window.addEventListener("offline", look);
    return () => {
      window.removeEventListener("online", look);
      window.removeEventListener("offline", look);
    };
  }, []);

  const isDown = failures > 0;
  useEffect(() => {
    if (!isDown) return setIsLong(false);
    const timer = setTimeout(() => setIsLong(true), OFFLINE_AFTER_MS);
    return () => clearTimeout(timer);
  }, [isDown]);

  const link = !online || isLong ? "offline" : isDown ? "reconnecting" : "live";
  useEffect(() => {
    if (link !== "live" && !lastLive.current) lastLive.current = clock();
    if (link === "live") lastLive.current = "";
    document.documentElement.dataset.link = link;
    setShown(link);
  }, [link]);

  const since = lastLive.current ? ` · as of ${lastLive.current}` : "";
  const text = { live: "Live", reconnecting: `Reconnecting${since}`, offline: `Offline${since}` }[shown];
  const tone = { live: "go", reconnecting: "quiet", offline: "stop" }[shown];
  return (
    <span className="tone pill" data-tone={tone} data-testid="connection" role="status">
      <span className="mark" aria-hidden="true" />
      <span className={shown === "live" ? "sr-only lg:not-sr-only" : ""}>{text}</span>
    </span>
  );
}

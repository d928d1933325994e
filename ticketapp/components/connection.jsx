import { useEffect, useRef, useState } from "react";

const clock = () => new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });

/* Says whether what is on the screen is live. It marks <html data-link> so that styles can freeze buying. */
export function ConnectionPill({ failures = 0 }) {
  const [online, setOnline] = useState(true);
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

  const link = !online || failures >= 5 ? "offline" : failures > 0 ? "reconnecting" : "live";
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

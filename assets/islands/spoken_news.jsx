import { useEffect, useState } from "react";

const EVERY_MS = 10_000;
const SAID_MAX = 4;

const shown = () => new Map([...document.querySelectorAll("[data-news]")].map((place) => [place.dataset.news, place.textContent]));

function message(news) {
  const said = news.slice(0, SAID_MAX).map(([name, text]) => `${name}: ${text}`);
  return said.join(". ") + (news.length > SAID_MAX ? `. And ${news.length - SAID_MAX} more changes.` : ".");
}

/* Reads aloud what changed by itself, all changes of ten seconds in one message. What may change carries data-news. */
export function SpokenNews() {
  const [said, say] = useState("");
  useEffect(() => {
    let known = shown();
    let timer = 0;
    const tell = () => {
      timer = 0;
      const before = known;
      known = shown();
      const news = [...known].filter(([name, text]) => before.has(name) && before.get(name) !== text);
      if (news.length) say(message(news));
    };
    const watch = new MutationObserver(() => (timer ||= setTimeout(tell, EVERY_MS)));
    watch.observe(document.getElementById("main"), { childList: true, characterData: true, subtree: true });
    return () => {
      watch.disconnect();
      clearTimeout(timer);
    };
  }, []);
  return (
    <p className="sr-only" aria-live="polite" data-testid="spoken-news">
      {said}
    </p>
  );
}

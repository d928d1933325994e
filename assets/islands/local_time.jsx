import { useEffect, useState } from "react";

const PARTS = {
  weekday: "short",
  day: "numeric",
  month: "short",
  year: "numeric",
  hour: "2-digit",
  minute: "2-digit",
  hourCycle: "h23",
  timeZoneName: "short",
};

/* Writes a moment as the app does: "Mon 21 Dec 2026, 20:00 CET". */
function momentText(moment, zone) {
  const found = new Intl.DateTimeFormat("en-GB", { ...PARTS, timeZone: zone }).formatToParts(moment);
  const { weekday, day, month, year, hour, minute, timeZoneName } = Object.fromEntries(found.map(({ type, value }) => [type, value]));
  return { clock: `${day} ${hour}:${minute}`, text: `${weekday} ${day} ${month} ${year}, ${hour}:${minute} ${timeZoneName}` };
}

/* Says when a moment is where the reader is, if their clock shows another time than the one at the place. */
export function LocalTime({ moment = "", zone = "UTC", ...rest }) {
  const [text, setText] = useState("");
  useEffect(() => {
    const at = new Date(moment);
    if (Number.isNaN(at.getTime())) return setText("");
    const here = momentText(at, undefined);
    setText(here.clock === momentText(at, zone).clock ? "" : here.text);
  }, [moment, zone]);
  return text ? <p {...rest}>Your time: {text}</p> : null;
}

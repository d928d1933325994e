import { useEffect, useRef, useState } from "react";

const HEIGHT = 260;
const EDGE = { top: 14, right: 12, bottom: 28, left: 52 };

/* The next round number that divides an axis well. */
function stepFor(highest, wanted = 4) {
  const rough = Math.max(highest, 1) / wanted;
  const power = 10 ** Math.floor(Math.log10(rough));
  const nice = [1, 2, 2.5, 5, 10].find((factor) => factor * power >= rough) * power;
  return Math.max(nice, 1);
}

const short = (number) =>
  number >= 1_000_000 ? `${number / 1_000_000}M` : number >= 10_000 ? `${number / 1000}k` : number.toLocaleString("en");

function useWidth() {
  const box = useRef(null);
  const [width, setWidth] = useState(640);
  useEffect(() => {
    const watch = new ResizeObserver(([entry]) => setWidth(Math.max(entry.contentRect.width, 240)));
    watch.observe(box.current);
    return () => watch.disconnect();
  }, []);
  return [box, width];
}

function stepPath(points, x, y) {
  return points.map((point, at) => (at ? `H${x(at)}V${y(point.value)}` : `M${x(0)} ${y(point.value)}`)).join("");
}

/* Sums over time as a stepped area, with another event's pace behind it and a table for those who read. */
export function SalesChart({ title, points = [], pace = [], paceName = "Pace", valueName = "Tickets", ...rest }) {
  const [box, width] = useWidth();
  const [at, setAt] = useState(-1);
  const highest = Math.max(1, ...points.map((point) => point.value), ...pace.map((point) => point.value));
  const step = stepFor(highest);
  const top = Math.ceil(highest / step) * step;
  const last = Math.max(points.length, pace.length, 2) - 1;
  const x = (index) => EDGE.left + ((width - EDGE.left - EDGE.right) * index) / last;
  const y = (value) => HEIGHT - EDGE.bottom - ((HEIGHT - EDGE.top - EDGE.bottom) * value) / top;
  const lines = Array.from({ length: Math.round(top / step) + 1 }, (_, index) => index * step);
  const named = width < 480 ? [0, points.length - 1] : [0, Math.floor((points.length - 1) / 2), points.length - 1];
  const shown = points[at];
  const path = stepPath(points, x, y);
  const point = (move) => {
    const left = move.clientX - box.current.getBoundingClientRect().left - EDGE.left;
    const index = Math.round((left / (width - EDGE.left - EDGE.right)) * last);
    setAt(Math.min(Math.max(index, 0), points.length - 1));
  };

  return (
    <figure className="chart" {...rest}>
      <div ref={box} className="chart-plot" onPointerMove={point} onPointerLeave={() => setAt(-1)}>
        <svg width={width} height={HEIGHT} role="img" aria-label={`${title}. The table below has every figure.`}>
          {lines.map((value) => (
            <g key={value}>
              <line className="chart-rule" x1={EDGE.left} x2={width - EDGE.right} y1={y(value)} y2={y(value)} />
              <text className="chart-tick" x={EDGE.left - 8} y={y(value) + 4} textAnchor="end">{short(value)}</text>
            </g>
          ))}
          {pace.length > 1 && <path className="chart-pace" d={stepPath(pace, x, y)} />}
          {points.length > 0 && (
            <>
              <path className="chart-area" d={`${path}V${y(0)}H${x(0)}Z`} />
              <path className="chart-line" d={path} />
              <circle className="chart-now" cx={x(points.length - 1)} cy={y(points[points.length - 1].value)} r="5" />
            </>
          )}
          {[...new Set(named)].map((index) => points[index] && (
            <text key={index} className="chart-tick" x={x(index)} y={HEIGHT - 8} textAnchor={index === 0 ? "start" : index === last ? "end" : "middle"}>
              {points[index].label}
            </text>
          ))}
          {shown && (
            <g>
              <line className="chart-cross" x1={x(at)} x2={x(at)} y1={EDGE.top} y2={HEIGHT - EDGE.bottom} />
              <circle className="chart-now" cx={x(at)} cy={y(shown.value)} r="5" />
            </g>
          )}
        </svg>
        {shown && (
          <p className="chart-tip" style={{ left: Math.min(Math.max(x(at), 80), width - 80) }}>
            {shown.label}: <strong>{shown.text ?? shown.value.toLocaleString("en")}</strong>
          </p>
        )}
        {points.length === 0 && <p className="chart-empty">No sales yet. The first one draws this line.</p>}
      </div>
      <figcaption>
        {pace.length > 1 && <p className="chart-key"><i data-line="now" /> {title} <i data-line="pace" /> {paceName}</p>}
        <details>
          <summary className="link min-h-11">Show as table</summary>
          <div className="table-scroll max-h-72 overflow-y-auto">
            <table className="table min-w-0">
              <caption className="sr-only">{title}</caption>
              <thead>
                <tr><th scope="col">When</th><th scope="col" data-numeric="true">{valueName}</th></tr>
              </thead>
              <tbody>
                {points.map((row, index) => (
                  <tr key={index}><td>{row.label}</td><td data-numeric="true">{row.text ?? row.value.toLocaleString("en")}</td></tr>
                ))}
              </tbody>
            </table>
          </div>
        </details>
      </figcaption>
    </figure>
  );
}

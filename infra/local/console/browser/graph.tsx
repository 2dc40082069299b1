import { useMemo } from 'preact/hooks';
import { type Box, foldedText, layoutOf } from '../graph/layout.ts';
import { shownGraph } from '../graph/shown.ts';
import { type StateStatus, statusOf, statusWords, type Trace } from '../graph/trace.ts';
import type { MachineGraph } from '../views.ts';
import { signOf } from './parts.tsx';

interface GraphProps {
  graph: MachineGraph;
  trace: Trace;
  all: boolean;
  selected: string | undefined;
  linkOf(state: string): string;
}

/** The machine as a drawing; each state is a link to what it did. Arrow keys go to the next one. */
export function Graph({ graph, trace, all, selected, linkOf }: GraphProps) {
  const shown = useMemo(() => shownGraph(graph, trace, all), [graph, trace, all]);
  // Places stay where they are while only counts and colours change.
  const shape = JSON.stringify([shown.nodes, shown.edges.map(({ from, to }) => [from, to])]);
  const drawing = useMemo(() => layoutOf(shown), [shape]);
  const times = new Map(shown.edges.map((edge) => [`${edge.from}\n${edge.to}`, edge.times]));
  return (
    <svg
      class="graph"
      viewBox={`0 0 ${drawing.width} ${drawing.height}`}
      width={drawing.width}
      height={drawing.height}
      role="none"
      onKeyDown={moveFocus}
    >
      <Arrows />
      {drawing.boxes.filter(({ type }) => type === 'Map').map((box) => node(box))}
      {drawing.lines.map(({ from, to, kind, path }) => {
        const isGone = (times.get(`${from}\n${to}`) ?? 0) > 0;
        return (
          <path
            key={`${from}\n${to}`}
            class={`line ${kind} ${isGone ? 'gone' : 'idle'}`}
            d={path}
            marker-end={`url(#arrow-${isGone ? 'gone' : 'idle'})`}
          />
        );
      })}
      {drawing.boxes.filter(({ type }) => type !== 'Map').map((box) => node(box))}
    </svg>
  );

  function node(box: Box) {
    if (box.folded.length > 0) return <Folded key={box.id} box={box} />;
    const visits = trace.visits.get(box.id)?.length ?? 0;
    return (
      <a
        key={box.id}
        href={linkOf(box.id)}
        class={`node ${box.type.toLowerCase()} ${statusOf(trace, box.id)}`}
        data-x={box.x + box.width / 2}
        data-y={box.y}
        aria-current={selected === box.id ? 'true' : undefined}
        aria-label={labelOf(box.id, box.type, statusOf(trace, box.id), visits)}
      >
        <rect x={box.x} y={box.y} width={box.width} height={box.height} rx={box.type === 'Choice' ? 17 : 5} />
        <text x={box.x + 11} y={box.y + 22} class="sign">
          {signOf(statusOf(trace, box.id))}
        </text>
        <text x={box.x + 29} y={box.y + 21.5}>
          {box.id}
        </text>
        {visits > 1 && <Visits box={box} count={visits} />}
      </a>
    );
  }
}

/** At the end of a line that was gone, and of one that was not. */
const Arrows = () => (
  <defs>
    {['gone', 'idle'].map((name) => (
      <marker
        key={name}
        id={`arrow-${name}`}
        class={`arrow ${name}`}
        viewBox="0 0 8 8"
        refX="7"
        refY="4"
        markerWidth="8"
        markerHeight="8"
        markerUnits="userSpaceOnUse"
        orient="auto"
      >
        <path d="M0 .8L7.4 4L0 7.2Z" />
      </marker>
    ))}
  </defs>
);

/** On the upper right corner, where no name is. */
function Visits({ box, count }: { box: Box; count: number }) {
  const text = `×${count}`;
  const width = 8 + 6.5 * text.length;
  const x = box.x + box.width - width + 7;
  return (
    <>
      <rect class="pill" x={x} y={box.y - 8} width={width} height="15" rx="7.5" />
      <text class="visits" x={x + width / 2} y={box.y + 3.5}>
        {text}
      </text>
    </>
  );
}

const labelOf = (name: string, type: string, status: StateStatus, visits: number): string =>
  `${name}, ${type}, ${statusWords[status]}${visits > 1 ? `, ${visits} visits` : ''}`;

function Folded({ box }: { box: Box }) {
  return (
    <g class="node folded">
      <title>{box.folded.join(', ')}</title>
      <rect x={box.x} y={box.y} width={box.width} height={box.height} rx="5" />
      <text x={box.x + box.width / 2} y={box.y + 21.5} text-anchor="middle">
        {foldedText(box.folded.length)}
      </text>
    </g>
  );
}

const directions: Record<string, [x: number, y: number]> = {
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
};

/** To the nearest state that way: across counts for more than along. */
function moveFocus(event: KeyboardEvent): void {
  const direction = directions[event.key];
  const from = document.activeElement;
  if (!direction || !(from instanceof SVGAElement) || !(event.currentTarget instanceof SVGElement)) return;
  const [dx, dy] = direction;
  const distance = (to: SVGAElement) => {
    const x = Number(to.dataset.x) - Number(from.dataset.x);
    const y = Number(to.dataset.y) - Number(from.dataset.y);
    const along = x * dx + y * dy;
    return along <= 0 ? Number.POSITIVE_INFINITY : along + 2 * Math.abs(x * dy + y * dx);
  };
  const others = [...event.currentTarget.querySelectorAll<SVGAElement>('a.node')].filter((each) => each !== from);
  const nearest = others.sort((a, b) => distance(a) - distance(b))[0];
  if (!nearest || distance(nearest) === Number.POSITIVE_INFINITY) return;
  event.preventDefault();
  nearest.focus();
}

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

interface CallFrame {
	readonly functionName: string;
	readonly url: string;
	readonly lineNumber: number;
}
interface CpuProfile {
	readonly nodes: readonly { id: number; callFrame: CallFrame; children?: readonly number[] }[];
	readonly samples: readonly number[];
	readonly timeDeltas: readonly number[];
}
/** A frame with everything that was called from it; µs. */
interface Frame {
	readonly name: string;
	total: number;
	readonly below: Map<string, Frame>;
}

const WIDTH = 1_600;
const ROW = 17;
/** Narrower frames are left out, in pixels. */
const NARROWEST = 0.6;
/** Characters per pixel of the 11 px monospace face. */
const CHARACTER = 6.7;

/** Writes one flame graph (SVG, no scripts) for each CPU profile in the folder and answers their paths, the busiest first. */
export function flameGraphs(folder: string): readonly string[] {
	return readdirSync(folder)
		.filter((name) => name.endsWith(".cpuprofile"))
		.map((name) => {
			const root = treeOf(JSON.parse(readFileSync(join(folder, name), "utf8")) as CpuProfile);
			const file = join(folder, name.replace(/cpuprofile$/, "svg"));
			writeFileSync(file, svgOf(root));
			return { file, busy: root.total };
		})
		.sort((left, right) => right.busy - left.busy)
		.map(({ file }) => file);
}

function treeOf({ nodes, samples, timeDeltas }: CpuProfile): Frame {
	const byId = new Map(nodes.map((node) => [node.id, node]));
	const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id] as const)));
	const root: Frame = { name: "all", total: 0, below: new Map() };
	for (const [index, id] of samples.entries()) {
		const stack: string[] = [];
		for (let at: number | undefined = id; at !== undefined; at = parents.get(at)) {
			const frame = byId.get(at)?.callFrame;
			if (frame !== undefined && frame.functionName !== "(root)") stack.push(nameOf(frame));
		}
		if (stack[0] !== "(idle)") add(root, stack.reverse(), timeDeltas[index] ?? 0);
	}
	return root;
}

function add(root: Frame, stack: readonly string[], micros: number): void {
	let frame = root;
	frame.total += micros;
	for (const name of stack) {
		const below = frame.below.get(name) ?? { name, total: 0, below: new Map() };
		frame.below.set(name, below);
		below.total += micros;
		frame = below;
	}
}

function nameOf({ functionName, url, lineNumber }: CallFrame): string {
	const file = url.split("/").slice(-2).join("/");
	return `${functionName === "" ? "(anonymous)" : functionName}${file === "" ? "" : ` ${file}:${lineNumber + 1}`}`;
}

function svgOf(root: Frame): string {
	const boxes: string[] = [];
	const deepest = draw(root, { x: 0, depth: 0, perMicro: WIDTH / Math.max(1, root.total), whole: root.total, boxes });
	const height = (deepest + 1) * ROW;
	return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" font-family="monospace" font-size="11">${boxes.join("")}</svg>\n`;
}

interface Drawing {
	readonly x: number;
	readonly depth: number;
	readonly perMicro: number;
	readonly whole: number;
	readonly boxes: string[];
}

function draw(frame: Frame, drawing: Drawing): number {
	const { depth, perMicro, whole, boxes } = drawing;
	const width = frame.total * perMicro;
	if (width < NARROWEST) return depth;
	boxes.push(boxOf(frame, width, drawing, whole));
	let { x } = drawing;
	let deepest = depth;
	for (const below of [...frame.below.values()].sort((left, right) => right.total - left.total)) {
		deepest = Math.max(deepest, draw(below, { ...drawing, x, depth: depth + 1 }));
		x += below.total * perMicro;
	}
	return deepest;
}

function boxOf({ name, total }: Frame, width: number, { x, depth }: Drawing, whole: number): string {
	const label = escape(name.slice(0, Math.floor(width / CHARACTER)));
	const title = `${escape(name)}: ${((total / whole) * 100).toFixed(1)} %`;
	const hue = 20 + (Array.from(name).reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % 40);
	const place = `x="${x.toFixed(1)}" y="${depth * ROW}" width="${width.toFixed(1)}" height="${ROW - 1}"`;
	const text = label === "" ? "" : `<text x="${(x + 2).toFixed(1)}" y="${depth * ROW + 12}">${label}</text>`;
	return `<g><title>${title}</title><rect ${place} fill="hsl(${hue} 85% 68%)"/>${text}</g>`;
}

function escape(text: string): string {
	return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

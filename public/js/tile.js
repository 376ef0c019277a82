import { icon } from "./dom.js";

const SIZE = 16;
const ICONS = { service: "code", device: "phone", test: "flask" };
let canDraw = null;

/** A product's picture: its emoji, or a drawing where the system has no font that could show it. */
export function tileContent({ emoji, category }) {
	canDraw ??= drawsEmoji();
	return emoji && canDraw ? emoji : icon(ICONS[category] ?? "receipt");
}

/** A real emoji has colours, the box that stands for a missing character has not. */
function drawsEmoji() {
	const canvas = document.createElement("canvas");
	canvas.width = canvas.height = SIZE;
	const context = canvas.getContext("2d", { willReadFrequently: true });
	if (context === null) return true;
	context.font = `${SIZE}px sans-serif`;
	context.textBaseline = "top";
	context.fillText("🚀", 0, 0);
	const { data } = context.getImageData(0, 0, SIZE, SIZE);
	for (let at = 0; at < data.length; at += 4) {
		if (data[at] !== data[at + 1] || data[at] !== data[at + 2]) return true;
	}
	return false;
}

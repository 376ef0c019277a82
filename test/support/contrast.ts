import type { Page } from "playwright-core";

/** Visible texts whose contrast with what is behind them is below WCAG AA, each as `ratio tag.class text`. */
export function lowContrast(page: Page): Promise<string[]> {
	return page.evaluate(async () => {
		const isEnding = ({ effect }: Animation) => effect?.getComputedTiming().iterations !== Infinity;
		// Colours on their way to a new scheme are no colours yet.
		await new Promise((resolve) => requestAnimationFrame(resolve));
		await Promise.allSettled(
			document
				.getAnimations()
				.filter(isEnding)
				.map(({ finished }) => finished),
		);
		type Colour = readonly [number, number, number, number];
		const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });

		/** Whatever notation the browser uses, as red, green, blue and alpha. */
		const colourOf = (text: string): Colour => {
			if (canvas === null) return [0, 0, 0, 1];
			canvas.clearRect(0, 0, 1, 1);
			canvas.fillStyle = text;
			canvas.fillRect(0, 0, 1, 1);
			const [red = 0, green = 0, blue = 0, alpha = 0] = canvas.getImageData(0, 0, 1, 1).data;
			return [red, green, blue, alpha / 255];
		};
		const over = (front: Colour, back: Colour): Colour => {
			const [, , , alpha] = front;
			const mix = (index: 0 | 1 | 2) => front[index] * alpha + back[index] * (1 - alpha);
			return [mix(0), mix(1), mix(2), 1];
		};
		const backgroundOf = (element: Element | null): Colour => {
			if (element === null) return colourOf(getComputedStyle(document.body).backgroundColor);
			const own = colourOf(getComputedStyle(element).backgroundColor);
			return own[3] >= 1 ? own : over(own, backgroundOf(element.parentElement));
		};
		const luminance = ([red, green, blue]: Colour): number => {
			const [r = 0, g = 0, b = 0] = [red, green, blue].map((value) => {
				const share = value / 255;
				return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
			});
			return 0.2126 * r + 0.7152 * g + 0.0722 * b;
		};
		const ratioOf = (element: Element): number => {
			const back = backgroundOf(element);
			const front = over(colourOf(getComputedStyle(element).color), back);
			const [low = 0, high = 0] = [luminance(front), luminance(back)].sort((left, right) => left - right);
			return (high + 0.05) / (low + 0.05);
		};
		const isShown = (element: Element): boolean =>
			element.checkVisibility({ visibilityProperty: true }) && element.closest("[aria-hidden=true]") === null;
		const hasText = (element: Element): boolean =>
			[...element.childNodes].some(
				(node) => node.nodeType === Node.TEXT_NODE && (node.textContent ?? "").trim() !== "",
			);
		const isLarge = (element: Element): boolean => {
			const { fontSize, fontWeight } = getComputedStyle(element);
			const size = Number.parseFloat(fontSize);
			return size >= 24 || (size >= 18.66 && Number(fontWeight) >= 700);
		};
		return [...document.querySelectorAll("body *")]
			.filter((element) => hasText(element) && isShown(element) && element.matches(":not(:disabled, option)"))
			.map((element) => ({ element, ratio: ratioOf(element) }))
			.filter(({ element, ratio }) => ratio < (isLarge(element) ? 3 : 4.5))
			.map(
				({ element, ratio }) => `${ratio.toFixed(2)} ${element.tagName}.${element.className} ${element.textContent}`,
			);
	});
}

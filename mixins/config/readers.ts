/** `<count>/<seconds>`; null switches the limit off. */
export interface RateLimit {
	readonly count: number;
	readonly windowMs: number;
}

/** Variables as the process has them. */
export type Environment = Readonly<Record<string, string | undefined>>;
/** One line per thing that is wrong. */
export type Problems = string[];

const RATE_LIMIT = /^(\d{1,9})\/(\d{1,6})$/;

/** Typed reads of single variables; a bad value adds a problem and yields the default. */
export function readers(env: Environment, problems: Problems) {
	const optional = (name: string): string | null => {
		const value = env[name]?.trim();
		return value === undefined || value === "" ? null : value;
	};
	const wrong = <T>(name: string, expected: string, fallback: T): T => {
		problems.push(`${name} must be ${expected}.`);
		return fallback;
	};
	return {
		optional,
		text: (name: string, fallback: string): string => optional(name) ?? fallback,
		integer(name: string, fallback: number, min: number, max: number): number {
			const text = optional(name);
			if (text === null) return fallback;
			const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
			return value >= min && value <= max ? value : wrong(name, `a whole number from ${min} to ${max}`, fallback);
		},
		url(name: string, fallback: string): string {
			const text = optional(name);
			if (text === null) return fallback;
			return /^https?:$/.test(URL.parse(text)?.protocol ?? "")
				? text
				: wrong(name, "an address that starts with http:// or https://", fallback);
		},
		/** An address with one of the schemes, or null; its parts are read by who connects. */
		address(name: string, schemes: readonly string[]): string | null {
			const text = optional(name);
			const scheme = /^([a-z+]+):\/\/[^/]/.exec(text ?? "")?.[1] ?? "";
			if (text === null || schemes.includes(scheme)) return text;
			return wrong(name, `an address that starts with ${schemes.map((each) => `${each}://`).join(", ")}`, text);
		},
		flag(name: string, fallback: boolean): boolean {
			const text = optional(name)?.toLowerCase();
			if (text === undefined) return fallback;
			if (text === "true" || text === "1") return true;
			return text === "false" || text === "0" ? false : wrong(name, "true or false", fallback);
		},
		oneOf<T extends string>(name: string, values: readonly T[], fallback: T): T {
			const text = optional(name);
			if (text === null) return fallback;
			return values.find((value) => value === text) ?? wrong(name, `one of ${values.join(", ")}`, fallback);
		},
		list: (name: string): readonly string[] | null => listIn(optional(name)),
		rateLimit(name: string, fallback: RateLimit): RateLimit | null {
			const text = optional(name);
			if (text === null) return fallback;
			if (text === "off") return null;
			const [, count, seconds] = RATE_LIMIT.exec(text) ?? [];
			if (Number(count) >= 1 && Number(seconds) >= 1)
				return { count: Number(count), windowMs: Number(seconds) * 1_000 };
			return wrong(name, "<count>/<seconds>, for example 100/10, or off", fallback);
		},
	};
}

function listIn(text: string | null): readonly string[] | null {
	if (text === null) return null;
	const parts = text.split(",").map((part) => part.trim());
	return parts.filter((part) => part !== "");
}

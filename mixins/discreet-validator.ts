import { Validators } from "moleculer";

type Check = ReturnType<Validators.Fastest["compile"]>;

/** Says which field broke which rule, but not with what value: it may be a password or an address, and errors are logged. */
export class DiscreetValidator extends Validators.Fastest {
	override compile(schema: Record<string, unknown>): Check {
		const check = super.compile(schema);
		const discreet: Check = (params, options) => withoutValues(check(params, options));
		if (check.async !== undefined) discreet.async = check.async;
		return discreet;
	}
}

/** The typings know only `true`; a failed check answers a list of problems, an asynchronous one a promise of either. */
function withoutValues(result: ReturnType<Check>): ReturnType<Check> {
	if (result instanceof Promise) return result.then((settled) => withoutValues(settled) as boolean);
	const problems: unknown = result;
	if (Array.isArray(problems)) for (const problem of problems) delete (problem as { actual?: unknown }).actual;
	return result;
}

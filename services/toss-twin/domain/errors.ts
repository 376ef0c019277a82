import { findVendorError } from "./error-catalogue.ts";

/** The vendor says no: `{code, message}` with the status of the catalogue. Thrown before anything is written. */
export class VendorRefusal extends Error {
	readonly code: string;
	readonly status: number;

	constructor(code: string) {
		super(code);
		this.name = "VendorRefusal";
		this.code = code;
		this.status = findVendorError(code)?.status ?? 400;
	}
}

/** The control API says no; `field` names the offending input where there is one. */
export class ControlRefusal extends Error {
	readonly status: number;
	readonly code: string;
	readonly field: string | null;

	constructor(status: number, code: string, message: string, field: string | null = null) {
		super(message);
		this.name = "ControlRefusal";
		this.status = status;
		this.code = code;
		this.field = field;
	}
}

const CORRELATION_ID = /^[A-Za-z0-9_.:-]{1,128}$/;

/** The client's correlation id if it can be written into logs and headers as it is, else a new one. */
export function correlationIdOf(header: string | string[] | undefined, mint: () => string): string {
	return typeof header === "string" && CORRELATION_ID.test(header) ? header : mint();
}

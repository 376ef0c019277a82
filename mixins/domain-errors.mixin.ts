import { Errors, type Context, type ServiceSchema } from "moleculer";
import { isDomainError, machineryErrors, type HttpStatus } from "../services/shared/errors.ts";

/** A broken business rule leaves the service as a client error whose `type` is the domain's code and whose status the contract gives. */
export default function domainErrors(statuses: Readonly<Record<string, HttpStatus>>): Partial<ServiceSchema> {
	const known: Readonly<Record<string, HttpStatus>> = { ...machineryErrors, ...statuses };
	return {
		hooks: {
			error: {
				"*"(_ctx: Context, error: Error) {
					if (!isDomainError(error)) throw error;
					const status = known[error.code];
					if (status === undefined) throw new Error(`${error.code} is missing from the contract`, { cause: error });
					throw new Errors.MoleculerClientError(error.message, status, error.code, error.details);
				},
			},
		},
	};
}

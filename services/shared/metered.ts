/** Actions whose calls and durations are counted for operators, by result. Few, because counting costs every call a little. */
export const METERED: readonly string[] = [
	"payment.confirm",
	"payment.cancel",
	"payment.refund",
	"toss.confirm",
	"toss.cancel",
	"toss.lookup",
	"auth.login",
	"auth.refresh",
];

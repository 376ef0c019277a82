import tseslint from "typescript-eslint";

const impure = [
	{ selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: "Take `now` from the command." },
	{
		selector: "CallExpression[callee.object.name='Date'][callee.property.name='now']",
		message: "Take `now` from the command.",
	},
	{
		selector: "CallExpression[callee.object.name='Math'][callee.property.name='random']",
		message: "Take ids from the command.",
	},
];
const untypedBroker = {
	selector:
		"CallExpression[callee.object.property.name='broker'][callee.property.name=/^(call|mcall|emit|broadcast)$/]",
	message: "Use ctx.call or a typed Broker; events leave as part of a commit.",
};
const awaiting = { selector: "AwaitExpression", message: "The domain is synchronous." };

export default tseslint.config(
	{ ignores: ["node_modules/**", "coverage/**", "data/**", "test-artifacts/**", "bench-results/**"] },
	{
		files: ["**/*.ts"],
		extends: [...tseslint.configs.strictTypeChecked],
		languageOptions: {
			parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname + "/../.." },
		},
		rules: {
			complexity: ["error", { max: 8, variant: "modified" }],
			"no-restricted-syntax": ["error", untypedBroker, ...impure],
			"@typescript-eslint/no-floating-promises": "error",
			"@typescript-eslint/switch-exhaustiveness-check": "error",
			"@typescript-eslint/consistent-type-imports": "error",
			"@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
			"@typescript-eslint/require-await": "off",
			"@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
			"@typescript-eslint/no-non-null-assertion": "error",
			"max-lines": ["error", { max: 300 }],
			"max-lines-per-function": ["error", { max: 60 }],
		},
	},
	{
		files: ["mixins/**/*.ts"],
		ignores: ["mixins/clock/**"],
		rules: {
			"no-restricted-globals": [
				"error",
				...["setTimeout", "setInterval", "setImmediate"].map((name) => ({
					name,
					message: "Take timers from the clock.",
				})),
			],
		},
	},
	{ files: ["mixins/clock/**"], rules: { "no-restricted-syntax": ["error", untypedBroker] } },
	{
		files: ["services/*/domain/**"],
		rules: {
			"no-restricted-syntax": ["error", untypedBroker, awaiting, ...impure],
			"no-restricted-globals": ["error", "process", "fetch", "setTimeout", "crypto", "console"],
			"@typescript-eslint/no-restricted-imports": [
				"error",
				{
					patterns: [
						{ group: ["moleculer*", "mongoose*", "node:*"], message: "The domain imports only itself and shared." },
						{
							group: ["**/application/**", "**/infrastructure/**", "**/mixins/**"],
							message: "Dependencies point inwards.",
						},
					],
				},
			],
		},
	},
	{
		files: ["services/*/application/**"],
		rules: {
			"@typescript-eslint/no-restricted-imports": [
				"error",
				{ patterns: [{ group: ["**/infrastructure/**", "mongoose*"], message: "Ask for a port." }] },
			],
		},
	},
	{
		files: ["test/**", "deploy/**"],
		rules: {
			"max-lines-per-function": "off",
			"no-restricted-syntax": "off",
			"@typescript-eslint/no-unsafe-assignment": "off",
			"@typescript-eslint/no-unsafe-member-access": "off",
			"@typescript-eslint/unbound-method": "off",
		},
	},
	{ files: ["public/**/*.js"], rules: { complexity: ["error", 8], "max-lines": ["error", { max: 300 }] } },
);

/** Stock a fresh system starts with. */
export interface SeedStock {
	readonly productId: string;
	readonly productName: string;
	readonly quantity: number;
}

const SERVICES = 10_000_000;
const DEVICES = 100_000;

/** The three test products have the quantities their scenarios need; what else is sold never runs out in a demo. */
export const SEED_STOCK: readonly SeedStock[] = [
	{ productId: "PROD-TEST-001", productName: "테스트 상품 1", quantity: 100 },
	{ productId: "PROD-TEST-002", productName: "테스트 상품 2", quantity: 50 },
	{ productId: "PROD-TEST-003", productName: "테스트 상품 3", quantity: 0 },
	{ productId: "premium-dev-tools", productName: "프리미엄 개발자 도구", quantity: SERVICES },
	{ productId: "code-review", productName: "코드 리뷰 서비스", quantity: SERVICES },
	{ productId: "cloud-hosting", productName: "클라우드 호스팅", quantity: SERVICES },
	{ productId: "api-monitoring", productName: "API 모니터링 도구", quantity: SERVICES },
	{ productId: "database-tuning", productName: "데이터베이스 최적화", quantity: SERVICES },
	{ productId: "security-audit", productName: "보안 진단 서비스", quantity: SERVICES },
	{ productId: "iphone-16-pro", productName: "아이폰 16 Pro", quantity: DEVICES },
	{ productId: "galaxy-s25-ultra", productName: "갤럭시 S25 Ultra", quantity: DEVICES },
	{ productId: "xiaomi-pro", productName: "샤오미 14T Pro", quantity: DEVICES },
];

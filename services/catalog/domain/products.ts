import type { Localised, ProductView } from "../contract.ts";

const SERVICE_QUANTITY_MAX = 99;
const DEVICE_QUANTITY_MAX = 5;

/** The first catalogue; a product that is in the store already keeps what the store says. */
export const SEED_PRODUCTS: readonly ProductView[] = [
	service("premium-dev-tools", 1_000, "🛠️", {
		name: { ko: "프리미엄 개발자 도구", en: "Premium developer tools" },
		description: { ko: "매일 쓰는 도구를 한 단계 위로.", en: "The tools of every day, one step up." },
	}),
	service("code-review", 5_000, "🔍", {
		name: { ko: "코드 리뷰 서비스", en: "Code review" },
		description: { ko: "숙련된 개발자가 한 줄씩 읽어 드립니다.", en: "Experienced eyes on every line." },
	}),
	service("cloud-hosting", 10_000, "☁️", {
		name: { ko: "클라우드 호스팅", en: "Cloud hosting" },
		description: { ko: "멈추지 않는 서버, 한 달 이용권.", en: "A server that stays up, for one month." },
	}),
	service("api-monitoring", 3_000, "📈", {
		name: { ko: "API 모니터링 도구", en: "API monitoring" },
		description: { ko: "느려지기 전에 먼저 알려 드립니다.", en: "Know before your users do." },
	}),
	service("database-tuning", 7_000, "🗄️", {
		name: { ko: "데이터베이스 최적화", en: "Database tuning" },
		description: { ko: "느린 쿼리를 찾아 고칩니다.", en: "Slow queries found and fixed." },
	}),
	service("security-audit", 15_000, "🛡️", {
		name: { ko: "보안 진단 서비스", en: "Security audit" },
		description: { ko: "공격자보다 먼저 약점을 찾습니다.", en: "Weak spots found before an attacker does." },
	}),
	device("iphone-16-pro", 1_550_000, {
		name: { ko: "아이폰 16 Pro", en: "iPhone 16 Pro" },
		description: { ko: "티타늄 바디의 프로 카메라폰.", en: "The pro camera phone in titanium." },
		options: [
			colour("space-black", "스페이스 블랙", "Space Black"),
			colour("titanium-blue", "티타늄 블루", "Titanium Blue"),
			colour("desert-titanium", "데저트 티타늄", "Desert Titanium"),
		],
	}),
	device("galaxy-s25-ultra", 1_490_000, {
		name: { ko: "갤럭시 S25 Ultra", en: "Galaxy S25 Ultra" },
		description: { ko: "펜을 품은 큰 화면.", en: "A large screen with a pen inside." },
		options: [
			colour("phantom-black", "팬텀 블랙", "Phantom Black"),
			colour("midnight-purple", "미드나잇 퍼플", "Midnight Purple"),
			colour("gray", "그레이", "Gray"),
		],
	}),
	device("xiaomi-pro", 890_000, {
		name: { ko: "샤오미 14T Pro", en: "Xiaomi 14T Pro" },
		description: { ko: "가볍게 만나는 플래그십.", en: "A flagship at a lighter price." },
		options: [
			colour("meteor-black", "메테오 블랙", "Meteor Black"),
			colour("alpha-silver", "알파 실버", "Alpha Silver"),
		],
	}),
	test("PROD-TEST-001", 1, 10_000, {
		ko: "재고 100개, 성공 시나리오용.",
		en: "100 in stock, for the case that succeeds.",
	}),
	test("PROD-TEST-002", 2, 10_000, { ko: "재고 50개, 동시성 시험용.", en: "50 in stock, for concurrent buyers." }),
	test("PROD-TEST-003", 3, 20_000, { ko: "재고 없음, 실패 시나리오용.", en: "Out of stock, for the case that fails." }),
];

type Texts = Pick<ProductView, "name" | "description">;

function service(productId: string, price: number, emoji: string, texts: Texts): ProductView {
	const quantityMax = SERVICE_QUANTITY_MAX;
	return { productId, ...texts, emoji, category: "service", price, currency: "KRW", quantityMax };
}

function device(productId: string, price: number, texts: Texts & Required<Pick<ProductView, "options">>): ProductView {
	const quantityMax = DEVICE_QUANTITY_MAX;
	return { productId, ...texts, emoji: "📱", category: "device", price, currency: "KRW", quantityMax };
}

function test(productId: string, number: number, price: number, description: Localised): ProductView {
	const name = { ko: `테스트 상품 ${number}`, en: `Test product ${number}` };
	const quantityMax = SERVICE_QUANTITY_MAX;
	return { productId, name, description, emoji: "🧪", category: "test", price, currency: "KRW", quantityMax };
}

function colour(code: string, ko: string, en: string): { code: string; label: Localised } {
	return { code, label: { ko, en } };
}

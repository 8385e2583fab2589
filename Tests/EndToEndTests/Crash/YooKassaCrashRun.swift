import AsyncHTTPClient
import Foundation
import Payments
import Sandbox
import Server
import Storage
import StrictJSON
import TestSupport

/// One database and one YooKassa; the server between them is killed again and again.
final class YooKassaCrashRun: @unchecked Sendable {
    let book = YooKassaCrashBook()
    let yookassa: YooKassaSandbox
    let folder: TemporaryFolder
    private let url: String
    private var random: SeededGenerator

    private static let shop = "100500"
    private static let secretKey = "test_key-of-the-crash-test"

    static var shops: [YooKassaShop] { [YooKassaShop(id: shop, secretKey: secretKey)] }

    init(yookassa: YooKassaSandbox, url: String, folder: TemporaryFolder, seed: UInt64) {
        self.yookassa = yookassa
        self.url = url
        self.folder = folder
        random = SeededGenerator(seed: seed)
    }

    func start() async throws -> ServerProcess {
        let server = try await ServerProcess(
            .tiyin, in: folder,
            [
                "YOOKASSA_SHOP_ID": Self.shop, "YOOKASSA_SECRET_KEY": Self.secretKey,
                "YOOKASSA_BASE_URL": url + "/v3", "YOOKASSA_RETURN_URL": "https://shop.example/{id}",
                "YOOKASSA_SENDERS": "127.0.0.1",
            ])
        let address = server.url + "/webhook"
        yookassa.changeShop(Self.shop) { $0.notificationURL = address }
        return server
    }

    /// While the server is dead a day goes by: what it had begun belongs to nobody any more, and subscriptions are due.
    func passDay() async throws {
        let settings = try ServerSettings(
            SettingSource(environment: ServerProcess.environment(folder), folder: folder.path))
        let store = try await DatabaseAccess.writable(settings, logger: .silent)
        try await store.engine.write { sql in
            for table in ["payments", "refunds", "notices", "subscriptions"] {
                try sql.execute("UPDATE yookassa_\(table) SET due_at = 1 WHERE due_at IS NOT NULL", [])
            }
            try sql.execute(
                """
                UPDATE yookassa_subscriptions SET anchor_at = anchor_at - 86400000, next_at = next_at - 86400000,
                    due_at = 1
                WHERE state = 'active'
                """, [])
        }
        await store.engine.close()
    }

    // MARK: Rounds

    /// Shops ask, customers pay, YooKassa fails, the server dies.
    func round(_ number: Int) async throws {
        if number > 0 { try await passDay() }
        failNow()
        let server = try await start()
        let http = HTTPClient.ofCrashes()
        let shop = server.shop(http)
        let milliseconds = Int.random(in: 60...900, using: &random)
        // What was asked for last, and perhaps not answered, is asked for again beside what is new.
        let contents = book.contents
        let (old, parts) = (contents.keys.suffix(3), contents.parts.suffix(3))
        let seeds = (0..<6).map { _ in random.next() }
        await withTaskGroup(of: Void.self) { group in
            for (key, isHeld) in old { group.addTask { _ = await self.ask(key, isHeld, shop) } }
            for part in parts { group.addTask { _ = await self.giveBack(part, shop) } }
            if number < 6 { group.addTask { _ = await self.subscribe("r\(number)s", shop, isNew: true) } }
            for client in 0..<3 {
                group.addTask { await self.buy("r\(number)c\(client)", shop, SeededGenerator(seed: seeds[client])) }
            }
            for client in 3..<5 {
                group.addTask { await self.act("r\(number)c\(client)", shop, SeededGenerator(seed: seeds[client])) }
            }
            group.addTask { await self.pay(SeededGenerator(seed: seeds[5])) }
            // The instant is the test's own choice; there is nothing to wait for.
            try? await Task.sleep(for: .milliseconds(milliseconds))
            server.child.signal(SIGKILL)
            group.cancelAll()
        }
        await server.child.exit()
        try await http.shutdown()
    }

    private static let broken: [YooKassaOperation] = [
        .createPayment, .capturePayment, .cancelPayment, .createRefund, .readPayment, .readRefund,
    ]

    private func failNow() {
        let faults: [YooKassaFault] = [
            .lost, .dropped, .failedAfter(500), .refused(503), .slow(80), .slow(400), .broken, .afterNotice,
        ]
        func some() -> YooKassaFault { faults.randomElement(using: &random) ?? .lost }
        for operation in Self.broken { yookassa.fail(operation, with: some(), some()) }
        yookassa.failNotices(with: .doubled, .never, .reordered)
    }

    func heal() {
        for operation in Self.broken { yookassa.fail(operation) }
        yookassa.failNotices()
    }

    // MARK: Shops and customers

    func ask(_ key: String, _ isHeld: Bool, _ shop: MerchantClient) async -> String? {
        let body: JSONValue = [
            "amount": ["value": "100.00", "currency": "RUB"], "user_id": "u1", "capture": .bool(!isHeld),
        ]
        let answer = try? await shop.post("/payments", body, headers: [("idempotency-key", key)])
        guard let answer, [201, 202].contains(answer.status), let id = answer.body["id"]?.stringValue
        else { return nil }
        book.hear(key, id)
        return id
    }

    func subscribe(_ key: String, _ shop: MerchantClient, isNew: Bool = false) async -> String? {
        if isNew { book.beginSubscription(key) }
        let body: JSONValue = [
            "amount": ["value": "299.00", "currency": "RUB"], "user_id": "u1", "unit": "day",
            "consent": "299 roubles a day until I stop it",
        ]
        let answer = try? await shop.post("/subscriptions", body, headers: [("idempotency-key", key)])
        guard let answer, [201, 202].contains(answer.status),
            let id = answer.body["subscription"]?["id"]?.stringValue
        else { return nil }
        book.hear(key, id)
        return id
    }

    /// Until a call fails, which is when the server is killed.
    private func buy(_ name: String, _ shop: MerchantClient, _ random: SeededGenerator) async {
        var random = random
        for number in 0..<2 {
            let (key, isHeld) = ("\(name)n\(number)", Int.random(in: 0..<3, using: &random) == 0)
            book.begin(key, isHeld: isHeld)
            guard await ask(key, isHeld, shop) != nil else { return }
        }
    }

    /// Takes, lets go, calls off and gives back what it heard of.
    private func act(_ name: String, _ shop: MerchantClient, _ random: SeededGenerator) async {
        var random = random
        let ids = book.contents.keys.compactMap { book.contents.heard[$0.key] }
        for number in 0..<4 {
            guard let id = ids.randomElement(using: &random),
                let status = try? await shop.get("/payments/yookassa/\(id)").body["status"]
            else { return }
            let path = "/payments/yookassa/\(id)/"
            switch (status.stringValue, Int.random(in: 0..<4, using: &random)) {
            case ("waiting_for_capture", 0): _ = try? await shop.post(path + "cancel", [:])
            case ("waiting_for_capture", 1):
                _ = try? await shop.post(path + "capture", ["amount": ["value": "60.00", "currency": "RUB"]])
            case ("waiting_for_capture", _): _ = try? await shop.post(path + "capture", [:])
            case ("pending", 0): _ = try? await shop.post(path + "cancel", [:])
            case ("succeeded", _), ("partially_refunded", _):
                let part = YooKassaCrashBook.Part(key: "\(name)p\(number)", payment: id, value: "10.00")
                book.begin(part)
                _ = await giveBack(part, shop)
            default: continue
            }
        }
    }

    /// - Returns: the status.
    func giveBack(_ part: YooKassaCrashBook.Part, _ shop: MerchantClient) async -> Int? {
        let body: JSONValue = ["amount": ["value": .string(part.value), "currency": "RUB"]]
        return try? await shop.post(
            "/payments/yookassa/\(part.payment)/refund", body, headers: [("idempotency-key", part.key)]
        ).status
    }

    /// Customers pay most of what is open, some with a card that is refused.
    private func pay(_ random: SeededGenerator) async {
        var random = random
        var seen: Set<String> = []
        while !Task.isCancelled {
            for payment in yookassa.payments where payment.status == .pending && seen.insert(payment.id).inserted {
                switch Int.random(in: 0..<8, using: &random) {
                case 0: _ = try? yookassa.pay(payment.id, by: .card("5555555555554600"))
                case 1: continue
                default: _ = try? yookassa.pay(payment.id)
                }
            }
            try? await Task.sleep(for: .milliseconds(10))
        }
    }
}

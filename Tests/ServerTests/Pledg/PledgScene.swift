import Foundation
import NIOHTTP1
import Payments
import Pledg
import Sandbox
import Storage
import StrictJSON
import Synchronization
import TestSupport
import Testing
import YooKassa

@testable import Server

/// A server whose groups pay by Payme and by a simulated YooKassa, and everybody who comes to it.
struct PledgScene: Sendable {
    let web: PixShop
    let yookassa: YooKassaSandbox
    let shop: WebhookShop
    let book: LogBook
    private let numbers = Numbers()

    var running: RunningServer { web.running }
    var clock: ManualClock { running.clock }
    var site: PledgSite { get throws { try #require(running.server.pledg) } }
    var gateway: PledgGateway { get throws { try site.gateway } }

    static let hour: Int64 = 3_600_000
    static let secretKey = "test_secret-key-to-be-recognised"
    static let leader = "leader@example.com"

    private final class Numbers: Sendable {
        private let last = Mutex(0)
        func next() -> Int {
            last.withLock { last in
                last += 1
                return last
            }
        }
    }

    /// The world outside the server, which stays when the server is started anew.
    struct World: Sendable {
        let yookassa: YooKassaSandbox
        let shop: WebhookShop
        let book: LogBook
        let clock: ManualClock
        let folder: TemporaryFolder
        let environment: [String: String]

        /// A server in this world, until the closure returns.
        func running(
            hooks: PaymentHooks = PaymentHooks(), _ body: (PledgScene) async throws -> Void
        ) async throws {
            let running = try await RunningServer(
                environment, hooks: hooks, clock: clock, folder: folder, logger: book.logger)
            yookassa.changeShop("100500") { $0.notificationURL = running.url + "/webhook" }
            let scene = PledgScene(web: PixShop(running: running), yookassa: yookassa, shop: shop, book: book)
            do {
                try await body(scene)
            } catch {
                await running.stop()
                throw error
            }
            await running.stop()
        }
    }

    static func world(_ more: [String: String] = [:], _ body: (World) async throws -> Void) async throws {
        let clock = ManualClock(Int64(Date().timeIntervalSince1970 * 1_000))
        var account = YooKassaShop(id: "100500", secretKey: secretKey)
        account.currency = "UZS"
        let yookassa = YooKassaSandbox([account]) { clock.now }
        let shop = try await WebhookShop()
        do {
            try await yookassa.serving { url in
                let environment = [
                    "YOOKASSA_SHOP_ID": "100500", "YOOKASSA_SECRET_KEY": secretKey, "YOOKASSA_BASE_URL": url + "/v3",
                    "YOOKASSA_RETURN_URL": "https://pay.example/payments/yookassa/{id}/return",
                    "YOOKASSA_SENDERS": "127.0.0.1", "YOOKASSA_CURRENCY": "UZS",
                    "PLEDG_PUBLIC_URL": "https://pay.example",
                ].merging(shop.environment) { $1 }.merging(more) { $1 }
                try await body(
                    World(
                        yookassa: yookassa, shop: shop, book: LogBook(), clock: clock, folder: TemporaryFolder(),
                        environment: environment))
            }
        } catch {
            await shop.stop()
            throw error
        }
        #expect(shop.problems == [])
        await shop.stop()
    }

    /// A world with one server in it, whose books are in order at the end.
    static func with(_ more: [String: String] = [:], _ body: (PledgScene) async throws -> Void) async throws {
        try await world(more) { world in
            try await world.running { scene in
                try await body(scene)
                try await scene.expectOrder()
            }
        }
    }

    // MARK: The merchant

    /// A call with the merchant's key.
    func call(
        _ method: HTTPMethod, _ path: String, _ body: String? = nil, key: String? = nil
    ) async throws -> PixShop.Reply {
        try await web.send(
            method, path, body, key: running.merchantKey, headers: key.map { [("idempotency-key", $0)] } ?? [])
    }

    static func body(_ reference: String = "ORD-1", _ value: String = "9000.00", _ more: String = "") -> String {
        """
        {"organiser_email":"\(leader)","amount":{"value":"\(value)","currency":"UZS"},"reference":"\(reference)",\
        "title":"Tent","basket":[{"name":"Tent","quantity":1,\
        "unit_amount":{"value":"\(value)","currency":"UZS"}}]\(more)}
        """
    }

    /// A purchase, three members who pay 3000.00 each.
    func made(_ reference: String = "ORD-1", _ more: String = "") async throws -> Purchase {
        let reply = try await call(.POST, "/purchase", Self.body(reference, "9000.00", more))
        try #require(reply.status == 201, "\(reply.text)")
        let url = try #require(reply.json["page_url"]?.stringValue)
        let purchase = Purchase(
            id: try #require(reply.json["id"]?.stringValue), token: String(url.split(separator: "/").last ?? ""))
        try await gateway.setMembers(
            purchase.token, [PledgMember(email: "ann@example.com"), PledgMember(email: "bob@example.com")], .equal
        ).get()
        return purchase
    }

    struct Purchase: Sendable {
        let id: String
        /// The leader's.
        let token: String
    }

    func show(_ purchase: Purchase) async throws -> JSONValue {
        let reply = try await call(.GET, "/purchase/\(purchase.id)")
        try #require(reply.status == 200, "\(reply.text)")
        return reply.json
    }

    /// `STATE refunded reason`
    func line(_ purchase: Purchase) async throws -> String {
        let shown = try await show(purchase)
        let words = [shown["state"], shown["refunded"]?["value"], shown["reason"]].map { $0?.stringValue ?? "-" }
        return words.joined(separator: " ")
    }

    // MARK: The payers

    /// A pledger's link.
    func token(_ name: String, _ purchase: Purchase) async throws -> String {
        let links = try await gateway.links(purchase.id)
        return try #require(links.first { $0.email.hasPrefix(name + "@") }?.token)
    }

    /// Payme takes an order's money, by its two calls.
    @discardableResult
    func payme(_ start: PledgStart, performs: Bool = true) async throws -> String {
        let id = PaymeClient.id(numbers.next())
        let created = try await running.client.create(id, start.orderID, amount: start.amount.minor, time: clock.now)
        try #require(created.value["error"] == nil, "\(created)")
        guard performs else { return id }
        let performed = try await running.client.perform(id)
        try #require(performed.value["error"] == nil, "\(performed)")
        return id
    }

    /// A payment at YooKassa as the group's page begins it.
    func begin(_ start: PledgStart) async throws -> YooKassaStoredPayment {
        clock.advance(milliseconds: 1_100)
        let site = try #require(running.server.yookassa)
        let made = try await site.gateway.payments.create(
            YooKassaPaymentRequest(
                amount: start.amount, orderID: start.orderID, description: start.title, capture: !start.wantsHold,
                methodType: start.wantsHold ? "bank_card" : nil)
        ).get()
        return made.payment
    }

    /// The payer pays it, and YooKassa tells.
    func confirm(_ payment: YooKassaStoredPayment) async throws {
        try yookassa.pay(try #require(payment.providerID), by: .card("5555555555554444"))
        await yookassa.deliverDue()
    }

    /// The leader pays the whole amount.
    func advance(_ purchase: Purchase, by name: String = "payme") async throws {
        let start = try await gateway.startAdvance(purchase.token, gateway: name).get()
        if name == "payme" { try await payme(start) } else { try await confirm(try await begin(start)) }
        let isFunded = try await comes { try await show(purchase)["funded_at"]?.isNull == false }
        try #require(isFunded)
    }

    /// A pledger pays his share.
    func pay(_ name: String, _ purchase: Purchase, by gateway: String = "payme") async throws {
        let start = try await self.gateway.startShare(try await token(name, purchase), gateway: gateway).get()
        if gateway == "payme" { try await payme(start) } else { try await confirm(try await begin(start)) }
    }

    // MARK: Time

    /// - Parameter time: milliseconds since 1970.
    func move(to time: Int64) { clock.advance(milliseconds: time - clock.now) }

    /// Whether it comes about, while seconds go by.
    func comes(_ condition: () async throws -> Bool) async throws -> Bool {
        let came = try await eventually {
            if try await condition() { return true }
            clock.advance(milliseconds: 1_100)
            running.server.wakeJobs()
            await yookassa.deliverDue()
            return false
        }
        if !came { print("It did not come about. The money at \(clock.now):", try await money(), separator: "\n") }
        return came
    }

    /// What is under way, for the one who asks why it does not end.
    private func money() async throws -> String {
        try await running.server.store.engine.read(.scan) { session in
            let movements = try session.all(
                "SELECT kind, state, coalesce(note, ''), coalesce(due_at, 0), attempts FROM pledg_movements", []
            ) {
                "\($0.text(0) ?? "") \($0.text(1) ?? "") \($0.text(2) ?? "") \($0.integer(3) ?? 0) \($0.integer(4) ?? 0)"
            }
            let refunds = try session.all(
                "SELECT origin, state, coalesce(note, ''), coalesce(due_at, 0), tries FROM yookassa_refunds", []
            ) {
                "\($0.text(0) ?? "") \($0.text(1) ?? "") \($0.text(2) ?? "") \($0.integer(3) ?? 0) \($0.integer(4) ?? 0)"
            }
            return (movements + refunds).joined(separator: "\n")
        }
    }

    func becomes(_ line: String, _ purchase: Purchase) async throws -> Bool {
        let came = try await comes { try await self.line(purchase) == line }
        if !came {
            let stands = try await self.line(purchase)
            Issue.record("it stands as \(stands)")
        }
        return came
    }

    // MARK: The books

    /// What is with the merchant of a purchase, minor units: taken less given back.
    func kept(_ purchase: Purchase) async throws -> Int64 {
        try await number(
            """
            SELECT CAST(coalesce(sum(t.amount - t.refunded_amount), 0) AS BIGINT) FROM transactions t
            JOIN pledg_orders o ON o.order_id = t.order_id WHERE o.purchase_id = $1 AND t.state IN (2, -2)
            """, purchase)
    }

    func number(_ sql: String, _ purchase: Purchase) async throws -> Int64 {
        let id = purchase.id
        return try await running.server.store.engine.read(.scan) { session in
            try session.first(sql, [.text(id)]) { $0.integer(0) ?? 0 } ?? 0
        }
    }

    /// `kind state amount`
    func movements(_ purchase: Purchase) async throws -> [String] {
        let id = purchase.id
        return try await running.server.store.engine.read(.scan) { session in
            try session.all(
                "SELECT kind, state, amount FROM pledg_movements WHERE purchase_id = $1 ORDER BY kind, amount, id",
                [.text(id)]
            ) { "\($0.text(0) ?? "") \($0.text(1) ?? "") \($0.integer(2) ?? 0)" }
        }
    }

    /// What the shop was told of purchases, repeats included.
    func events(_ reference: String = "ORD-1") -> [String] {
        shop.letters.filter { $0.order == reference && $0.type.hasPrefix("purchase.") }.map(\.type)
    }

    /// The verifier finds nothing.
    func expectOrder(_ location: SourceLocation = #_sourceLocation) async throws {
        let server = running.server
        let verifier = Verifier(
            migrations: CoreMigrations.all + GatewayTables.migrations, machine: server.service.machine,
            gatewayChecks: GatewayTables.checks, now: clock.now)
        let found = try await verifier.run(on: server.store.engine).results.flatMap { result in
            result.findings.violations.map { "\(result.name): \($0.subject): \($0.problem)" }
        }
        #expect(found == [], sourceLocation: location)
    }
}

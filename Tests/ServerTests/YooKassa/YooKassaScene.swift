import Foundation
import NIOHTTP1
import Payments
import Sandbox
import StrictJSON
import Synchronization
import TestSupport
import Testing

@testable import Server

/// A server that is paid through a simulated YooKassa, and everybody who comes to it.
struct YooKassaScene: Sendable {
    let web: PixShop
    let yookassa: YooKassaSandbox
    let book: LogBook
    /// What YooKassa was sent with, and what nobody may read anywhere.
    let keys: Keys

    var running: RunningServer { web.running }

    static let secretKey = "test_secret-key-to-be-recognised"

    final class Keys: Sendable {
        private let texts = Mutex<Set<String>>([])
        func add(_ text: String) { _ = texts.withLock { $0.insert(text) } }
        var all: Set<String> { texts.withLock { $0 } }
    }

    static func with(
        _ more: [String: String] = [:], _ body: (YooKassaScene) async throws -> Void
    ) async throws {
        let (book, keys) = (LogBook(), Keys())
        let clock = ManualClock(Int64(Date().timeIntervalSince1970 * 1_000))
        let yookassa = YooKassaSandbox([YooKassaShop(id: "100500", secretKey: secretKey)]) { clock.now }
        yookassa.observe { exchange in if let key = exchange.key { keys.add(key) } }
        try await yookassa.serving { url in
            let environment = [
                "YOOKASSA_SHOP_ID": "100500", "YOOKASSA_SECRET_KEY": secretKey, "YOOKASSA_BASE_URL": url + "/v3",
                "YOOKASSA_RETURN_URL": "https://pay.example/payments/yookassa/{id}/return",
                "YOOKASSA_SENDERS": "127.0.0.1",
            ].merging(more) { $1 }
            let running = try await RunningServer(environment, clock: clock, logger: book.logger)
            yookassa.changeShop("100500") { $0.notificationURL = running.url + "/webhook" }
            do {
                try await body(
                    YooKassaScene(web: PixShop(running: running), yookassa: yookassa, book: book, keys: keys))
            } catch {
                await running.stop()
                throw error
            }
            await running.stop()
        }
    }

    /// A call with the merchant's key. A second goes by: YooKassa is not asked too often.
    func call(
        _ method: HTTPMethod, _ path: String, _ body: String? = nil, key: String? = nil
    ) async throws -> PixShop.Reply {
        running.clock.advance(milliseconds: 1_100)
        return try await web.send(
            method, path, body, key: running.merchantKey, headers: key.map { [("idempotency-key", $0)] } ?? [])
    }

    static let body = #"{"amount":{"value":"100.00","currency":"RUB"}}"#

    /// A payment that waits for its payer.
    func made(_ body: String = body) async throws -> JSONValue {
        let reply = try await call(.POST, "/payments", body)
        try #require(reply.status == 201, "\(reply.text)")
        return reply.json
    }

    func id(_ payment: JSONValue) throws -> String { try #require(payment["id"]?.stringValue) }

    func show(_ id: String) async throws -> JSONValue {
        try await web.send(.GET, "/payments/yookassa/\(id)", key: running.merchantKey).json
    }

    /// The payer pays, and YooKassa tells.
    func pay(_ payment: JSONValue, card: String = "5555555555554444") async throws {
        let theirs = try #require(payment["yookassa_id"]?.stringValue)
        try yookassa.pay(theirs, by: .card(card))
        await yookassa.deliverDue()
    }

    /// Whether the payment comes to stand so, while seconds go by.
    func becomes(_ status: String, _ id: String) async throws -> Bool {
        try await comes { try await show(id)["status"]?.stringValue == status }
    }

    /// Whether it comes about, while seconds go by.
    func comes(_ condition: () async throws -> Bool) async throws -> Bool {
        try await eventually {
            if try await condition() { return true }
            running.clock.advance(milliseconds: 1_100)
            running.server.wakeJobs()
            await yookassa.deliverDue()
            return false
        }
    }

    /// A payment that was paid.
    func paid(_ body: String = body) async throws -> String {
        let payment = try await made(body)
        try await pay(payment)
        let id = try id(payment)
        let isPaid = try await becomes("succeeded", id)
        try #require(isPaid)
        return id
    }
}

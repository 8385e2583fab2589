import Logging
import Payments
import Specification
import Storage
import StrictJSON
import Synchronization
import TestSupport
import Testing
import YooKassa

@Suite("24: the gateway over real HTTP")
struct WireTests {
    /// What was sent as `metadata.tx`.
    private static func tx(_ request: HTTPReceiver.Request) -> String {
        let body = try? JSONValue(parsing: request.body)
        return body?["metadata"]?["tx"]?.stringValue ?? ""
    }

    private static func payment(_ tx: String) -> [UInt8] {
        Array(
            """
            {"id":"22e12f66-000f-5000-8000-18db351245c7","status":"pending","paid":false,"test":true,
            "refundable":false,"amount":{"value":"100.00","currency":"RUB"},"created_at":"2026-11-21T00:00:00.000Z",
            "recipient":{"account_id":"100500","gateway_id":"1"},"metadata":{"tx":"\(tx)"},
            "confirmation":{"type":"redirect","confirmation_url":"https://yoomoney.test/"}}
            """.utf8)
    }

    private func withGateway(
        _ react: @escaping @Sendable (Int, HTTPReceiver.Request) -> HTTPReceiver.Reaction,
        _ body: (YooKassaGateway, TestStore, HTTPReceiver) async throws -> Void
    ) async throws {
        let count = Mutex(0)
        let receiver = try await HTTPReceiver { request in
            let index = count.withLock { count in
                defer { count += 1 }
                return count
            }
            return react(index, request)
        }
        let shop = try await TestStore(migrations: YooKassaGateway.migrations)
        let specifications = try Specifications.load()
        let credentials = try YooKassaCredentials(
            shopID: "100500", secretKey: "test_topsecret", baseURL: receiver.url, deadlineSeconds: 1)
        let client = YooKassaClient(credentials, specifications.yookassa, clock: shop.clock.source)
        let gateway = try YooKassaGateway(
            YooKassaConfiguration(shopID: "100500", isTest: true, returnURL: "https://shop.test/"),
            service: shop.service, store: shop.store, specifications: specifications, provider: client,
            logger: .silent, jitter: { $0 })
        let result: Result<Void, any Error>
        do { result = .success(try await body(gateway, shop, receiver)) } catch { result = .failure(error) }
        await client.close()
        await receiver.stop()
        await shop.close()
        try result.get()
    }

    @Test(
        "24: 500, lost, stalled and broken answers and 429, then success: one key, the same bytes each time")
    func everyTrouble() async throws {
        let troubles: [HTTPReceiver.Reaction] = [
            .answer(500, body: Array(#"{"type":"error","code":"internal_server_error"}"#.utf8)), .hangUp,
            .unfinished(200), .answer(200, body: Array("{".utf8)), .noise,
            .answer(429, body: Array(#"{"code":"too_many_requests","retry_after":1}"#.utf8)),
        ]
        try await withGateway { index, request in
            index < troubles.count ? troubles[index] : .answer(200, body: Self.payment(Self.tx(request)))
        } _: { gateway, shop, receiver in
            let request = YooKassaPaymentRequest(amount: Money(minor: 10_000, currency: .rub))
            var view = try await gateway.payments.create(request).get()
            for _ in 0..<12 where view.status == .processing {
                shop.clock.advance(milliseconds: 60_000)
                _ = await gateway.advance(.payments)
                view = try #require(try await gateway.payments.find(view.payment.id))
            }
            #expect(view.status == .pending && view.payment.confirmationURL == "https://yoomoney.test/")
            let (sent, rest) = (receiver.requests.prefix(troubles.count + 1), receiver.requests.dropFirst(7))
            // Then it is only looked at.
            #expect(sent.count == 7 && rest.allSatisfy { $0.method == "GET" })
            #expect(Set(sent.map { $0.header("idempotence-key") }).count == 1)
            #expect(Set(sent.map(\.body)).count == 1)
            #expect(sent.allSatisfy { $0.uri == "/payments" && $0.method == "POST" })
            // Nothing that was stored has the key.
            let notes = try await shop.rows(
                "SELECT coalesce(note, '') || request FROM yookassa_payments UNION SELECT detail FROM yookassa_anomalies",
                columns: 1)
            #expect(notes.allSatisfy { !$0.contains("topsecret") })
        }
    }

    @Test("24: 400 about a duplicate key is never sent again")
    func duplicateKey() async throws {
        let text = #"{"type":"error","code":"invalid_request","description":"Idempotence key duplicated"}"#
        try await withGateway { _, request in
            request.method == "POST"
                ? .answer(400, body: Array(text.utf8)) : .answer(200, body: Array(#"{"items":[]}"#.utf8))
        } _: { gateway, shop, receiver in
            let view = try await gateway.payments.create(
                YooKassaPaymentRequest(amount: Money(minor: 10_000, currency: .rub))
            ).get()
            #expect(view.status == .review)
            for _ in 0..<5 {
                shop.clock.advance(hours: 1)
                _ = await gateway.advance(.payments)
            }
            #expect(receiver.requests.filter { $0.method == "POST" }.count == 1)
            #expect(try await gateway.anomalies().map(\.kind).sorted() == ["key_reused", "unresolved"])
        }
    }
}

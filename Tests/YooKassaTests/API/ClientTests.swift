import NIOHTTP1
import Payments
import Specification
import StrictJSON
import Synchronization
import TestSupport
import Testing
import YooKassa

@Suite("The client of API v3")
struct ClientTests {
    static let payment = """
        {"id":"22e12f66-000f-5000-8000-18db351245c7","status":"pending","paid":false,"test":true,"refundable":false,
        "amount":{"value":"100.00","currency":"RUB"},"created_at":"2026-11-21T00:00:00.139Z",
        "recipient":{"account_id":"100500","gateway_id":"1"},"metadata":{"tx":"t1"},
        "confirmation":{"type":"redirect","confirmation_url":"https://yoomoney.ru/c?orderId=1"}}
        """

    private func withClient<T>(
        _ rates: YooKassaSpecification.Rates? = nil, deadline: Int64 = 5,
        react: @escaping @Sendable (Int, HTTPReceiver.Request) -> HTTPReceiver.Reaction,
        _ body: (YooKassaClient, HTTPReceiver) async throws -> T
    ) async throws -> T {
        let count = Mutex(0)
        let receiver = try await HTTPReceiver { request in
            let number = count.withLock { count in
                count += 1
                return count
            }
            return react(number, request)
        }
        let specification = try Specifications.load().yookassa
        let credentials = try YooKassaCredentials(
            shopID: "100500", secretKey: "test_secret", baseURL: receiver.url + "/v3/", deadlineSeconds: deadline,
            rates: rates)
        let client = YooKassaClient(
            credentials, specification, clock: TimeSource { Int64(ContinuousClock.now.milliseconds) })
        defer { receiver.release() }
        let result: Result<T, any Error>
        do { result = .success(try await body(client, receiver)) } catch { result = .failure(error) }
        await client.close()
        await receiver.stop()
        return try result.get()
    }

    private static func json(_ status: Int, _ text: String) -> HTTPReceiver.Reaction {
        .answer(status, headers: [("content-type", "application/json")], body: Array(text.utf8))
    }

    private func error<T>(_ work: () async throws(YooKassaError) -> T) async -> YooKassaError? {
        do {
            _ = try await work()
            return nil
        } catch {
            return error
        }
    }

    @Test("sends the shop's id and key, the key of the call, and the body to the byte")
    func request() async throws {
        let body = #"{"amount":{"value":"100.00","currency":"RUB"},"description":"Заказ 1"}"#
        try await withClient { _, _ in
            Self.json(200, Self.payment)
        } _: { client, receiver in
            let made = try await client.createPayment(YooKassaPosting(key: "k-1", body: body), .foreground)
            #expect(made.id == "22e12f66-000f-5000-8000-18db351245c7")
            #expect(made.status.known == .pending && made.status.text == "pending")
            #expect(made.amount.money == Money(minor: 10_000, currency: .rub))
            #expect(made.createdAt == 1_795_219_200_139)
            #expect(made.metadata == ["tx": "t1"] && made.isTest && made.accountID == "100500")
            #expect(made.confirmation?.url == "https://yoomoney.ru/c?orderId=1")
            let sent = try #require(receiver.requests.first)
            #expect(sent.method == "POST" && sent.uri == "/v3/payments")
            #expect(sent.header("idempotence-key") == "k-1")
            #expect(sent.header("authorization") == "Basic MTAwNTAwOnRlc3Rfc2VjcmV0")
            #expect(String(decoding: sent.body, as: UTF8.self) == body)
        }
    }

    @Test("24: 500, then success, under the same key with the same bytes")
    func fiveHundred() async throws {
        try await withClient { number, _ in
            number == 1
                ? Self.json(500, #"{"type":"error","code":"internal_server_error"}"#) : Self.json(200, Self.payment)
        } _: { client, receiver in
            let posting = YooKassaPosting(key: "k", body: #"{"a":"b"}"#)
            let first = await error { () throws(YooKassaError) in try await client.createPayment(posting, .foreground) }
            #expect(first == .unknown("HTTP 500"))
            _ = try await client.createPayment(posting, .foreground)
            let sent = receiver.requests
            #expect(sent.map(\.body) == [Array(posting.body.utf8), Array(posting.body.utf8)])
            #expect(sent.map { $0.header("idempotence-key") } == ["k", "k"])
        }
    }

    @Test(
        "24: what is no answer leaves the outcome open",
        arguments: [
            (HTTPReceiver.Reaction.hangUp, "lost"), (.noise, "noise"), (.unfinished(200), "stalled"),
            (json(200, "{\"id\":"), "broken"), (json(200, "[]"), "no object"), (json(202, "{}"), "202"),
            (json(503, ""), "503"), (.answer(302, headers: [("location", "http://127.0.0.1:1/")]), "redirect"),
            (.answer(200, body: [UInt8](repeating: 0x20, count: 3 << 20)), "huge"),
        ])
    func noAnswer(reaction: HTTPReceiver.Reaction, name: String) async throws {
        try await withClient(deadline: 1) { _, _ in
            reaction
        } _: { client, _ in
            let found = await error { () throws(YooKassaError) in
                try await client.createPayment(YooKassaPosting(key: "k", body: "{}"), .foreground)
            }
            #expect(found?.isUnknown == true, "\(name): \(String(describing: found))")
        }
    }

    @Test("tells a refusal's code and field, and nothing of its words in a log's clause")
    func refusal() async throws {
        let text = """
            {"type":"error","id":"e-1","code":"invalid_request","description":"Idempotence key duplicated",
            "parameter":"Idempotence-Key"}
            """
        try await withClient { _, _ in
            Self.json(400, text)
        } _: { client, _ in
            let found = await error { () throws(YooKassaError) in
                try await client.createPayment(YooKassaPosting(key: "k", body: "{}"), .foreground)
            }
            let refusal = YooKassaError.Refusal(
                status: 400, code: "invalid_request", detail: "Idempotence key duplicated",
                parameter: "Idempotence-Key", id: "e-1")
            #expect(found == .refused(refusal))
            #expect(
                found?.description
                    == "YooKassa refused the call: HTTP 400 invalid_request, at Idempotence-Key, error e-1")
        }
    }

    @Test("401, 404, 403 and 410 each have their meaning")
    func statuses() async throws {
        for (status, wanted) in [
            (401, YooKassaError.unauthorized), (404, .notFound),
            (403, .refused(.init(status: 403, code: "forbidden"))), (410, .refused(.init(status: 410, code: "gone"))),
        ] {
            let code = status == 410 ? "gone" : "forbidden"
            try await withClient { _, _ in
                Self.json(status, #"{"code":"\#(code)"}"#)
            } _: { client, _ in
                let found = await error { () throws(YooKassaError) in try await client.payment("p", .foreground) }
                #expect(found == wanted)
            }
        }
    }

    @Test("nobody there: nothing was sent")
    func notSent() async throws {
        let credentials = try YooKassaCredentials(shopID: "1", secretKey: "live_x", baseURL: "http://127.0.0.1:1")
        let client = YooKassaClient(credentials, try Specifications.load().yookassa, clock: ManualClock().source)
        let found = await error { () throws(YooKassaError) in try await client.shop(.foreground) }
        await client.close()
        guard case .notSent = found else {
            Issue.record("\(String(describing: found))")
            return
        }
    }

    @Test("429 closes the channel for as long as it says: the next call is not made")
    func tooMany() async throws {
        try await withClient { _, _ in
            Self.json(429, #"{"code":"too_many_requests","retry_after":5000}"#)
        } _: {
            client, receiver in
            let first = await error { () throws(YooKassaError) in try await client.payment("p", .foreground) }
            #expect(first == .busy(milliseconds: 5_000))
            let second = await error { () throws(YooKassaError) in try await client.payment("p", .foreground) }
            var wait: Int64 = 0
            if case .busy(let milliseconds) = second { wait = milliseconds }
            #expect((3_000...5_000).contains(wait))
            #expect(receiver.requests.count == 1)
        }
    }

    @Test("words, fields and reasons that are new do not break it")
    func news() async throws {
        let text = """
            {"id":"p","status":"frozen","amount":{"value":"1","currency":"XTS"},"new":{"a":[1,2.5,null]},
            "payment_method":{"type":"telepathy","id":"m","saved":true,"status":"dreaming"},"receipt_registration":"x",
            "cancellation_details":{"party":"stars","reason":"retrograde_mercury"},"created_at":"soon"}
            """
        try await withClient { _, _ in
            Self.json(200, text)
        } _: { client, _ in
            let payment = try await client.payment("p", .foreground)
            #expect(payment.status.known == nil && payment.status.text == "frozen")
            #expect(payment.amount.money == nil && payment.amount.currency == "XTS")
            #expect(payment.method?.type == "telepathy" && payment.method?.isChargeable == false)
            #expect(payment.cancellation?.reason == "retrograde_mercury")
            #expect(payment.createdAt == nil)
        }
    }

    @Test("24: 21 pages of a list, each asked for with the same filters")
    func pages() async throws {
        try await withClient { number, _ in
            let cursor = number < 21 ? #","next_cursor":"c+\#(number)/="# + "\"" : ""
            return Self.json(200, #"{"type":"list","items":[\#(Self.payment)]\#(cursor)}"#)
        } _: { client, receiver in
            var cursor: String?
            var count = 0
            repeat {
                let query = YooKassaQuery(createdFrom: 1_795_219_200_000, createdBefore: 1_795_305_600_000)
                let page = try await client.payments(query, cursor: cursor, .background)
                count += page.items.count
                cursor = page.nextCursor
            } while cursor != nil
            #expect(count == 21)
            let uris = receiver.requests.map(\.uri)
            #expect(
                uris.first
                    == "/v3/payments?limit=100&created_at.gte=2026-11-21T00%3A00%3A00.000Z"
                    + "&created_at.lt=2026-11-22T00%3A00%3A00.000Z")
            #expect(uris.last?.hasSuffix("&cursor=c%2B20%2F%3D") == true)
            #expect(uris.count == 21)
        }
    }

    @Test("an id that is no id never becomes a path")
    func paths() async throws {
        try await withClient { _, _ in
            Self.json(200, Self.payment)
        } _: { client, receiver in
            for id in ["", "../me", "a/b", "a?b", "a b", String(repeating: "a", count: 65)] {
                let found = await error { () throws(YooKassaError) in try await client.payment(id, .foreground) }
                #expect(found == .notFound)
            }
            #expect(receiver.requests.isEmpty)
        }
    }

    @Test("24: a key of 64 characters is sent, one of 65 or of other characters is not")
    func keys() async throws {
        try await withClient { _, _ in
            Self.json(200, Self.payment)
        } _: { client, receiver in
            let longest = String(repeating: "a+-_.", count: 12) + "0123"
            _ = try await client.createPayment(YooKassaPosting(key: longest, body: "{}"), .foreground)
            for key in ["", longest + "4", "a b", "ключ", "a~"] {
                let found = await error { () throws(YooKassaError) in
                    try await client.createPayment(YooKassaPosting(key: key, body: "{}"), .foreground)
                }
                #expect(
                    found == .refused(.init(status: 400, code: "invalid_request", parameter: "Idempotence-Key")))
            }
            #expect(receiver.requests.count == 1)
        }
    }

    @Test("every call goes where API v3 has it")
    func everyCall() async throws {
        try await withClient { _, request in
            switch request.uri {
            case let uri where uri.contains("refunds"):
                let refund =
                    #"{"id":"r","payment_id":"p","status":"succeeded","amount":{"value":"1","currency":"RUB"}}"#
                return Self.json(
                    200,
                    request.method == "GET" && !uri.contains("/r") || uri.contains("?")
                        ? #"{"items":[\#(refund)]}"# : refund)
            case let uri where uri.contains("receipts"):
                let receipt = #"{"id":"c","status":"pending","payment_id":"p"}"#
                return Self.json(200, uri.contains("?") ? #"{"items":[\#(receipt)]}"# : receipt)
            case let uri where uri.contains("payment_methods"):
                return Self.json(200, #"{"id":"m","type":"bank_card","saved":true,"status":"active"}"#)
            case let uri where uri.hasSuffix("/me"):
                return Self.json(200, #"{"account_id":"100500","test":true,"fiscalization":{"enabled":true}}"#)
            default: return Self.json(200, Self.payment)
            }
        } _: { client, receiver in
            let posting = YooKassaPosting(key: "k", body: "{}")
            _ = try await client.capturePayment("p", posting, .foreground)
            _ = try await client.cancelPayment("p", posting, .foreground)
            #expect(try await client.createRefund(posting, .foreground).status.known == .succeeded)
            _ = try await client.refund("r", .background)
            #expect(try await client.refunds(YooKassaQuery(paymentID: "p"), cursor: nil, .background).items.count == 1)
            #expect(try await client.createMethod(posting, .foreground).isChargeable)
            _ = try await client.method("m", .foreground)
            _ = try await client.createReceipt(posting, .foreground)
            _ = try await client.receipt("c", .foreground)
            #expect(try await client.receipts(YooKassaQuery(), cursor: nil, .foreground).items.count == 1)
            let shop = try await client.shop(.foreground)
            #expect(shop.accountID == "100500" && shop.isTest && shop.isFiscalizationEnabled == true)
            #expect(
                receiver.requests.map { "\($0.method) \($0.uri)" } == [
                    "POST /v3/payments/p/capture", "POST /v3/payments/p/cancel", "POST /v3/refunds",
                    "GET /v3/refunds/r", "GET /v3/refunds?limit=100&payment_id=p", "POST /v3/payment_methods",
                    "GET /v3/payment_methods/m", "POST /v3/receipts", "GET /v3/receipts/c",
                    "GET /v3/receipts?limit=100", "GET /v3/me",
                ])
            // A question needs no key.
            #expect(receiver.requests.filter { $0.method == "GET" }.allSatisfy { $0.header("idempotence-key") == nil })
        }
    }

    @Test("never tells its key")
    func secrets() throws {
        let credentials = try YooKassaCredentials(shopID: "100500", secretKey: "live_topsecret")
        var dumped = ""
        dump(credentials, to: &dumped)
        for text in [dumped, "\(credentials)", String(reflecting: credentials)] { #expect(!text.contains("topsecret")) }
        #expect(!credentials.isTest)
        for key in ["", "a b", "a\r\nX: y", "ключ"] {
            let error = #expect(throws: YooKassaSetupError.self) {
                try YooKassaCredentials(shopID: "1", secretKey: key)
            }
            #expect(key.isEmpty || error?.description.contains(key) == false)
        }
        for url in ["ftp://a", "https://u:p@a", "https://a?b", "nonsense", ""] {
            #expect(throws: YooKassaSetupError.self) {
                try YooKassaCredentials(shopID: "1", secretKey: "a", baseURL: url)
            }
        }
    }

    @Test("keeps its own limits: a job leaves room for who waits")
    func pace() {
        let clock = ManualClock()
        let rates = YooKassaSpecification.Rates(
            perSecond: 4, inFlight: 3, backgroundPerSecond: 3, backgroundInFlight: 2)
        let pace = YooKassaPace(rates, clock: clock.source)
        #expect(pace.take(.background) == nil)
        #expect(pace.take(.background) == nil)
        #expect(pace.take(.background) == 20)
        #expect(pace.take(.foreground) == nil)
        #expect(pace.take(.foreground) == 20)
        for _ in 0..<2 { pace.done(.background) }
        pace.done(.foreground)
        clock.advance(milliseconds: 100)
        #expect(pace.take(.background) == nil)
        pace.done(.background)
        // Four in this second: nobody, until the first is a second ago.
        #expect(pace.take(.foreground) == 900)
        clock.advance(milliseconds: 900)
        #expect(pace.take(.foreground) == nil)
        pace.done(.foreground)
        pace.close(milliseconds: 3_600_000)
        #expect(pace.take(.foreground) == 60_000)
        // The clock was set back by an hour: nobody waits for an hour.
        clock.advance(hours: -1)
        #expect(pace.take(.foreground) == nil)
    }
}

extension ContinuousClock.Instant {
    /// Milliseconds since some moment.
    var milliseconds: Int64 {
        let duration = ClientTests.start.duration(to: self)
        return duration.components.seconds * 1_000 + duration.components.attoseconds / 1_000_000_000_000_000
    }
}

extension ClientTests {
    static let start = ContinuousClock.now
}

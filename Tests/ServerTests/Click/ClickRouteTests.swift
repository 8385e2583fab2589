import Foundation
import NIOHTTP1
import Payments
import Server
import StrictJSON
import TestSupport
import Testing

/// Click over HTTP, on a real server.
@Suite("Click's routes")
struct ClickRouteTests {
    private static let environment = [
        "CLICK_SERVICE_ID": String(SentCall.defaultService), "CLICK_SECRET_KEY": SentCall.defaultSecret,
        "CLICK_MERCHANT_ID": "12345",
    ]

    private func with(
        _ more: [String: String] = [:], _ body: (RunningServer) async throws -> Void
    ) async throws {
        try await RunningServer.with(Self.environment.merging(more) { $1 }, body)
    }

    private static let paths = ["/payments/click/webhook", "/payments/click/prepare", "/payments/click/complete"]

    @Test("take both calls on every path, and answer 200 whatever they say")
    func paths() async throws {
        try await with { running in
            for (index, path) in Self.paths.enumerated() {
                try await running.addOrder("A\(index)")
                let id = Int64(index + 1)
                let prepared = try await SentCall.prepare("A\(index)", id).post(to: running.url + path)
                #expect(prepared.status == 200)
                #expect(prepared.headers.first(name: "content-type") == "application/json; charset=UTF-8")
                let prepareID = try #require(prepared.value["merchant_prepare_id"]?.integerValue)
                // Whatever the path says, the action decides.
                for other in Self.paths {
                    let done = try await SentCall.complete("A\(index)", id, prepareID).post(to: running.url + other)
                    #expect(done.value["error"] == (other == Self.paths[0] ? 0 : -4))
                }
                let refused = try await SentCall.prepare("nobody", 99).post(to: running.url + path)
                #expect(refused.status == 200)
                #expect(refused.value["error"] == -5)
                #expect(try await running.merchant(.GET, "/orders/A\(index)").body["status"] == "paid")
            }
        }
    }

    @Test("refuse what is no form, is too long, or is no POST, and stay well")
    func refusals() async throws {
        try await with { running in
            let url = running.url + Self.paths[0]
            var call = SentCall.prepare("A", 1)
            call.raw = Array(repeating: UInt8(ascii: "a"), count: 100_000)
            #expect(try await call.post(to: url).value["error"] == -8)
            call.raw = []
            #expect(try await call.post(to: url).value["error"] == -8)
            let get = try await running.merchant(.GET, Self.paths[0])
            #expect(get.status == 405)
            #expect(get.headers.first(name: "allow") == "POST")
            #expect(try await running.merchant(.OPTIONS, Self.paths[0]).status == 405)
            #expect(try await SentCall.prepare("nobody", 1).post(to: url).value["error"] == -5)
        }
    }

    @Test("are not there where Click is off")
    func off() async throws {
        try await RunningServer.with { running in
            for path in Self.paths {
                let answer = try await SentCall.prepare("A", 1).post(to: running.url + path)
                #expect(answer.status == 404)
            }
        }
    }

    @Test("tell a caller from elsewhere nothing")
    func addresses() async throws {
        try await with(["CLICK_ALLOWED_ADDRESSES": "192.0.2.1"]) { running in
            let answer = try await SentCall.prepare("A", 1).post(to: running.url + Self.paths[0])
            #expect(answer.status == 200)
            #expect(answer.value["error"] == -1)
        }
    }

    @Test("let Click's test page call from a browser, where the operator says so, and no other page")
    func testPage() async throws {
        let page = "https://docs.click.uz"
        try await with(["CLICK_TEST_ORIGIN": page]) { running in
            let url = running.url + Self.paths[0]
            for (origin, allowed) in [(page, page), ("https://evil.example", nil), ("null", nil)] as [(String, String?)]
            {
                let answer = try await SentCall.prepare("A", 1).post(to: url, headers: [("origin", origin)])
                #expect(answer.headers.first(name: "access-control-allow-origin") == allowed)
                let asked = try await running.merchant(.OPTIONS, Self.paths[0], nil, headers: [("origin", origin)])
                #expect(asked.status == (allowed == nil ? 404 : 204))
                #expect(asked.headers.first(name: "access-control-allow-origin") == allowed)
            }
        }
        try await with { running in
            let answer = try await SentCall.prepare("A", 1)
                .post(to: running.url + Self.paths[0], headers: [("origin", page)])
            #expect(answer.headers.first(name: "access-control-allow-origin") == nil)
        }
    }

    @Test("orders show Click's link beside Payme's, every value encoded")
    func links() async throws {
        try await with { running in
            let id = "A+1:2"
            try await running.addOrder(id, "5000.00")
            let encoded = "A%2B1%3A2"
            let order = try await running.merchant(
                .GET, "/orders/\(encoded)?return_url=https://shop.example/?a=1%26b=2")
            let link = try #require(order.body["links"]?["click"]?.stringValue)
            #expect(
                link == "https://my.click.uz/services/pay?service_id=54321&merchant_id=12345&amount=5000.00"
                    + "&transaction_param=\(encoded)&return_url=https%3A%2F%2Fshop.example%2F%3Fa%3D1%26b%3D2")
            #expect(order.body["links"]?["payme"] != nil)
        }
    }

    @Test("a payment is asked back over the merchant API, once, and only where that can be")
    func refunds() async throws {
        // Nobody answers there: the request is stored, and waits.
        try await with(["CLICK_MERCHANT_USER_ID": "7", "CLICK_API_URL": "http://127.0.0.1:9"]) { running in
            try await running.addOrder("A")
            try await running.addOrder("B")
            let url = running.url + Self.paths[0]
            let id = try #require(
                try await SentCall.prepare("A", 1).post(to: url).value["merchant_prepare_id"]?.integerValue)
            #expect(try await running.merchant(.POST, "/transactions/\(id)/refund").status == 409)
            _ = try await SentCall.complete("A", 1, id).post(to: url)
            for _ in 0..<2 {
                let asked = try await running.merchant(.POST, "/transactions/\(id)/refund", [:])
                #expect(asked.status == 202)
                #expect(asked.body["phase"] == "refund_pending")
                #expect(asked.body["state"] == 2)
            }
            #expect(try await running.merchant(.POST, "/transactions/99/refund").status == 404)
            #expect(try await running.merchant(.POST, "/transactions/\(id)/refund", ["amount": 1]).status == 400)
            _ = try await running.client.create(PaymeClient.id(5), "B", time: running.clock.now)
            _ = try await running.client.perform(PaymeClient.id(5))
            let payme = try await running.merchant(.POST, "/transactions/2/refund")
            #expect(payme.status == 409)
            #expect(payme.body["type"] == "urn:tiyin:problem:refund-elsewhere")
        }
    }

    @Test("a payment that waits is not called off on the merchant's word: the payer may have been debited")
    func callOff() async throws {
        // With and without somebody to ask, as long as nobody says that no money was taken.
        for environment in [[:], ["CLICK_MERCHANT_USER_ID": "7", "CLICK_API_URL": "http://127.0.0.1:9"]] {
            try await with(environment) { running in
                try await running.addOrder("A")
                let url = running.url + Self.paths[0]
                let id = try #require(
                    try await SentCall.prepare("A", 1).post(to: url).value["merchant_prepare_id"]?.integerValue)
                let key = [("idempotency-key", "off-1")]
                for _ in 0..<2 {
                    let refused = try await running.merchant(.POST, "/transactions/\(id)/cancel", headers: key)
                    #expect(refused.status == 409 && refused.body["type"] == "urn:tiyin:problem:payment-under-way")
                    // It passes: not kept under the key.
                    #expect(refused.headers["idempotency-replayed"].isEmpty)
                }
                let completed = try await SentCall.complete("A", 1, id).post(to: url)
                #expect(completed.value["error"]?.integerValue == 0)
                // A day later an attempt that never ends does not stand in the order's way.
                try await running.addOrder("B")
                _ = try await SentCall.prepare("B", 2).post(to: url)
                #expect(try await running.merchant(.POST, "/orders/B/cancel").status == 409)
                running.clock.advance(milliseconds: 86_400_001)
                #expect(try await running.merchant(.POST, "/orders/B/cancel").status == 200)
            }
        }
    }

    @Test("what was paid twice, or called off too late, is counted for whoever watches")
    func anomalies() async throws {
        try await with { running in
            let url = running.url + Self.paths[0]
            try await running.addOrder("A")
            var ids: [Int64] = []
            for id in 1...2 {
                let prepared = try await SentCall.prepare("A", Int64(id)).post(to: url)
                ids.append(try #require(prepared.value["merchant_prepare_id"]?.integerValue))
            }
            #expect(try await SentCall.complete("A", 1, ids[0]).post(to: url).value["error"] == 0)
            #expect(try await SentCall.complete("A", 2, ids[1]).post(to: url).value["error"] == -9)
            #expect(try await SentCall.complete("A", 1, ids[0], error: -1).post(to: url).value["error"] == -4)
            let text = running.server.registry.text()
            #expect(text.contains(#"tiyin_click_anomalies_total{kind="duplicate_cancelled"} 1"#))
            #expect(text.contains(#"tiyin_click_anomalies_total{kind="cancel_after_perform_refused"} 1"#))
            #expect(text.contains(#"tiyin_call_duration_seconds_count{gateway="click",method="complete",code="-9"} 1"#))
            #expect(!text.contains(SentCall.defaultSecret))
        }
    }

    @Test("settings that do not go together are refused with a sentence")
    func settings() throws {
        let folder = try SettingsFolder()
        for environment in [
            ["CLICK_SERVICE_ID": "5"], ["CLICK_SECRET_KEY": "12345678"], ["CLICK_MERCHANT_ID": "5"],
            ["CLICK_MERCHANT_USER_ID": "5"], ["CLICK_SERVICE_ID": "05", "CLICK_SECRET_KEY": "12345678"],
            ["CLICK_SERVICE_ID": "0", "CLICK_SECRET_KEY": "12345678"],
            ["CLICK_SERVICE_ID": "x", "CLICK_SECRET_KEY": "12345678"],
            ["CLICK_SERVICE_ID": "5", "CLICK_SECRET_KEY": "1234567"],
            ["CLICK_SERVICE_ID": "5", "CLICK_SECRET_KEY": "12345678", "CLICK_ADVANCED_SHOP": "all"],
            ["CLICK_CANCEL_AFTER_PERFORM": "maybe"], ["CLICK_RESERVE_MINUTES": "-1"], ["CLICK_PAY_URL": "ftp://a"],
            ["CLICK_API_URL": "https://a/"], ["CLICK_TEST_ORIGIN": "https://a/b"], ["CLICK_TEST_ORIGIN": "*"],
            ["CLICK_ALLOWED_ADDRESSES": "example.com"], ["CLICK_ADVANCED_ACCOUNT": "a b"], ["CLICK_KEY": "x"],
            [
                "CLICK_SERVICE_ID": "5", "CLICK_SECRET_KEY": "sixteen--letters", "MERCHANT_API_KEY": "sixteen--letters",
            ],
        ] {
            let complaint = folder.complaint(environment)
            #expect(complaint != "none", "\(environment)")
            #expect(complaint.contains("CLICK_") || complaint.contains("click."), "\(complaint)")
        }
    }
}

import Delivery
import NIOHTTP1
import Payments
import Server
import StrictJSON
import TestSupport
import Testing

extension EndToEnd {
    /// `merchant.check_url`, from the payment system's call to its answer.
    @Suite("Account questions over HTTP")
    struct AccountQuestions {
        private func with(
            _ answer: String, status: Int = 200,
            _ body: (RunningServer, HTTPReceiver) async throws -> Void
        ) async throws {
            try await with(.answer(status, body: Array(answer.utf8)), body)
        }

        private func with(
            _ reaction: HTTPReceiver.Reaction, _ body: (RunningServer, HTTPReceiver) async throws -> Void
        ) async throws {
            try await HTTPReceiver.with(reaction) { shop in
                try await RunningServer.with([
                    "MERCHANT_CHECK_URL": shop.url + "/check", "MERCHANT_WEBHOOK_SECRET": WebhookShop.secret,
                    "MERCHANT_PRIVATE_TARGETS": "allow",
                ]) { try await body($0, shop) }
            }
        }

        private let phone =
            #"{"allow":true,"minimum":{"value":"1000.00","currency":"UZS"},"#
            + #""maximum":{"value":"9000.00","currency":"UZS"},"additional":{"name":"Ivan"}}"#

        @Test(
            "an account that the shop allows is paid within its limits, any number of times, and the payer sees whose it is"
        )
        func allowed() async throws {
            try await with(phone) { server, shop in
                let check = try await server.client.check("998901234567")
                #expect(check.result?["allow"]?.boolValue == true, "\(check)")
                #expect(check.result?["additional"]?["name"]?.stringValue == "Ivan")
                #expect(try await server.client.check("998901234567", 99_999).code == -31_001)
                #expect(try await server.client.check("998901234567", 900_001).code == -31_001)
                for id in ["one", "two"] {
                    #expect(try await server.client.create(id, "998901234567", time: server.clock.now).isResult)
                    #expect(try await server.client.perform(id).isResult)
                }
                let found = try await server.merchant(.GET, "/transactions?order_id=998901234567").body["items"]
                #expect(found?.arrayValue?.count == 2)
                // Performing and a repeated creation ask nothing.
                let asked = shop.requests.count
                #expect(asked == 5)
                #expect(try await server.client.perform("one").isResult)
                #expect(shop.requests.count == asked)
                let question = try JSONValue(parsing: try #require(shop.requests.first).body)
                #expect(question["type"]?.stringValue == "account.check")
                #expect(question["data"]?["reference"]?.stringValue == "998901234567")
                #expect(question["data"]?["amount"]?["value"]?.stringValue == "5000.00")
                #expect(question["data"]?["purpose"]?.stringValue == "check")
            }
        }

        @Test("a registered order is not asked about")
        func registered() async throws {
            try await with(#"{"allow":false,"reason":"refused"}"#) { server, shop in
                try await server.addOrder("A")
                #expect(try await server.client.check("A").result?["allow"]?.boolValue == true)
                #expect(try await server.client.create("a", "A", time: server.clock.now).isResult)
                #expect(shop.requests.isEmpty)
            }
        }

        @Test("a refusal reaches the payer in the shop's words, in three languages")
        func refused() async throws {
            let answer = #"{"allow":false,"reason":"refused","message":{"ru":"Закрыт","uz":"Yopiq","en":"Closed"}}"#
            try await with(answer) { server, _ in
                let check = try await server.client.check("998900000000")
                #expect((-31_099...(-31_050)).contains(check.code ?? 0), "\(check)")
                #expect(check.value["error"]?["message"]?["uz"]?.stringValue == "Yopiq")
                let create = try await server.client.create("x", "998900000000", time: server.clock.now)
                #expect(create.value["error"]?["message"]?["ru"]?.stringValue == "Закрыт")
            }
        }

        @Test("not found is not found")
        func notFound() async throws {
            try await with(#"{"allow":false,"reason":"not_found"}"#) { server, _ in
                let asked = try await server.client.check("998900000000")
                try await RunningServer.with { plain in
                    let unasked = try await plain.client.check("998900000000")
                    #expect(asked.code == unasked.code)
                }
            }
        }

        @Test(
            "a shop that is silent, broken or odd makes the answer 'try again', never an allow, and nothing is stored",
            arguments: [#"{"allow":true"#, "", #"{"allow":"yes"}"#, #"{"allow":true,"minimun":{}}"#, "[]"])
        func odd(answer: String) async throws {
            try await with(answer) { server, _ in
                try await expectTryAgain(server)
            }
        }

        @Test("an error status, a redirect, a lost connection", arguments: [500, 404, 302, 204])
        func statuses(status: Int) async throws {
            try await with(phone, status: status) { server, _ in try await expectTryAgain(server) }
        }

        @Test("no answer within two seconds")
        func silent() async throws {
            try await with(.held) { server, shop in
                let clock = ContinuousClock()
                let start = clock.now
                try await expectTryAgain(server)
                // Two questions, one after the other.
                #expect(clock.now - start < .seconds(15))
                shop.release()
            }
        }

        @Test("nobody listens")
        func nobody() async throws {
            try await RunningServer.with([
                "MERCHANT_CHECK_URL": "http://127.0.0.1:9/check", "MERCHANT_WEBHOOK_SECRET": WebhookShop.secret,
                "MERCHANT_PRIVATE_TARGETS": "allow",
            ]) { try await expectTryAgain($0) }
        }

        @Test("an account without the field of orders is asked about by its other fields")
        func otherField() async throws {
            try await with(#"{"allow":true,"order_id":"phone:998901234567"}"#) { server, shop in
                let answer = try await server.client.call(
                    "CheckPerformTransaction", ["amount": 500_000, "account": ["phone": "998901234567"]])
                #expect(answer.result?["allow"]?.boolValue == true, "\(answer)")
                let question = try JSONValue(parsing: try #require(shop.requests.first).body)
                #expect(question["data"]?["reference"]?.isNull == true)
                #expect(question["data"]?["account"]?["phone"]?.stringValue == "998901234567")
            }
        }

        @Test("an id that was paid under as the shop's own account is no order's afterwards")
        func inherited() async throws {
            try await with(phone) { server, _ in
                #expect(try await server.client.create("one", "998901234567", time: server.clock.now).isResult)
                let answer = try await server.merchant(
                    .POST, "/orders", ["id": "998901234567", "kind": "cumulative", "currency": "UZS"])
                #expect(answer.status == 409)
            }
        }

        @Test("an answer that names a registered order does not get around its rules")
        func collision() async throws {
            try await with(#"{"allow":true,"order_id":"A"}"#) { server, _ in
                try await server.addOrder("A")
                #expect(try await server.client.create("a", "A", time: server.clock.now).isResult)
                #expect(try await server.client.perform("a").isResult)
                try await expectTryAgain(server)
            }
        }

        /// As a hook that throws: an error that makes the payment system come again.
        private func expectTryAgain(
            _ server: RunningServer, sourceLocation: SourceLocation = #_sourceLocation
        ) async throws {
            let check = try await server.client.check("998900000000")
            let create = try await server.client.create("x", "998900000000", time: server.clock.now)
            for answer in [check, create] {
                #expect(answer.result == nil && answer.code != nil, "\(answer)", sourceLocation: sourceLocation)
                #expect(
                    !((-31_099...(-31_050)).contains(answer.code ?? 0)), "\(answer)", sourceLocation: sourceLocation)
            }
            let stored = try await server.merchant(.GET, "/transactions?order_id=998900000000").body["items"]
            #expect(stored?.arrayValue?.isEmpty == true, sourceLocation: sourceLocation)
        }
    }
}

import Foundation
import Specification
import StrictJSON
import TestSupport
import Testing

extension EndToEnd {
    @Suite("The merchant API against its document")
    struct MerchantDocument {
        /// Orders and payments in every state: A-5 is paid through Click, which can give it back, as transaction 1.
        private static func with(_ body: (RunningServer) async throws -> Void) async throws {
            // Nobody answers there: what is to go back waits.
            let environment = [
                "CLICK_SERVICE_ID": String(SentCall.defaultService), "CLICK_SECRET_KEY": SentCall.defaultSecret,
                "CLICK_MERCHANT_ID": "12345", "CLICK_MERCHANT_USER_ID": "7", "CLICK_API_URL": "http://127.0.0.1:9",
            ]
            try await RunningServer.with(environment) { running in
                let click = running.url + "/payments/click/webhook"
                for id in ["A-5", "A-6", "A-7", "A-8"] { try await running.addOrder(id) }
                try await running.shop.addAccount("account")
                let prepared = try await SentCall.prepare("A-5", 1).post(to: click)
                let id = try #require(prepared.value["merchant_prepare_id"]?.integerValue)
                #expect(id == 1)
                #expect(try await SentCall.complete("A-5", 1, id).post(to: click).value["error"] == 0)
                let now = running.clock.now
                for (number, order) in [(2, "A-6"), (3, "A-7"), (4, "account"), (5, "account")] {
                    #expect(try await running.client.create(PaymeClient.id(number), order, time: now).state == 1)
                }
                for number in [3, 5] { #expect(try await running.client.perform(PaymeClient.id(number)).state == 2) }
                #expect(try await running.client.cancel(PaymeClient.id(3), reason: 5).state == -2)
                try await body(running)
            }
        }

        @Test("a tool from elsewhere tries what the document allows and forbids, and finds nothing")
        func clean() async throws {
            try await Self.with { running in
                // The same requests each time: what is found was broken by the last change. The long version looks
                // elsewhere.
                let seed = Prove.isOn ? Prove.seed("schemathesis") : 1
                let run = try await Schemathesis.run(
                    running.url + "/openapi.yaml", on: running, seed: seed, examples: Prove.count(60, long: 600))
                #expect(run.isClean, "seed \(seed)\n\(run.output)")
                #expect(run.generated > 1_000, "\(run.output)")
                print("schemathesis: \(run.generated) requests")
            }
        }

        /// What is made wrong in the document, where, and what the tool says of the server then.
        static let lies: [(replace: String, with: String, operation: String, says: String)] = [
            ("enum: [pending, reserved, paid", "enum: [reserved, paid", "listOrders", "violates schema"),
            ("required: [items, next_cursor]", "required: [items, total]", "listOrders", "violates schema"),
            ("minimum: 1, maximum: 200", "minimum: 1, maximum: 500", "listOrders", "Schema-valid request rejected"),
            ("minimum: 1, maximum: 200", "minimum: 7, maximum: 200", "listOrders", "accepted"),
            ("      security: []", "      security: [{merchantKey: []}]", "getDocument", "authentication"),
            ("application/yaml: {}", "text/html: {}", "getDocument", "ontent"),
        ]

        @Test("and finds something, where the document is made to lie", arguments: lies)
        func finds(lie: (replace: String, with: String, operation: String, says: String)) async throws {
            try await Self.with { running in
                let folder = TemporaryFolder()
                let text = String(decoding: try Specifications.load().merchant.document, as: UTF8.self)
                try #require(text.contains(lie.replace))
                let file = folder.file("lie.yaml")
                try text.replacing(lie.replace, with: lie.with).write(toFile: file, atomically: true, encoding: .utf8)
                let run = try await Schemathesis.run(
                    file, on: running, operation: lie.operation, seed: 1, examples: 20)
                #expect(!run.isClean && run.generated > 0, "\(run.output)")
                #expect(run.output.contains(lie.says), "\(run.output)")
            }
        }
    }
}

import NIOHTTP1
import Sandbox
import StrictJSON
import Synchronization
import TestSupport
import Testing
import YooKassa

@testable import Server

@Suite("What became of a subscription")
struct YooKassaSubscriptionNewsTests {
    private static let environment = [
        "MERCHANT_WEBHOOK_SECRET": "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz", "MERCHANT_PRIVATE_TARGETS": "allow",
    ]
    private static let body =
        #"{"amount":{"value":"299.00","currency":"RUB"},"user_id":"u1","consent":"299 rub. a month until you cancel"}"#

    /// Webhooks that are about subscriptions.
    private static func news(_ receiver: HTTPReceiver) -> [HTTPReceiver.Request] {
        receiver.requests.filter { String(decoding: $0.body, as: UTF8.self).contains(#""type":"subscription."#) }
    }

    @Test("is told to the shop by a webhook like the others, again until it takes it, and then no more")
    func told() async throws {
        let isDown = Mutex(true)
        let receiver = try await HTTPReceiver { request in
            let isOurs = String(decoding: request.body, as: UTF8.self).contains(#""type":"subscription."#)
            return isOurs && isDown.withLock { $0 } ? .answer(500) : .answer(204)
        }
        defer { Task { await receiver.stop() } }
        let address = ["MERCHANT_WEBHOOK_URL": receiver.url + "/hook"]
        try await YooKassaScene.with(Self.environment.merging(address) { $1 }) { scene in
            let reply = try await scene.call(.POST, "/subscriptions", Self.body)
            let id = try #require(reply.json["subscription"]?["id"]?.stringValue)
            try await scene.pay(try #require(reply.json["payment"]))
            let isTried = try await scene.comes { !Self.news(receiver).isEmpty }
            try #require(isTried)
            isDown.withLock { $0 = false }
            let isRepeated = try await scene.comes {
                // A shop that did not answer is left alone for a while.
                scene.running.clock.advance(milliseconds: 10_000)
                return Self.news(receiver).count == 2
            }
            #expect(isRepeated)
            let letters = Self.news(receiver)
            #expect(Set(letters.map(\.body)).count == 1)
            #expect(Set(letters.compactMap { $0.header("webhook-id") }).count == 1)
            #expect(letters.allSatisfy { $0.header("webhook-signature")?.hasPrefix("v1,") == true })
            let message = try JSONValue(parsing: letters[0].body)
            #expect(message["type"] == "subscription.activated")
            #expect(message["data"]?["subscription_id"]?.stringValue == id)
            #expect(message["data"]?["user_id"] == "u1")
            #expect(message["data"]?["amount"] == ["value": "299.00", "currency": "RUB"])
            for _ in 0..<5 {
                scene.running.clock.advance(milliseconds: 3_600_000)
                scene.running.server.wakeJobs()
                let reply = try await scene.call(.GET, "/subscriptions/\(id)")
                #expect(reply.json["state"] == "active")
            }
            _ = await scene.running.server.yookassa?.gateway.advance(.subscriptions)
            #expect(Self.news(receiver).count == 2)
        }
    }
}

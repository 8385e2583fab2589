import Delivery
import Foundation
import Payments
import TestSupport
import Testing

@Suite("A webhook")
struct WebhookSenderTests {
    private static let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    private static let message = WebhookMessage(id: "evt_1", body: Array(#"{"type":"order.paid","и":"😀"}"#.utf8))

    private static func with<T>(
        _ reaction: HTTPReceiver.Reaction,
        _ body: (WebhookSender, HTTPReceiver, ManualClock) async throws -> T
    ) async throws -> T {
        try await HTTPReceiver.with(reaction) { receiver in
            let clock = ManualClock()
            let client = OutboundClient(userAgent: "tiyin/test", limits: .webhook)
            let sender = WebhookSender(
                target: try OutboundTarget(receiver.url + "/hooks?of=1", allowsPrivate: true),
                signer: WebhookSigner(try WebhookSecret(secret)), client: client, clock: clock.source)
            let result: Result<T, any Error>
            do { result = .success(try await body(sender, receiver, clock)) } catch { result = .failure(error) }
            await client.shutdown()
            return try result.get()
        }
    }

    private static func failure(
        _ status: Int, _ headers: [(String, String)] = [], body: String = ""
    ) async throws -> DeliveryFailure? {
        try await with(.answer(status, headers: headers, body: Array(body.utf8))) { sender, _, _ in
            do {
                try await sender.send(message)
                return nil
            } catch let error as DeliveryFailure {
                return error
            }
        }
    }

    @Test("arrives signed as of the attempt, under the same id every time")
    func signed() async throws {
        try await Self.with(.answer(204)) { sender, receiver, clock in
            try await sender.send(Self.message)
            clock.advance(hours: 5)
            try await sender.send(Self.message)
            let signer = WebhookSigner(try WebhookSecret(Self.secret))
            #expect(receiver.requests.count == 2)
            for (request, sentAt) in zip(receiver.requests, [clock.now - 18_000_000, clock.now]) {
                #expect(request.method == "POST")
                #expect(request.uri == "/hooks?of=1")
                #expect(request.header("content-type") == "application/json")
                #expect(request.header("user-agent") == "tiyin/test")
                #expect(request.header("webhook-id") == "evt_1")
                #expect(request.body == Self.message.body)
                #expect(request.header("webhook-timestamp") == String(sentAt / 1_000))
                #expect(
                    signer.verify(
                        id: "evt_1", timestamp: request.header("webhook-timestamp") ?? "",
                        signature: request.header("webhook-signature") ?? "", body: request.body, now: sentAt))
            }
        }
    }

    @Test("is delivered with any 2xx", arguments: [200, 201, 202, 204, 299])
    func delivered(status: Int) async throws {
        #expect(try await Self.failure(status) == nil)
    }

    @Test("is not with anything else, and it is plain whom that concerns")
    func refused() async throws {
        let table: [(Int, DeliveryFailure.Scope, Bool)] = [
            (301, .delivery, false), (302, .delivery, false), (304, .delivery, false), (307, .delivery, false),
            (400, .delivery, false), (401, .delivery, false), (404, .delivery, false), (410, .receiver, true),
            (408, .receiver, false), (422, .delivery, false), (429, .receiver, false), (500, .receiver, false),
            (501, .receiver, false),
            (502, .receiver, false), (503, .receiver, false), (504, .receiver, false),
        ]
        for (status, scope, isGone) in table {
            let failure = try #require(try await Self.failure(status, body: status == 304 ? "" : "leaked"))
            #expect(failure.scope == scope, "\(status)")
            #expect(failure.isGone == isGone, "\(status)")
            #expect(failure.retryAfter == nil)
            #expect(failure.description.hasPrefix("HTTP \(status)"))
            #expect(!failure.description.contains("leaked"))
        }
    }

    @Test("is left alone for as long as the receiver asks, a day at the most")
    func retryAfter() async throws {
        let clock = ManualClock()
        let table: [(Int, String, Int64?)] = [
            (429, "30", 30_000), (503, "Sat, 21 Nov 2026 00:01:00 GMT", 60_000), (500, "7", 7_000),
            (503, "999999", 86_400_000), (503, "-1", nil), (503, "soon", nil), (429, "0", nil),
        ]
        for (status, text, wait) in table {
            let failure = try #require(try await Self.failure(status, [("Retry-After", text)]))
            #expect(failure.retryAfter == wait, "\(text) at \(clock.now)")
        }
    }

    @Test("that reaches nobody is the receiver's failure")
    func nobody() async throws {
        for (reaction, text) in [
            (HTTPReceiver.Reaction.hangUp, "the connection broke off"), (.noise, "the connection broke off"),
        ] {
            try await Self.with(reaction) { sender, _, _ in
                let error = await #expect(throws: DeliveryFailure.self) { try await sender.send(Self.message) }
                #expect(error == DeliveryFailure(text, scope: .receiver))
            }
        }
        try await Self.with(.answer(204)) { sender, receiver, _ in
            await receiver.stop()
            let error = await #expect(throws: DeliveryFailure.self) { try await sender.send(Self.message) }
            #expect(error == DeliveryFailure("no connection", scope: .receiver))
        }
    }

    @Test("whose task is cancelled ends at once, as cancelled")
    func cancelled() async throws {
        try await Self.with(.held) { sender, receiver, _ in
            let task = Task { try await sender.send(Self.message) }
            #expect(await eventually { receiver.requests.count == 1 })
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
        }
    }
}

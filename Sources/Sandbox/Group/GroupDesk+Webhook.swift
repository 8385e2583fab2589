import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import StrictJSON

extension GroupDesk {
    /// What came in a webhook.
    struct Message: Sendable {
        let id: String
        let timestamp: String
        let signature: String
        let body: [UInt8]
    }

    /// Whether it is from who has the key, whole, and of the last five minutes.
    ///
    /// Source: Standard Webhooks 1.0, "Signature scheme".
    func isGenuine(_ message: Message) -> Bool {
        guard shop.webhookSecret.hasPrefix("whsec_"), let seconds = Int64(message.timestamp),
            let key = Data(base64Encoded: String(shop.webhookSecret.dropFirst(6))),
            abs(clock.now / 1_000 - min(max(seconds, 0), Int64.max / 2)) <= 300
        else { return false }
        let signed = Array("\(message.id).\(message.timestamp).".utf8) + message.body
        return message.signature.split(separator: " ").contains { part in
            guard part.hasPrefix("v1,"), let code = Data(base64Encoded: String(part.dropFirst(3))) else {
                return false
            }
            return HMAC<SHA256>.isValidAuthenticationCode(code, authenticating: signed, using: SymmetricKey(data: key))
        }
    }

    /// Writes down what the server told of a purchase. Of everything else its hooks tell.
    func take(_ message: Message) {
        guard let body = try? JSONValue(parsing: message.body), let type = body["type"]?.stringValue,
            let purchase = body["data"]?["purchase"], let id = purchase["id"]?.stringValue, !isRepeat(message.id)
        else { return }
        let order = purchase["reference"]?.stringValue ?? ""
        guard !order.hasPrefix(suitePrefix) else { return }
        note(id)
        let settlement = purchase["settlement"]?.stringValue
        var entry = TimelineEntry(
            .webhook, type, Sentence(Self.key(type), also: settlement.map { "say_settlement_\($0)" }))
        entry.order = order
        entry.head =
            "POST \(SandboxGroups.webhookPath)\nwebhook-id: \(message.id)\nwebhook-timestamp: \(message.timestamp)\n"
            + "webhook-signature: v1,…"
        entry.request = String(decoding: message.body, as: UTF8.self)
        timeline.add(entry)
    }

    /// `say_purchase_funded`
    static func key(_ type: String) -> String {
        "say_" + type.split(separator: ".").joined(separator: "_")
    }
}

/// Where the shop takes webhooks.
struct GroupWebhookRoutes: Sendable {
    let desk: GroupDesk

    private static let bodyBytesMaximum = 1 << 18

    func add<Context: RequestContext>(to router: some RouterMethods<Context>) {
        router.post(RouterPath(SandboxGroups.webhookPath)) { request, _ in
            let body = try await request.body.collect(upTo: Self.bodyBytesMaximum)
            func header(_ name: String) -> String {
                HTTPField.Name(name).flatMap { request.headers[$0] } ?? ""
            }
            let message = GroupDesk.Message(
                id: header("webhook-id"), timestamp: header("webhook-timestamp"),
                signature: header("webhook-signature"), body: Array(body.readableBytesView))
            guard desk.isGenuine(message) else { return Response(status: .unauthorized) }
            desk.take(message)
            return Response(status: .noContent)
        }
    }
}

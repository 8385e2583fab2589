import Crypto
import Foundation
import Payments

/// Signs webhooks, with two keys while one replaces the other, and verifies them as a receiver does.
///
/// Source: Standard Webhooks 1.0, "Signature scheme".
public struct WebhookSigner: Sendable {
    /// How far the time of a message may be from the receiver's, milliseconds: five minutes.
    public static let toleranceMilliseconds: Int64 = 300_000

    private let secrets: [WebhookSecret]

    /// - Parameters:
    ///   - secret: signs every message.
    ///   - other: signs every message too, while receivers change from one to the other; nil: there is no other.
    public init(_ secret: WebhookSecret, and other: WebhookSecret? = nil) {
        secrets = [secret] + (other.map { [$0] } ?? [])
    }

    /// The value of `webhook-signature`: `v1,<base64>`, and a second one after a space if there are two keys.
    ///
    /// - Parameters:
    ///   - id: the value of `webhook-id`. It must not contain a full stop, which stands between what is signed.
    ///   - timestamp: the value of `webhook-timestamp`, seconds since 1970.
    ///   - body: as it is sent, to the byte.
    public func signature(id: String, timestamp: Int64, body: [UInt8]) -> String {
        signatures(id, String(timestamp), body).joined(separator: " ")
    }

    /// The three headers of a message.
    ///
    /// - Parameters:
    ///   - id: the same at every attempt: receivers recognise a repeat by it.
    ///   - timestamp: of this attempt, seconds since 1970.
    ///   - body: as it is sent, to the byte.
    public func headers(id: String, timestamp: Int64, body: [UInt8]) -> [(name: String, value: String)] {
        [
            ("webhook-id", id), ("webhook-timestamp", String(timestamp)),
            ("webhook-signature", signature(id: id, timestamp: timestamp, body: body)),
        ]
    }

    /// Whether a message is from somebody who has one of the keys, whole, and of the last five minutes.
    ///
    /// - Parameters:
    ///   - id: the header `webhook-id` as it came.
    ///   - timestamp: the header `webhook-timestamp` as it came.
    ///   - signature: the header `webhook-signature` as it came; one of its signatures has to fit.
    ///   - body: as it came, to the byte.
    ///   - now: milliseconds since 1970.
    public func verify(id: String, timestamp: String, signature: String, body: [UInt8], now: Int64) -> Bool {
        guard let seconds = Int64(timestamp), String(seconds) == timestamp,
            case (let sent, let overflow) = seconds.multipliedReportingOverflow(by: 1_000), !overflow,
            case (let age, let overflow) = now.subtractingReportingOverflow(sent), !overflow,
            age.magnitude <= UInt64(Self.toleranceMilliseconds)
        else { return false }
        let expected = signatures(id, timestamp, body).map { Array($0.utf8) }
        var fits = false
        for sent in signature.split(separator: " ") {
            let bytes = Array(sent.utf8)
            for secret in expected where ConstantTime.areEqual(bytes, secret) { fits = true }
        }
        return fits
    }

    private func signatures(_ id: String, _ timestamp: String, _ body: [UInt8]) -> [String] {
        let signed = Array("\(id).\(timestamp).".utf8) + body
        return secrets.map { secret in
            let code = HMAC<SHA256>.authenticationCode(for: signed, using: secret.key)
            return "v1," + Data(code).base64EncodedString()
        }
    }
}

import Crypto
import Foundation

/// A key of webhook signatures: `whsec_` and the base64 of 24 to 64 bytes. It never shows itself.
///
/// Source: Standard Webhooks 1.0, "Secret".
public struct WebhookSecret: Sendable, Equatable {
    /// A text that is no webhook secret.
    public struct Malformed: Error, Sendable, Hashable, CustomStringConvertible {
        /// Says what is wanted, nothing of what was given.
        public let description =
            "a webhook secret is whsec_ followed by the base64 of 24 to 64 random bytes; "
            + "make one with: echo \"whsec_$(openssl rand -base64 32)\""
    }

    let key: SymmetricKey

    /// - Parameter text: `whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw`; padding may be left out.
    /// - Throws: ``Malformed``, which holds nothing of the text.
    public init(_ text: String) throws(Malformed) {
        let prefix = "whsec_"
        guard text.hasPrefix(prefix) else { throw Malformed() }
        var base64 = String(text.dropFirst(prefix.count))
        if !base64.contains("=") { base64 += String(repeating: "=", count: (4 - base64.utf8.count % 4) % 4) }
        guard let bytes = Data(base64Encoded: base64), (24...64).contains(bytes.count) else { throw Malformed() }
        key = SymmetricKey(data: bytes)
    }
}

extension WebhookSecret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Three dots.
    public var description: String { "…" }
    /// Three dots.
    public var debugDescription: String { description }
    /// Without children: `dump` finds nothing.
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}

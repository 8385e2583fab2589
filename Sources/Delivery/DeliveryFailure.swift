/// Why a receiver does not have a delivery. Its text is kept and shown to operators: nothing secret in it.
public struct DeliveryFailure: Error, Sendable, Hashable, CustomStringConvertible {
    /// Whom the failure is about.
    public enum Scope: Sendable, Hashable {
        /// Nobody answers there, or it can take no more: other deliveries would fail too.
        case receiver
        /// The receiver answers, and does not take this one.
        case delivery
    }

    /// What happened, in a few words: `HTTP 500`, `no answer within 15 s`.
    public let description: String
    /// Whom it is about.
    public let scope: Scope
    /// How long the receiver wants to be left alone, milliseconds; nil: it did not say.
    public let retryAfter: Int64?
    /// The receiver wants nothing any more, ever.
    public let isGone: Bool

    /// - Parameters:
    ///   - description: see ``description``; nothing secret in it.
    ///   - retryAfter: milliseconds; nil: the receiver did not say.
    public init(_ description: String, scope: Scope, retryAfter: Int64? = nil, isGone: Bool = false) {
        self.description = description
        self.scope = scope
        self.retryAfter = retryAfter
        self.isGone = isGone
    }
}

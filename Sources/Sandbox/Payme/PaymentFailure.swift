import Specification

/// Why a payment came to nothing.
enum PaymentFailure: Sendable, Hashable {
    /// The card was not taken; nothing reached the shop. Holds the key of the text that says why.
    case card(String)
    /// The debit failed after the shop had created the transaction.
    case debit
    /// The shop refused, in its own words.
    case shop(LocalizedText)
    /// The shop did not answer, or not as the protocol asks.
    case unusable
    /// Somebody cancelled it.
    case cancelled
}

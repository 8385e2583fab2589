/// Who is asked to pay what: all that a gateway says before a transaction exists.
public struct AccountQuestion: Sendable, Hashable {
    /// Why the gateway asks.
    public enum Purpose: Sendable, Hashable {
        /// Could it be paid? Nothing changes.
        case check
        /// A transaction is about to be created.
        case create
    }

    public var gateway: String
    public var purpose: Purpose
    /// Every field of the account with its value as text (`user`: `17`, `order`: `A-5`).
    public var fields: [String: String]
    /// The value of the account field that the configuration names; nil if the gateway did not send it.
    public var reference: String?
    /// What the payer wants to pay; nil if it is no amount that Int64 holds.
    public var amount: Money?

    public init(
        gateway: String, purpose: Purpose, fields: [String: String], reference: String?, amount: Money?
    ) {
        self.gateway = gateway
        self.purpose = purpose
        self.fields = fields
        self.reference = reference
        self.amount = amount
    }
}

/// What an account means to the shop.
public enum AccountAnswer: Sendable, Hashable {
    /// The order of that id in the `orders` table.
    case stored(id: String)
    /// An order that only the shop knows: a phone number, a contract.
    case order(Order)
    case refused(Rejection)
}

/// A piece of information that the payer sees on the form before paying.
public struct AdditionalField: Sendable, Hashable {
    public var name: String
    public var value: String

    public init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}

/// The shop's yes or no.
public enum Verdict: Sendable, Hashable {
    case allow
    case refuse(Refusal = Refusal())
}

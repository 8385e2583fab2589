/// Who is asked to pay what: all that a gateway says before a transaction exists.
public struct AccountQuestion: Sendable, Hashable {
    /// Why the gateway asks.
    public enum Purpose: Sendable, Hashable {
        /// Could it be paid? Nothing changes.
        case check
        /// A transaction is about to be created.
        case create
    }

    /// The name of the gateway that asks, as its transactions are stored under it.
    public var gateway: String
    /// Whether something is about to be stored.
    public var purpose: Purpose
    /// Every field of the account whose value is text or a 64-bit integer, as text (`user`: `17`, `order`: `A-5`).
    /// Others are left out.
    public var fields: [String: String]
    /// The value of the account field that the gateway's configuration names; nil if the gateway did not
    /// send it, or not as text or an integer.
    public var reference: String?
    /// What the payer wants to pay; may be 0 or less. Nil if it is no amount that Int64 holds.
    public var amount: Money?

    /// A question as a gateway asks it; make one yourself only to test hooks.
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
    /// An order that only the shop knows: a phone number, a contract. It is not looked up, so it must be complete; its
    /// id is what transactions are stored and found under.
    case order(Order)
    /// No order. Give ``Rejection/orderNotFound(field:)``, ``Rejection/orderPaid``, ``Rejection/orderNotPayable``, ``Rejection/orderBusy``,
    /// ``Rejection/wrongAmount`` or ``Rejection/refused(_:)``; a check knows no other, and a gateway may then answer "try again".
    case refused(Rejection)
}

/// A name and a text: a piece of information that the payer sees on the form before paying, a field of an account, or a
/// field of a checkout form.
public struct AdditionalField: Sendable, Hashable {
    /// The key, unique among its neighbours: of two with the same name the last one is sent.
    public var name: String
    /// Text, whatever it means.
    public var value: String

    /// A field of that name and value.
    public init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}

/// The shop's yes or no.
public enum Verdict: Sendable, Hashable {
    /// Go on.
    case allow
    /// Refuse, with the shop's own words or the gateway's standard text.
    case refuse(Refusal = Refusal())
}

import StrictJSON

/// What the server told the shop after a commit, as whoever starts the server passes it on.
public struct ShopEvent: Sendable {
    /// `created`, `performed`, `cancelled`, `refunded`, `partly_refunded`, `expired`, `duplicate` or
    /// `duplicate_refunded`.
    public var change: String
    /// The number of the event.
    public var id: Int64
    /// The server's number of the transaction.
    public var transactionID: Int64
    /// The gateway's own id of it.
    public var externalID: String
    public var orderID: String
    /// Minor units.
    public var amount: Int64
    public var currency: String
    public var state: Int64
    public var reason: Int64?
    /// When it happened, milliseconds since 1970 UTC.
    public var at: Int64

    public init(
        change: String, id: Int64, transactionID: Int64, externalID: String, orderID: String, amount: Int64,
        currency: String, state: Int64, reason: Int64?, at: Int64
    ) {
        self.change = change
        self.id = id
        self.transactionID = transactionID
        self.externalID = externalID
        self.orderID = orderID
        self.amount = amount
        self.currency = currency
        self.state = state
        self.reason = reason
        self.at = at
    }

    /// As the timeline shows it.
    var json: JSONValue {
        [
            "event": .integer(id), "change": .string(change), "order_id": .string(orderID),
            "transaction": .string(String(transactionID)), "external_id": .string(externalID),
            "amount": .integer(amount), "currency": .string(currency), "state": .integer(state),
            "reason": reason.map { .integer($0) } ?? .null, "at": .integer(at),
        ]
    }
}

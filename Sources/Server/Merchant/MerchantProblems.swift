import HTTPTypes

/// What the merchant API refuses. Every type stands in `merchant.openapi.yaml`.
extension Problem {
    /// The request fits the document, and contradicts itself or what is stored.
    static func unprocessable(_ field: String, _ detail: String) -> Problem {
        Problem(
            status: .unprocessableContent, type: "unprocessable", detail: detail, field: field)
    }

    static func forbidden(_ scope: String) -> Problem {
        Problem(
            status: .forbidden, type: "forbidden",
            detail: "This API key lacks the scope \(scope). Use a key that has it.",
            headers: [.wwwAuthenticate: #"Bearer error="insufficient_scope", scope="\#(scope)""#])
    }

    static let noOrder = Problem.notFound("order with this id")
    static let noTransaction = Problem.notFound("transaction with this id")

    static let orderBusy = Problem(
        status: .conflict, type: "order-busy",
        detail: "A payment of this order waits. Call it off with POST /transactions/{id}/cancel, or let it end.")

    static let orderPaid = Problem(
        status: .conflict, type: "order-paid", detail: "This order is paid. Give the payment back first.")

    static let orderCancelled = Problem(
        status: .conflict, type: "order-cancelled", detail: "This order was withdrawn. Register another one.")

    /// Of orders that a gateway made for itself.
    static func managedOrder(_ field: String? = nil) -> Problem {
        Problem(
            status: .conflict, type: "managed-order",
            detail: "This order stands for a share of a group's purchase: it is changed and paid on the group's pages.",
            field: field)
    }

    /// Of their payments.
    static let managedPayment = Problem(
        status: .conflict, type: "managed-order",
        detail: "This payment is a member's of a group's purchase: cancel the purchase, or give it back with "
            + "POST /purchase/{id}/refund.")

    static let performed = Problem(
        status: .conflict, type: "performed",
        detail: "This payment was performed. Give it back with POST /transactions/{id}/refund.")

    static let paymentUnderWay = Problem(
        status: .conflict, type: "payment-under-way",
        detail:
            "The payer may have been debited for this payment already. What becomes of it shows on the transaction; "
            + "it stands in the way of the order for a day at the most.")

    static let idempotencyKeyReused = Problem(
        status: .unprocessableContent, type: "idempotency-key-reused",
        detail: "This Idempotency-Key was used with another body. Use a new key for a new request.")

    static let idempotencyKeyInFlight = Problem(
        status: .conflict, type: "idempotency-key-in-flight",
        detail: "The first request with this Idempotency-Key is not done yet. Repeat this one in a second.",
        headers: [.retryAfter: "1"])
}

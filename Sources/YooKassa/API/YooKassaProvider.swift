/// Who waits for a call's answer.
public enum YooKassaUrgency: Sendable, Hashable {
    /// Somebody: the payer, the merchant.
    case foreground
    /// A job.
    case background
}

/// A call that changes something, as it was stored before it was made: the same key with the same bytes is the same
/// call.
///
/// Source: yookassa.md 3
public struct YooKassaPosting: Sendable, Hashable {
    /// `Idempotence-Key`.
    public let key: String
    /// The JSON text, to the byte.
    public let body: String

    /// - Parameters:
    ///   - key: 1 to 64 letters, digits and `+ - _ .`
    ///   - body: JSON text.
    public init(key: String, body: String) {
        self.key = key
        self.body = body
    }
}

/// Which objects of a list are asked for. All bounds are optional.
public struct YooKassaQuery: Sendable, Hashable {
    /// Created at or after, milliseconds since 1970.
    public var createdFrom: Int64?
    /// Created before, milliseconds since 1970.
    public var createdBefore: Int64?
    /// A word of ``Specification/YooKassaSpecification``: `pending`.
    public var status: String?
    /// Refunds and receipts of this payment alone.
    public var paymentID: String?
    /// Objects of a page; nil: as many as there can be.
    public var limit: Int64?

    public init(
        createdFrom: Int64? = nil, createdBefore: Int64? = nil, status: String? = nil, paymentID: String? = nil,
        limit: Int64? = nil
    ) {
        self.createdFrom = createdFrom
        self.createdBefore = createdBefore
        self.status = status
        self.paymentID = paymentID
        self.limit = limit
    }
}

/// What the gateway asks of YooKassa: API v3, or a test's own.
public protocol YooKassaProvider: Sendable {
    func createPayment(
        _ posting: YooKassaPosting, _ urgency: YooKassaUrgency
    ) async throws(YooKassaError) -> YooKassaPayment
    func payment(_ id: String, _ urgency: YooKassaUrgency) async throws(YooKassaError) -> YooKassaPayment
    func payments(
        _ query: YooKassaQuery, cursor: String?, _ urgency: YooKassaUrgency
    ) async throws(YooKassaError) -> YooKassaPage<YooKassaPayment>
    func capturePayment(
        _ id: String, _ posting: YooKassaPosting, _ urgency: YooKassaUrgency
    ) async throws(YooKassaError) -> YooKassaPayment
    func cancelPayment(
        _ id: String, _ posting: YooKassaPosting, _ urgency: YooKassaUrgency
    ) async throws(YooKassaError) -> YooKassaPayment
    func createRefund(
        _ posting: YooKassaPosting, _ urgency: YooKassaUrgency
    ) async throws(YooKassaError) -> YooKassaRefund
    func refund(_ id: String, _ urgency: YooKassaUrgency) async throws(YooKassaError) -> YooKassaRefund
    func refunds(
        _ query: YooKassaQuery, cursor: String?, _ urgency: YooKassaUrgency
    ) async throws(YooKassaError) -> YooKassaPage<YooKassaRefund>
    func createMethod(
        _ posting: YooKassaPosting, _ urgency: YooKassaUrgency
    ) async throws(YooKassaError) -> YooKassaMethod
    func method(_ id: String, _ urgency: YooKassaUrgency) async throws(YooKassaError) -> YooKassaMethod
    func createReceipt(
        _ posting: YooKassaPosting, _ urgency: YooKassaUrgency
    ) async throws(YooKassaError) -> YooKassaReceipt
    func receipt(_ id: String, _ urgency: YooKassaUrgency) async throws(YooKassaError) -> YooKassaReceipt
    func receipts(
        _ query: YooKassaQuery, cursor: String?, _ urgency: YooKassaUrgency
    ) async throws(YooKassaError) -> YooKassaPage<YooKassaReceipt>
    /// Whose key it is.
    func shop(_ urgency: YooKassaUrgency) async throws(YooKassaError) -> YooKassaShop
}

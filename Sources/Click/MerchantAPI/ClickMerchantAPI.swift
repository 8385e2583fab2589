/// What refunds need of Click's Merchant API.
public protocol ClickMerchantAPI: Sendable {
    /// How a payment stands.
    func status(paymentID: Int64) async throws(ClickAPIError) -> ClickPaymentStatus
    /// The payment of one of our orders on a day.
    ///
    /// - Parameter day: `YYYY-MM-DD`, the day on which the payment was made.
    func status(merchantTransID: String, day: String) async throws(ClickAPIError) -> ClickPaymentStatus
    /// Gives the whole of a payment back. Never repeated by itself.
    func reverse(paymentID: Int64) async throws(ClickAPIError)
}

/// How a payment stands at Click.
public struct ClickPaymentStatus: Sendable, Hashable {
    /// What the number means.
    public enum Stage: Sendable, Hashable {
        /// Below 0: it failed, or was given back.
        case failed
        /// 0 and 1.
        case underWay
        /// 2.
        case paid
        /// The answer has no status.
        case unstated
    }

    /// The payment's id in this API.
    public var paymentID: Int64
    /// `payment_status` as it came; nil: it did not.
    public var status: Int64?

    /// - Parameter status: `payment_status` as it came.
    public init(paymentID: Int64, status: Int64?) {
        self.paymentID = paymentID
        self.status = status
    }

    /// What ``status`` means.
    ///
    /// Source: click.md 2.
    public var stage: Stage {
        switch status {
        case nil: .unstated
        case let status? where status < 0: .failed
        case 2: .paid
        case _?: .underWay
        }
    }
}

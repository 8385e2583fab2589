public import Payments

/// Where a payer goes to pay by Click.
///
/// It is not signed: what the payer changes in it is compared with the order when Click calls.
///
/// Source: click.md 3.
public struct ClickPayLink: Sendable, Hashable {
    /// The page, without a question mark at the end.
    public var payURL: String
    /// The merchant, which only this link needs.
    public var merchantID: Int64
    /// The service.
    public var serviceID: Int64
    /// Our order: `merchant_trans_id` of the calls.
    public var order: String
    /// In UZS.
    public var amount: Money
    /// Where the payer lands afterwards. No proof of payment.
    public var returnURL: String?

    /// - Parameters:
    ///   - payURL: without a question mark at the end.
    ///   - order: what Click is to call the order.
    public init(
        payURL: String = ClickConfiguration.productionPay, merchantID: Int64, serviceID: Int64, order: String,
        amount: Money, returnURL: String? = nil
    ) {
        self.payURL = payURL
        self.merchantID = merchantID
        self.serviceID = serviceID
        self.order = order
        self.amount = amount
        self.returnURL = returnURL
    }

    /// The link, every value percent-encoded.
    public var link: String {
        var pairs = [
            ("service_id", String(serviceID)), ("merchant_id", String(merchantID)), ("amount", amount.decimal),
            ("transaction_param", order),
        ]
        if let returnURL { pairs.append(("return_url", returnURL)) }
        return payURL + "?" + pairs.map { "\($0)=\(PercentEncoding.encode($1))" }.joined(separator: "&")
    }
}

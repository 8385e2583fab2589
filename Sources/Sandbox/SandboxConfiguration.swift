/// Where the server is, and with which keys the simulated Payme and the page speak to it.
public struct SandboxConfiguration: Sendable {
    /// The server, without a slash at the end: `http://127.0.0.1:8080`. The sandbox knows it by HTTP alone.
    public var url: String
    /// The cashbox key. It appears on no page and in no timeline.
    public var paymeKey: String
    /// The login of Basic authentication.
    public var paymeLogin = "Paycom"
    /// The cashbox id that pay links carry.
    public var merchantID: String
    /// The field of `account` that holds the order's id.
    public var accountField = "order_id"
    /// The key of the merchant API. It appears on no page and in no timeline.
    public var merchantKey: String
    /// How long the simulated Payme thinks between two calls, milliseconds. The real one takes seconds.
    public var pauseMilliseconds: Int64 = 300
    /// Orders whose id begins so were made by the conformance suite; the page leaves them out.
    public var suitePrefix = "conform-"

    public init(url: String, paymeKey: String, merchantID: String, merchantKey: String) {
        self.url = url
        self.paymeKey = paymeKey
        self.merchantID = merchantID
        self.merchantKey = merchantKey
    }

    /// Where the simulated Payme calls.
    var webhookURL: String { url + "/payments/payme/webhook" }
    /// What pay links must begin with to lead to the simulated checkout: the server's `payme.checkout_url`.
    public static func checkoutURL(of url: String) -> String { url + "/checkout" }
}

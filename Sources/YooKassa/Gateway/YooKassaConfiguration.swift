/// How payments through YooKassa are received.
public struct YooKassaConfiguration: Sendable {
    /// What a notification has to pass before it is stored.
    public enum SenderCheck: String, Sendable, Hashable, CaseIterable {
        /// It comes from one of YooKassa's networks, and YooKassa confirms it.
        case addressAndAPI = "ip+api"
        /// YooKassa confirms it: behind tunnels that hide where it came from.
        case api
    }

    /// The shop's id: a payment of another shop is none of ours.
    public var shopID: String
    /// Whether it is a test shop: payments of the other kind are put into quarantine.
    public var isTest: Bool
    /// What a notification has to pass.
    public var senderCheck: SenderCheck
    /// Where notifications come from; nil: as the document says.
    public var senders: [String]?
    /// How often a charge of a subscription is repeated, after the first one, for each period.
    public var retriesMaximum: Int64
    /// Where payers come back to if the request does not say; `{id}` in it stands for the payment's id,
    /// or for that of a subscription that begins with a card.
    public var returnURL: String?
    /// Whether a payment that waits keeps other attempts off its one-time order. False: they go side by side, and
    /// whoever pays second gets the money back.
    public var holdsOrder: Bool
    /// Calls that jobs make at once.
    public var jobsAtOnce: Int

    /// - Parameters:
    ///   - senders: see ``senders``.
    ///   - retriesMaximum: 0 or more.
    ///   - returnURL: see ``returnURL``.
    public init(
        shopID: String, isTest: Bool, senderCheck: SenderCheck = .addressAndAPI, senders: [String]? = nil,
        retriesMaximum: Int64 = 5, returnURL: String? = nil, holdsOrder: Bool = true, jobsAtOnce: Int = 4
    ) {
        self.shopID = shopID
        self.isTest = isTest
        self.senderCheck = senderCheck
        self.senders = senders
        self.retriesMaximum = max(retriesMaximum, 0)
        self.returnURL = returnURL
        self.holdsOrder = holdsOrder
        self.jobsAtOnce = max(jobsAtOnce, 1)
    }
}

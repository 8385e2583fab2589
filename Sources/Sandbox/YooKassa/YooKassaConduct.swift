/// How the simulated YooKassa behaves, until somebody says otherwise.
public struct YooKassaConduct: Sendable {
    /// How long a payer has to confirm, milliseconds. Source: yookassa.md 8.
    public var confirmationMilliseconds: Int64 = 3_600_000
    /// How long a hold lasts, milliseconds. Source: yookassa.md 8.
    public var holdMilliseconds: Int64 = 7 * 86_400_000
    /// How long a charge of a saved method is `pending` first, milliseconds; 0: its end is in the answer.
    public var chargeMilliseconds: Int64 = 0
    /// How long a refund is `pending`, milliseconds; 0: its end is in the answer.
    public var refundMilliseconds: Int64 = 0
    /// Why refunds that are asked for from now on end as `canceled`; nil: they succeed.
    public var refundRefusal: YooKassaRefundReason?
    /// Whether a method that is to be saved is saved.
    public var savesMethods = true
    /// How long a receipt is being registered, milliseconds.
    public var receiptMilliseconds: Int64 = 0
    /// Whether receipts are registered in the end; false: they are `canceled`.
    public var registersReceipts = true
    /// What objects say as `test`; nil: what belongs to the shop.
    public var testFlag: Bool?
    /// More calls of one shop in one second of the clock are answered 429; nil: no limit.
    public var callsPerSecond: Int?
    /// What 429 asks for, milliseconds.
    public var retryAfterMilliseconds: Int64 = 1_000
    /// What goes wrong with every call of a kind.
    public var faults: [YooKassaOperation: YooKassaFault] = [:]
    /// What goes wrong with every notification.
    public var noticeFault: YooKassaNoticeFault?
    /// From where notifications say that they come, in `X-Forwarded-For`, as a proxy would; nil: they say nothing.
    public var noticeSender: String?

    /// A YooKassa that works well.
    public init() {}
}

/// What goes wrong with a call.
public enum YooKassaFault: Sendable, Hashable {
    /// Answers with that status, and does nothing.
    case refused(Int)
    /// Does it, and answers with that status all the same.
    case failedAfter(Int)
    /// Answers 429 with that `retry_after`, milliseconds, and does nothing.
    case tooMany(Int64)
    /// Does nothing, and closes the connection in the middle of an answer.
    case dropped
    /// Does it, and closes the connection in the middle of the answer.
    case lost
    /// Does it, and answers after so many milliseconds of real time.
    case slow(Int)
    /// Does nothing for so many milliseconds of real time, then closes the connection.
    case stalled(Int)
    /// Does it, and answers with JSON that breaks off.
    case broken
    /// Does it, and answers with a redirect.
    case redirect
    /// Answers 202 as in former days, with a `retry_after` in milliseconds, and does nothing.
    case processing(Int64)
    /// Does it, and answers after the shop has been told of what followed.
    case afterNotice
    /// Does it, and answers with a status and a field that nobody knows.
    case strange
}

/// What goes wrong with a notification.
public enum YooKassaNoticeFault: Sendable, Hashable {
    /// It never comes.
    case never
    /// It comes twice.
    case doubled
    /// It comes so many milliseconds later, on the sandbox's clock.
    case late(Int64)
    /// It comes after the one that follows it.
    case reordered
}

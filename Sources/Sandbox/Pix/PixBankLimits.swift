/// How often a call may be made; nil: as often as anybody likes.
///
/// Source: pix.md 4.2.
public struct PixBankLimits: Sendable {
    /// Calls that share a limit.
    enum Pool: Hashable, Sendable {
        case token, charges, sendPayout, readPayout, statement, webhooks, retries
    }

    /// Of a minute.
    public var token: Int?
    /// Of a minute: charges, received payments and refunds together.
    public var charges: Int?
    /// Of a minute.
    public var sendPayout: Int?
    /// Of a second.
    public var sendPayoutEachSecond: Int?
    /// Of a minute.
    public var readPayout: Int?
    /// Of a minute. Nobody tells what it is at the real bank.
    public var statement: Int?
    /// Of a minute: registering, reading, removing, and the history.
    public var webhooks: Int?
    /// Of a minute.
    public var retries: Int?

    /// None.
    public static let none = PixBankLimits()

    /// As in production.
    public static let production = PixBankLimits(
        token: 5, charges: 120, sendPayout: 60, sendPayoutEachSecond: 1, readPayout: 20, statement: 10, webhooks: 10,
        retries: 5)

    /// As in the bank's own sandbox, which does not offer retries.
    public static let sandbox = PixBankLimits(
        token: 5, charges: 10, sendPayout: 10, readPayout: 10, statement: 10, webhooks: 10, retries: 0)

    /// The pool of a call.
    static func pool(of operation: PixBankOperation) -> Pool {
        switch operation {
        case .token: .token
        case .putCharge, .createCharge, .patchCharge, .readCharge, .listCharges, .payCharge, .readReceipt,
            .listReceipts, .requestRefund, .readRefund:
            .charges
        case .sendPayout: .sendPayout
        case .readPayout: .readPayout
        case .listStatement: .statement
        case .putWebhook, .readWebhook, .deleteWebhook, .listNotices: .webhooks
        case .retryNotices: .retries
        }
    }

    /// Whether one more call fits.
    /// - Parameters:
    ///   - times: when those before were made, milliseconds since 1970 UTC; those older than a minute are dropped.
    func admits(_ pool: Pool, _ times: inout [Int64], at now: Int64) -> Bool {
        times.removeAll { $0 <= now - 60_000 }
        let eachMinute =
            switch pool {
            case .token: token
            case .charges: charges
            case .sendPayout: sendPayout
            case .readPayout: readPayout
            case .statement: statement
            case .webhooks: webhooks
            case .retries: retries
            }
        if let eachMinute, times.count >= eachMinute { return false }
        if pool == .sendPayout, let sendPayoutEachSecond,
            times.count(where: { $0 > now - 1_000 }) >= sendPayoutEachSecond
        {
            return false
        }
        times.append(now)
        return true
    }
}

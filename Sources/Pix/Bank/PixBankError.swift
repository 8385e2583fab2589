public import Specification

/// What the bank's word for a charge means.
public typealias PixChargeStatus = PixSpecification.ChargeStatus
/// What the bank's word for a refund means.
public typealias PixRefundStatus = PixSpecification.RefundStatus
/// What the bank's word for a payout means.
public typealias PixPayoutStatus = PixSpecification.PayoutStatus

/// What became of a call to the bank.
public enum PixBankError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The bank answered no: a status from 400 to 499. Nothing happened. What it says may quote a key or a person's
    /// number: ``description`` hides those.
    case refused(status: Int, name: String, detail: String)
    /// The bank knows of no such thing.
    case notFound
    /// Too many calls, here or there: nothing was sent, or nothing happened. Not before that many milliseconds.
    case busy(milliseconds: Int64)
    /// No connection came about, or no token. Nothing happened.
    case notSent(String)
    /// No answer, a broken one, or a status from 500 on: it may have happened.
    case unknown(String)

    /// Whether it may have happened all the same.
    public var isUnknown: Bool { if case .unknown = self { true } else { false } }
    /// Whether the same call may be sent once more, later.
    public var isPassing: Bool {
        switch self {
        case .busy, .notSent, .unknown: true
        case .refused(let status, _, _): status == 401 || status == 403
        case .notFound: false
        }
    }

    /// One clause for the log, without secrets, and without what tells who somebody is.
    public var description: String {
        switch self {
        case .refused(let status, let name, let detail):
            "the bank refused the call: HTTP \(status) \(name) \(BankWords.masked(detail))"
        case .notFound: "the bank knows of no such thing"
        case .busy(let milliseconds): "too many calls: not for \(milliseconds) ms"
        case .notSent(let cause): "the bank could not be asked: \(BankWords.masked(cause, limit: 500))"
        case .unknown(let cause):
            "it is not known whether the bank carried the call out: \(BankWords.masked(cause, limit: 500))"
        }
    }
}

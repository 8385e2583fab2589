/// `pix.openapi.yaml`: the bank's calls, statuses, errors and limits.
public struct PixSpecification: Sendable {
    /// What the bank's word for a charge means.
    public enum ChargeStatus: String, Sendable, Hashable, CaseIterable {
        /// It can be paid, or its time is up: the bank does not tell these apart.
        case active
        /// A payment came, of whatever amount.
        case completed
        /// Withdrawn by the receiver.
        case removed
        /// Withdrawn by the bank.
        case removedByBank
    }

    /// What the bank's word for a refund means.
    public enum RefundStatus: String, Sendable, Hashable, CaseIterable {
        /// Under way.
        case processing
        /// The money is with the payer.
        case done
        /// It will not be.
        case refused
    }

    /// What the bank's word for a payout means.
    public enum PayoutStatus: String, Sendable, Hashable, CaseIterable {
        /// Not at its end.
        case waiting
        /// The money is with the receiver.
        case paid
        /// It will not be.
        case failed
    }

    /// Why a transaction is cancelled.
    public enum Reason: String, Sendable, Hashable, CaseIterable {
        /// Its time was up.
        case expired
        /// The merchant called it off.
        case cancelled
        /// The bank does not take the charge.
        case rejected
        /// The bank withdrew it.
        case removedByBank
        /// Less was paid than was asked for, and it goes back.
        case amountMismatch
        /// The money went back.
        case refunded
    }

    /// A call that is made at the bank.
    public enum CallName: String, Sendable, Hashable, CaseIterable {
        case createCharge, reviseCharge, findCharge, listCharges
        case findPayment, listPayments
        case giveBack, findRefund
        case registerWebhook, findWebhook
        case pay, findPayout, statement
    }

    /// Which calls share an allowance.
    public enum Rate: String, Sendable, Hashable, CaseIterable {
        case token, receive, payout, payoutQuery, webhook, statement
    }

    /// Whose allowances hold.
    public enum Environment: String, Sendable, Hashable, CaseIterable {
        case production, sandbox
    }

    /// How a call is made.
    public struct Call: Sendable, Hashable {
        /// `GET`, `PUT`, `PATCH` or `POST`.
        public let method: String
        /// The path; parts in braces are filled in.
        public let path: String
        /// What a token must allow.
        public let scope: String
        /// Which allowance it is taken from.
        public let rate: Rate
    }

    /// Bounds of what may be asked.
    public struct Limits: Sendable, Hashable {
        /// How long a charge may be paid, seconds.
        public let expirySeconds: ClosedRange<Int64>
        /// The same, if nobody says.
        public let expirySecondsDefault: Int64
        /// The most of one charge, centavos.
        public let amountMaximum: Int64
        /// The most characters of a text for the payer.
        public let noteLength: Int
        /// How many days after a payment it can be given back.
        public let refundDays: Int64
        /// How many items a page of a list has at the most.
        public let pageSize: Int64
        /// How many days back the bank's lists are compared with ours.
        public let reconciledDays: Int64
        /// How long after a payment its notice may come, seconds.
        public let noticeDelaySeconds: Int64
    }

    /// Each word for a charge.
    public let chargeStatuses: [String: ChargeStatus]
    /// The word with which a charge is removed.
    public let removal: String
    /// Each word for a refund.
    public let refundStatuses: [String: RefundStatus]
    /// Natures of refunds that nobody here asked for.
    public let forcedNatures: Set<String>
    /// Each word for a payout.
    public let payoutStatuses: [String: PayoutStatus]
    /// Names of `transaction.yaml` for every ``Reason``.
    public let reasons: [Reason: String]
    /// Names of errors with their HTTP status.
    public let errors: [String: Int]
    /// What stands before a name in an error's `type`.
    public let errorPrefix: String
    /// Calls a minute.
    public let rates: [Environment: [Rate: Int64]]
    /// The least time between two payouts, milliseconds.
    public let payoutPauseMilliseconds: Int64
    /// Bounds of what may be asked.
    public let limits: Limits
    /// Where tokens are.
    public let tokenPath: String
    /// The word that asks for a token.
    public let tokenGrant: String
    /// Every call.
    public let calls: [CallName: Call]

    /// How that call is made. Every name has one.
    public func call(_ name: CallName) -> Call {
        guard let call = calls[name] else { preconditionFailure("the reader took a document without \(name)") }
        return call
    }

    /// How many calls a minute share that allowance.
    public func rate(_ rate: Rate, in environment: Environment) -> Int64 { rates[environment]?[rate] ?? 1 }

    /// The scopes of calls, each once, in the order of the alphabet.
    public func scopes(of names: [CallName]) -> [String] { Set(names.map { call($0).scope }).sorted() }
}
